"""Cache hints on the wire, for the endpoints that take marks.

`cache_control` with an optional `ttl` on a content part: https://openrouter.ai/docs/client-sdks/typescript/models/anthropiccachecontroldirective
(read 2026-11-22); on a tool's result it stands beside the content
(https://github.com/OpenRouterTeam/ai-sdk-provider, `convert-to-openrouter-chat-messages.ts`, read 2026-11-22); on a tool
beside its function (unverified). Tool calls have no place for a mark: their hint is ignored, as a hint may be.
"""

from __future__ import annotations

from typing import Any

from modelruntime.entities.cache_hint import CacheHint
from modelruntime.schema.profile import Profile


def cache_mark(hint: CacheHint | None, profile: Profile) -> dict[str, Any]:
    """The fields that say the hint; empty without one, and where the endpoint caches by itself."""
    if hint is None or profile.cache_marks == "none":
        return {}
    mark = {"type": "ephemeral"}
    if hint.ttl is not None:
        mark["ttl"] = hint.ttl
    return {"cache_control": mark}
