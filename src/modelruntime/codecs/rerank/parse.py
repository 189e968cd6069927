"""What a rerank endpoint answers."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_count, as_object, at_pointer, is_array
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.rerank.render import RerankBatch
from modelruntime.entities.call import RerankCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.rerank_result import RerankItem
from modelruntime.entities.usage import InputUsage, Usage
from modelruntime.schema.profile import Profile

_ROWS = ("results", "data", "rankings")
_SCORES = ("relevance_score", "score", "logit", "relevanceScore")
_SEARCHES = ("/meta/billed_units/search_units", "/usage/search_units")


class _RowInvalid(ValueError):
    """A row that ranks no document of the call."""


def parse_rerank(response: HttpResponse, endpoint: Endpoint, call: RerankCall, batch: RerankBatch) -> tuple[list[RerankItem], Any]:
    """The items of one request under their index in the call, and the parsed reply.

    Raises `InvokeError` unless the answer scores every document once (the best `top_n`, where that was asked).
    """
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        reply = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    rows = _rows(reply, endpoint.profile)
    if rows is None:
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no ranking")
    try:
        if endpoint.profile.rerank_rows_as == "scores":
            rows = [{"index": at, "score": row} for at, row in enumerate(rows)]
        items = [_item(as_object(row), call, batch) for row in rows]
        _check(items, call, batch)
    except _RowInvalid as cause:
        raise unreadable_reply(response, endpoint, str(cause)) from cause
    return items, reply


def rerank_usage(replies: list[Any], profile: Profile) -> Usage:
    """Tokens and searches of all requests together; a number that one of them lacks is unknown."""
    reports = [report for reply in replies if (report := _report(reply))]
    raw = reports[0] if len(reports) == 1 else {"requests": reports}
    return Usage(
        input=InputUsage(total=_sum(replies, profile.rerank_tokens_pointers)),
        searches=_sum(replies, _SEARCHES),
        raw=raw if reports else None,
    )


def _rows(reply: Any, profile: Profile) -> list[Any] | None:
    if is_array(reply):
        return reply
    name = profile.rerank_rows_field
    found = [at_pointer(reply, name) if name.startswith("/") else as_object(reply).get(name)]
    found += [as_object(reply).get(other) for other in _ROWS]
    if profile.rerank_rows_as == "scores":  # of one document some give no list
        found += [[score] for score in found if isinstance(score, (int, float))]
    return next((rows for rows in found if is_array(rows)), None)


def _item(row: dict[str, Any], call: RerankCall, batch: RerankBatch) -> RerankItem:
    index = as_count(row.get("index"))
    score = next((row[name] for name in _SCORES if row.get(name) is not None), None)
    if index is None or index >= batch.size:
        raise _RowInvalid("a row that points outside the documents")
    if not isinstance(score, (int, float)) or isinstance(score, bool) or not math.isfinite(score):
        raise _RowInvalid("a row without a score")
    return RerankItem(batch.start + index, float(score), call.documents[batch.start + index])


def _check(items: list[RerankItem], call: RerankCall, batch: RerankBatch) -> None:
    if len({item.index for item in items}) < len(items):
        raise _RowInvalid("a document ranked twice")
    expected = min(call.top_n or batch.size, batch.size)
    if len(items) < expected:
        raise _RowInvalid(f"{len(items)} rows where {expected} were due")


def _report(reply: Any) -> dict[str, Any]:
    fields = as_object(reply)
    return as_object(fields.get("usage")) or as_object(fields.get("meta"))


def _sum(replies: list[Any], pointers: tuple[str, ...]) -> int | None:
    counts = [
        next((n for pointer in pointers if (n := as_count(at_pointer(reply, pointer))) is not None), None) for reply in replies
    ]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
