"""A query and documents as requests of at most `profile.rerank_max_documents` documents.

https://docs.cohere.com/reference/rerank, https://jina.ai/reranker/, https://docs.siliconflow.cn/api-reference/rerank,
https://docs.voyageai.com/reference/reranker-api (`top_k`, rows under `data`),
https://huggingface.github.io/text-embeddings-inference/ (`texts`, a bare array); unverified.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import RerankCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.warning import CallWarning


class RerankBatch(msgspec.Struct, frozen=True):
    """One request: the documents of the call from `start` on, `size` of them."""

    request: HttpRequest
    start: int
    size: int


Warnings = tuple[CallWarning, ...]
RenderDocuments = Callable[[tuple[str, ...], RerankCall, Endpoint], tuple[HttpRequest, Warnings]]
"""Some documents of the call as one request, and what could not be said in it."""
Wrap = Callable[[dict[str, Any]], dict[str, Any]]
"""The flat body → the one that is sent, before `extra` is merged into it."""


def as_it_is(body: dict[str, Any]) -> dict[str, Any]:
    """The flat body is the one that is sent."""
    return body


def render_batches(call: RerankCall, endpoint: Endpoint, render: RenderDocuments) -> tuple[tuple[RerankBatch, ...], Warnings]:
    """The requests, and what could not be said.

    Raises `ParameterInvalid` for an empty query, no documents, `top_n` below 1, and under strict for documents that would
    be left out.
    """
    _check(call)
    profile = endpoint.profile
    size = profile.rerank_max_documents or len(call.documents)
    starts = range(0, len(call.documents), size)
    left_out: Warnings = ()
    if len(starts) > 1 and profile.rerank_overflow == "cut":
        left_out, starts = (_cut(call, size),), starts[:1]
    batches: list[RerankBatch] = []
    warnings: Warnings = ()
    for start in starts:
        documents = call.documents[start : start + size]
        request, warnings = render(documents, call, endpoint)
        batches.append(RerankBatch(request, start, len(documents)))
    return tuple(batches), (*left_out, *warnings)


def render_documents(
    documents: tuple[str, ...], call: RerankCall, endpoint: Endpoint, path: str = "/rerank", wrap: Wrap = as_it_is
) -> tuple[HttpRequest, Warnings]:
    """The request that most vendors take; `wrap` puts its body into a family's own shape."""
    profile = endpoint.profile
    query = {"text": call.query} if profile.rerank_query_as == "object" else call.query
    fields: dict[str, Any] = {"model": endpoint.model, "query": query}
    if profile.rerank_return_documents == "false":
        fields["return_documents"] = False
    plain = msgspec.structs.replace(call, extra={})
    flat, warnings = render_body({**fields, **_documents(documents, call, endpoint)}, plain, profile)
    body = wrap(flat)
    merge_into(body, call.extra)
    return json_request(endpoint, endpoint_url(endpoint, "rerank", path), body), warnings


def _documents(documents: tuple[str, ...], call: RerankCall, endpoint: Endpoint) -> dict[str, Any]:
    profile = endpoint.profile
    rows = [{"text": text} for text in documents] if profile.rerank_documents_as == "objects" else documents
    fields: dict[str, Any] = {profile.rerank_documents_field: rows}
    if call.top_n is not None and profile.rerank_top_n_field not in profile.drop:
        fields[profile.rerank_top_n_field] = min(call.top_n, len(documents))
    return fields


def _check(call: RerankCall) -> None:
    if not call.query.strip():
        raise ParameterInvalid("the query is empty", field="query", model=call.model)
    if not call.documents:
        raise ParameterInvalid("there is nothing to rank: give at least one document", field="documents", model=call.model)
    if call.top_n is not None and call.top_n < 1:
        raise ParameterInvalid("top_n must be at least 1", field="top_n", model=call.model)


def _cut(call: RerankCall, size: int) -> CallWarning:
    message = f"{call.model} ranks {size} documents at most, and there are {len(call.documents)}"
    if call.strict:
        raise ParameterInvalid(f"{message}: give fewer", field="documents", model=call.model)
    return CallWarning("dropped", f"{message}: only the first {size} were ranked", "documents")
