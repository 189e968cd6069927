"""Whether the vendor keeps an answer, and how reasoning goes back when it does not.

https://platform.openai.com/docs/guides/reasoning (encrypted reasoning items), read 2026-11-22: with `store: false` reasoning is
handed out in `encrypted_content` where `include` asks for it.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.schema.profile import Profile

_ENCRYPTED = "reasoning.encrypted_content"
_KEPT = ("background", "previous_response_id", "conversation")
"""What works on answers that the vendor keeps."""


def render_storage(body: JSON, extra: JSON, profile: Profile) -> JSON:
    """`store` and `include` as the profile wants them, beside what the body and the call's `extra` say."""
    if profile.response_storage == "vendor":
        return {}
    said: dict[str, Any] = {**body, **extra}
    if said.get("store") or ("store" not in said and any(said.get(name) for name in _KEPT)):
        return {}
    found: JSON = {"store": False}
    include = as_array(body.get("include"))
    if profile.response_storage == "encrypted" and _ENCRYPTED not in include:
        found["include"] = [*include, _ENCRYPTED]
    return found
