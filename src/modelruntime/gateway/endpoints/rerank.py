"""Rerank."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.rerank.inbound import parse_rerank_request, render_rerank_reply
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.answering import whole_and_equal
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.expected import expected_texts, user_of
from modelruntime.runtime.rerank_job import rerank_job


class RerankEndpoint:
    """`POST /v1/rerank`."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the words of OpenAI's family: this one has no common form."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = parse_rerank_request(await exchange.json(ModelType.RERANK))
        await exchange.admit(call.model, ModelType.RERANK, expected_texts(exchange.size), user_of(call.parameters))
        options = exchange.options(call.parameters)
        subject = (call.query, call.documents, call.top_n, call.score_threshold, call.parameters)
        job_of = partial(rerank_job, call.query, call.documents, call.top_n, call.score_threshold, False, options)
        result = await exchange.while_here(whole_and_equal(exchange, lambda: subject, job_of))
        exchange.settle(result.usage, result.cost)
        await exchange.answer(render_rerank_reply(result, call, exchange.served()), warnings=result.warnings)
