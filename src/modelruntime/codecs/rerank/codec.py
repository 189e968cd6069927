"""Rerank as most vendors speak it: one POST with a query and documents, scores back.

Spoken by Cohere, Jina, Voyage, SiliconFlow, Xinference, OpenRouter and others; they differ in names, which `Profile` holds.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.operation import Done, Endpoint, Operation, Send, Step
from modelruntime.codecs.rerank.parse import parse_rerank, rerank_usage
from modelruntime.codecs.rerank.render import RenderDocuments, render_batches, render_documents
from modelruntime.entities.call import RerankCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.rerank_result import RerankItem, RerankResult
from modelruntime.entities.warning import CallWarning


class RerankOperation:
    """One request after the other until every document has its score.

    `top_n` and `score_threshold` are applied here too, whatever the vendor did. Of several requests, `request_id` is the
    last one's, `usage` the sum, `raw` a JSON array of all replies. `wrap` puts the body into a family's own shape.
    """

    def __init__(self, call: RerankCall, endpoint: Endpoint, render: RenderDocuments = render_documents) -> None:
        self._batches, self._warnings = render_batches(call, endpoint, render)
        self._call = call
        self._endpoint = endpoint
        self._items: list[RerankItem] = []
        self._replies: list[Any] = []
        self._bodies: list[bytes] = []

    def start(self) -> Step[RerankResult]:
        """Send the first documents."""
        return Send(self._batches[0].request)

    def receive(self, response: HttpResponse) -> Step[RerankResult]:
        """Take the scores of one request. Raises `InvokeError`."""
        done = len(self._bodies)
        items, reply = parse_rerank(response, self._endpoint, self._call, self._batches[done])
        self._items += items
        self._replies.append(reply)
        self._bodies.append(response.body)
        if done + 1 < len(self._batches):
            return Send(self._batches[done + 1].request)
        return Done(self._result(response))

    def resume(self) -> Step[RerankResult]:
        """Never called: rerank does not wait."""
        raise RuntimeError("rerank never waits")

    def _result(self, response: HttpResponse) -> RerankResult:
        usage = rerank_usage(self._replies, self._endpoint.profile)
        warnings = self._warnings
        if usage.input.total is None and usage.searches is None:
            warnings += (CallWarning("incomplete", "the vendor reported no usage", "usage"),)
        return RerankResult(
            model=as_text(as_object(self._replies[-1]).get("model")) or self._endpoint.model,
            items=_best(self._items, self._call),
            usage=usage,
            warnings=warnings,
            request_id=response.head.request_id,
            raw=RawReply(self._bodies[0] if len(self._bodies) == 1 else b"[" + b",".join(self._bodies) + b"]"),
        )


def _best(items: list[RerankItem], call: RerankCall) -> tuple[RerankItem, ...]:
    """Best first; of equal scores the document that came first."""
    ranked = sorted(items, key=lambda item: (-item.score, item.index))
    threshold = call.score_threshold
    kept = ranked if threshold is None else [item for item in ranked if item.score >= threshold]
    return tuple(kept[: call.top_n])


class Rerank:
    """`POST /rerank`."""

    name = "rerank"

    def invoke(self, call: RerankCall, endpoint: Endpoint) -> Operation[RerankResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return RerankOperation(call, endpoint)


CODEC = Rerank()
