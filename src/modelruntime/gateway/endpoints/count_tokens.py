"""Tokens of a prompt, counted here and not at the vendor."""

from __future__ import annotations

import msgspec

from modelruntime.codecs.anthropic.inbound.fault import render_fault
from modelruntime.codecs.anthropic.inbound.request import parse_messages_request
from modelruntime.codecs.dialect import Fault
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.warning import CallWarning
from modelruntime.gateway.exchange import NOTHING, Exchange
from modelruntime.runtime.llm_job import LLMRequest
from modelruntime.runtime.token_count import count_messages_plan


class CountTokensEndpoint:
    """`POST /v1/messages/count_tokens` (https://docs.anthropic.com/en/api/messages-count-tokens, read 2026-11-22)."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request; a header says when the count is an estimate."""
        call = parse_messages_request(await exchange.json(ModelType.LLM))
        await exchange.admit(call.model, ModelType.LLM, NOTHING)
        request = LLMRequest(call.messages, call.tools, call.tool_choice, None, False)
        timeouts = exchange.options({}).timeout
        target = exchange.targets()[0]()
        count = await exchange.plane.run(count_messages_plan(target, request, timeouts, ask_vendor=False))
        exchange.settle()
        warnings = (CallWarning("estimated", "the tokens were estimated"),) if count.estimated else ()
        await exchange.answer(msgspec.json.encode({"input_tokens": int(count)}), warnings=warnings)
