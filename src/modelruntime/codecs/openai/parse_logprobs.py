"""Log probabilities of chat and of completions."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.entities.llm_result import TokenLogprob


def parse_logprobs(logprobs: object) -> tuple[TokenLogprob, ...]:
    """`{content: [{token, logprob, top_logprobs}]}` or the older `{tokens, token_logprobs, top_logprobs}`."""
    if logprobs is None:
        return ()
    fields = as_object(logprobs)
    if "tokens" in fields:
        return _parallel_lists(fields)
    rows = as_array(fields.get("content")) or as_array(fields.get("refusal"))
    return tuple(found for row in rows if (found := _token(as_object(row))) is not None)


def _token(row: dict[str, Any]) -> TokenLogprob | None:
    token, logprob = row.get("token"), _number(row.get("logprob"))
    if not isinstance(token, str) or logprob is None:
        return None
    top: list[tuple[str, float]] = []
    for other in as_array(row.get("top_logprobs")):
        name, value = as_object(other).get("token"), _number(as_object(other).get("logprob"))
        if isinstance(name, str) and value is not None:
            top.append((name, value))
    return TokenLogprob(token, logprob, tuple(top))


def _parallel_lists(fields: dict[str, Any]) -> tuple[TokenLogprob, ...]:
    """The first token of an echoed prompt has no probability and is left out."""
    tops = as_array(fields.get("top_logprobs"))
    found: list[TokenLogprob] = []
    for at, (token, logprob) in enumerate(
        zip(as_array(fields.get("tokens")), as_array(fields.get("token_logprobs")), strict=False)
    ):
        value = _number(logprob)
        if not isinstance(token, str) or value is None:
            continue
        top = as_object(tops[at]) if at < len(tops) else {}
        found.append(TokenLogprob(token, value, tuple((name, n) for name, v in top.items() if (n := _number(v)) is not None)))
    return tuple(found)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
