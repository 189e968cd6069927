"""Rerank."""

from __future__ import annotations

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.rerank.inbound import parse_rerank_request, render_rerank_reply
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.exchange import Exchange
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.rerank_job import rerank_job


class RerankEndpoint:
    """`POST /v1/rerank`."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the words of OpenAI's family: this one has no common form."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = parse_rerank_request(await exchange.json(ModelType.RERANK))
        await exchange.admit(call.model, ModelType.RERANK)
        options = exchange.options(call.parameters)
        job = rerank_job(
            call.query,
            call.documents,
            call.top_n,
            call.score_threshold,
            False,
            options,
            exchange.targets(),
            exchange.observers(),
        )
        result = await exchange.run(invoke_plan, job)
        exchange.settle(result.usage, result.cost)
        await exchange.answer(render_rerank_reply(result, call, exchange.served()), warnings=result.warnings)
