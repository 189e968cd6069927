"""Names that the whole family shares.

Shapes: the service model `bedrock-runtime` (https://github.com/boto/botocore/tree/develop/botocore/data/bedrock-runtime, read
2026-11-28), described at https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
"""

from __future__ import annotations

from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.finish import Finish, FinishReason

FAMILY = "bedrock"
"""The key of `provider_metadata`, and the `family` of hosted and opaque parts."""

_FINISH: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
    "refusal": "refusal",
    "malformed_model_output": "error",
    "malformed_tool_use": "error",
}


def finish_of(word: str | None) -> Finish:
    """The vendor's word, and ours."""
    return Finish(_FINISH.get(word or "", "other"), word)


def cache_point(hint: CacheHint) -> JSON:
    """The block that marks what stands before it for prompt caching."""
    return {"cachePoint": {"type": "default", **({"ttl": hint.ttl} if hint.ttl else {})}}
