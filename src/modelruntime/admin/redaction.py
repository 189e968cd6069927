"""Text that came from outside, made fit to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from modelruntime.entities.secret import Secret
from modelruntime.runtime.redaction import redact, without

BODY_AT_MOST = 2000
"""Characters."""
_SHORTEST = 6
"""A secret shorter than this is not looked for: taking `a` out of a text would tell it."""


def secrets_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of a filled form that must not be shown, longest first: every secret, and plain texts long enough to be one."""
    texts = [value.reveal() if isinstance(value, Secret) else value for value in values.values()]
    found = {text.strip() for text in texts if isinstance(text, str)}
    return tuple(sorted((text for text in found if len(text) >= _SHORTEST and "://" not in text), key=len, reverse=True))


def shown_body(raw: bytes | None, secrets: Iterable[str]) -> str | None:
    """A vendor's error body: only a JSON object, since anything else may be a page of something that is no vendor."""
    if raw is None or len(raw) > 2**20:
        return None
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    escaped = [form for secret in secrets for form in (secret, msgspec.json.encode(secret).decode()[1:-1])]
    return redact(without(msgspec.json.encode(body).decode("utf-8", "replace"), escaped))[:BODY_AT_MOST]
