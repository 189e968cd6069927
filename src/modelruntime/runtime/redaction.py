"""Texts without the secrets that people and vendors put into them.

The first line of defence is the type `Secret`, which shows itself nowhere. This is the second, for texts that others wrote: an
error body that repeats a key, a URL with a password in it. A pattern may take too much; it must not take too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from modelruntime.entities.secret import Secret

MASK = "[redacted]"
DEPTH = 6
"""Nested deeper, a value is not shown at all."""

_NAMED = (
    r"api[-_]?key|apikey|x-api-key|access[-_]?key|secret[-_]?key|secret|client[-_]?secret|password|passwd|pwd|token|access[-_]?token"
    r"|refresh[-_]?token|id[-_]?token|authorization|proxy-authorization|signature|sig|credential|cookie|set-cookie|private[-_]?key"
    r"|x-goog-api-key|ocp-apim-subscription-key|pepper"
)
_SECRET_NAME = re.compile(
    rf"^(?:{_NAMED}|\w*[-_](?:api_?key|key_?id|secret|password|token|dsn|pepper))$",
    re.IGNORECASE,
)
"""Names of fields and headers whose value is never shown."""

_BEGUN = "sk|pk|rk|gsk|xai|hf|nvapi|ghp|gho|github_pat|glpat|r8|fw|pplx|tvly|key|co|pa|dapi|csk|xoxb|xoxp|sess|whsec"
_BEGINNING = rf"(?:mr_|eyJ|AIza|ya29\.|AKIA|ASIA|LTAI|(?:{_BEGUN})[-_])"
"""How each of `_TOKEN` begins: a text without any is not searched for them."""
_TOKEN = re.compile(
    rf"(?<![A-Za-z0-9])(?={_BEGINNING})"
    r"(?:mr_[0-9a-f]+\.[A-Za-z0-9_-]{8,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
    rf"|(?:{_BEGUN})[-_][A-Za-z0-9_\-*.]{{6,}}"
    r"|AIza[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|LTAI[A-Za-z0-9]{10,})"
)
"""Keys that vendors begin with words of their own, and ours."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL), MASK),
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/?#@'\"]*@", re.IGNORECASE), rf"\1{MASK}@"),
    (re.compile(r"\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=*-]{6,}", re.IGNORECASE), rf"\1 {MASK}"),
    (_TOKEN, MASK),
    (re.compile(rf"([?&;](?:{_NAMED}|key)=)[^&\s'\"<>#]+", re.IGNORECASE), rf"\1{MASK}"),
    (
        re.compile(rf"([\"']?\b(?:{_NAMED})\b[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&}}\"']{{4,}})", re.IGNORECASE),
        rf"\1{MASK}",
    ),
)
"""What looks like a secret, whoever wrote it → what is shown."""

_PLAIN = re.compile(rf"[._/-]*+(?:(?!{_BEGINNING})[A-Za-z0-9]++[._/-]*+)*+")
"""One word in which no part begins like a key: an id, the name of a model. Nothing else of what is looked for fits into a word."""


def redact(text: str) -> str:
    """The text without what looks like a secret."""
    if _PLAIN.fullmatch(text):
        return text
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def redacted(value: Any, depth: int = DEPTH) -> Any:
    """A value that may be shown: texts without secrets, named secrets masked, anything unknown as its own redacted text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Secret):
        return MASK
    if depth <= 0:
        return "…"
    if is_mapping(value):
        return {
            redact(str(name)): MASK if is_secret_name(str(name), item) else redacted(item, depth - 1)
            for name, item in value.items()
        }
    if isinstance(value, bytes | bytearray):
        return redact(bytes(value).decode("utf-8", "replace"))
    if is_several(value):
        return [redacted(item, depth - 1) for item in value]
    return redact(str(value))


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Names with values?"""
    return isinstance(value, Mapping)


def is_several(value: object) -> TypeGuard[Iterable[Any]]:
    """A list, a tuple, a set?"""
    return isinstance(value, Sequence | set | frozenset)


def is_secret_name(name: str, value: object) -> bool:
    """Is this a name of something secret, and its value one? A number under `token` counts something."""
    return isinstance(value, str | bytes | Secret) and bool(_SECRET_NAME.match(name))


def without(text: str, secrets: Iterable[str]) -> str:
    """The text without these very secrets."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text
