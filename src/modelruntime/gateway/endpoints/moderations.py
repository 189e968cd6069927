"""Moderation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.moderations_served import parse_moderation_request, render_moderation_reply
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.usage import InputUsage, Usage
from modelruntime.gateway.answering import whole_and_equal
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.expected import expected_texts, user_of
from modelruntime.gateway.refused import refused
from modelruntime.runtime.moderation_job import moderation_job

INPUTS_AT_MOST = 64


class ModerationsEndpoint:
    """`POST /v1/moderations`: each input is a call of its own, one after the other."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = parse_moderation_request(await exchange.json(ModelType.MODERATION))
        if len(call.inputs) > INPUTS_AT_MOST:
            raise refused(400, "invalid_request", f"input may hold at most {INPUTS_AT_MOST} texts", "input")
        await exchange.admit(call.model, ModelType.MODERATION, expected_texts(exchange.size), user_of(call.parameters))

        async def judge() -> list[ModerationResult]:
            results: list[ModerationResult] = []
            for content in call.inputs:
                options = exchange.options(call.parameters)
                subject = partial(_subject, content, call.parameters)
                results.append(await whole_and_equal(exchange, subject, partial(moderation_job, content, options)))
            return results

        results = await exchange.while_here(judge())
        counts = [result.usage.input.total for result in results]
        known = None if None in counts else sum(count or 0 for count in counts)
        cost = results[0].cost if len(results) == 1 else None
        exchange.settle(Usage(input=InputUsage(total=known)), cost)
        warnings = tuple(dict.fromkeys(warning for result in results for warning in result.warnings))
        await exchange.answer(render_moderation_reply(results, call, exchange.served()), warnings=warnings)


def _subject(content: Any, parameters: Mapping[str, Any]) -> Any:
    return content, parameters
