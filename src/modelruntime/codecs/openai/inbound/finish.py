"""Our words for why a model stopped, in the family's."""

from __future__ import annotations

from modelruntime.entities.finish import Finish, FinishReason

_WORDS: dict[FinishReason, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "stop",
    "error": "stop",
    "other": "stop",
}


def render_finish(finish: Finish) -> str:
    """One of the words that the family's clients know; a refusal is said in the message."""
    return _WORDS[finish.unified]
