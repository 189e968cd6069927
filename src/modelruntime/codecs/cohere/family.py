"""Names that the whole family shares. Shapes: the types of the vendor's package, `cohere` 7.3.1, which says that they are generated
from its API definition (https://github.com/cohere-ai/cohere-python, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_text
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.llm_result import TokenLogprob

FAMILY = "cohere"
"""The key of `provider_metadata`."""

THINKING, PLAN = "thinking", "tool_plan"
"""The two forms of reasoning: a block of the answer, and what the model says before it calls tools."""

_FINISH: dict[str, FinishReason] = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "TOOL_CALL": "tool_calls",
    "ERROR_TOXIC": "content_filter",
    "ERROR_LIMIT": "length",
    "ERROR": "error",
    "TIMEOUT": "error",
}
"""`ERROR_TOXIC` and `ERROR_LIMIT` are words of the first version, which other hosts still pass on."""


def finish_of(word: str | None) -> Finish:
    """Why the model stopped."""
    return Finish(_FINISH.get(word or "", "other"), word)


def logprobs_of(items: Any) -> tuple[TokenLogprob, ...]:
    """The vendor's item is a piece of text with the numbers of all its tokens: one entry each, with their sum."""
    found: list[TokenLogprob] = []
    for item in as_array(items):
        numbers: list[float] = as_array(item.get("logprobs"))
        if numbers:
            found.append(TokenLogprob(as_text(item.get("text")) or "", float(sum(numbers))))
    return tuple(found)


def delta_of(payload: JSON) -> JSON:
    """The part of a message that an event brings."""
    delta: JSON = payload["delta"]["message"]
    return delta
