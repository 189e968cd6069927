"""Embeddings."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.embeddings_served import parse_embeddings_request, render_embeddings_reply
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.answering import whole_and_equal
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.expected import expected_texts, user_of
from modelruntime.runtime.embedding_job import embedding_job


class EmbeddingsEndpoint:
    """`POST /v1/embeddings`."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = parse_embeddings_request(await exchange.json(ModelType.TEXT_EMBEDDING))
        await exchange.admit(call.model, ModelType.TEXT_EMBEDDING, expected_texts(exchange.size), user_of(call.parameters))
        options = exchange.options(call.parameters)
        subject = (call.texts, call.input_type, call.parameters)
        result = await exchange.while_here(
            whole_and_equal(exchange, lambda: subject, partial(embedding_job, call.texts, call.input_type, options))
        )
        exchange.settle(result.usage, result.cost)
        await exchange.answer(render_embeddings_reply(result, call), warnings=result.warnings)
