"""Rerank, served: the shape that Cohere, Jina and their followers share (https://docs.cohere.com/reference/rerank, unverified)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Served
from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, refuse, text_at
from modelruntime.entities.rerank_result import RerankResult

_STRUCTURE = frozenset(("model", "query", "documents", "top_n", "score_threshold", "return_documents"))


class InboundRerank(msgspec.Struct, frozen=True):
    """A client's request."""

    model: str
    query: str
    documents: tuple[str, ...]
    top_n: int | None
    score_threshold: float | None
    return_documents: bool
    parameters: dict[str, Any]


def parse_rerank_request(body: Mapping[str, Any]) -> InboundRerank:
    """The call; documents are texts or objects with `text`. Raises `ParameterInvalid` naming the place that cannot be read."""
    top_n, threshold, returned = body.get("top_n"), body.get("score_threshold"), body.get("return_documents")
    if top_n is not None and (not isinstance(top_n, int) or isinstance(top_n, bool) or top_n < 1):
        refuse("top_n", "must be a whole number from 1")
    if threshold is not None and (not isinstance(threshold, int | float) or isinstance(threshold, bool)):
        refuse("score_threshold", "must be a number")
    if returned is not None and not isinstance(returned, bool):
        refuse("return_documents", "must be true or false")
    return InboundRerank(
        filled_text_at(body, "model", "body"),
        filled_text_at(body, "query", "body"),
        _documents(body.get("documents")),
        top_n,
        threshold,
        bool(returned),
        {name: value for name, value in body.items() if name not in _STRUCTURE and value is not None},
    )


def render_rerank_reply(result: RerankResult, call: InboundRerank, served: Served) -> bytes:
    """The body: rows best first, raw scores."""
    rows: list[dict[str, Any]] = [{"index": item.index, "relevance_score": item.score} for item in result.items]
    if call.return_documents:
        rows = [{**row, "document": {"text": item.document}} for row, item in zip(rows, result.items, strict=True)]
    body: dict[str, Any] = {"id": served.id, "model": call.model, "results": rows}
    billed: dict[str, Any] = {}
    if result.usage.input.total is not None:
        body["usage"] = {"total_tokens": result.usage.input.total}
        billed["tokens"] = {"input_tokens": result.usage.input.total}
    if result.usage.searches is not None:
        billed["billed_units"] = {"search_units": result.usage.searches}
    return msgspec.json.encode({**body, "meta": billed} if billed else body)


def _documents(value: Any) -> tuple[str, ...]:
    if not is_list(value) or not value:
        refuse("documents", "is missing" if value is None else "must be a list of texts, and not empty")
    return tuple(_document(row, f"documents[{at}]") for at, row in enumerate(value))


def _document(value: Any, place: str) -> str:
    if isinstance(value, str):
        return value
    return text_at(value, "text", place) if isinstance(value, Mapping) else refuse(place, "must be text or an object with text")  # pyright: ignore[reportUnknownArgumentType]
