"""Names that the whole family shares."""

from __future__ import annotations

from typing import Literal

from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.finish import Finish, FinishReason

FAMILY = "anthropic"
"""The key of `provider_metadata`, and the `family` of hosted and opaque parts."""

Mode = Literal["auto", "none", "required", "tool"]
MODES: dict[str, Mode] = {"auto": "auto", "any": "required", "none": "none", "tool": "tool"}
"""The vendor's word for a tool choice → ours."""

_FINISH: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
}


def finish_of(word: str | None) -> Finish:
    """`pause_turn` is `other`: the answer goes back as it is, and the vendor continues
    (https://docs.anthropic.com/en/api/handling-stop-reasons, read 2026-11-22)."""
    return Finish(_FINISH.get(word or "", "other"), word)


def cache_control(hint: CacheHint) -> dict[str, str]:
    """A mark for prompt caching."""
    return {"type": "ephemeral", **({"ttl": hint.ttl} if hint.ttl else {})}
