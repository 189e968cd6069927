"""Chat and completion, in any dialect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.dialect import EventEncoder, Fault, InboundCall, LLMDialect
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.answering import streamed, whole
from modelruntime.gateway.disconnect import UntilGone
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.expected import expected_answer, user_of
from modelruntime.gateway.fault_of import SHUTTING_DOWN, fault_of
from modelruntime.gateway.heartbeat import Heartbeat
from modelruntime.runtime.llm_job import LLM_STREAM, LLMRequest, llm_job
from modelruntime.runtime.options import FamilyFields
from modelruntime.runtime.structured_output import StructuredOutput, structured_output

EVENT_STREAM = b"text/event-stream; charset=utf-8"


class LLMEndpoint:
    """One path of one dialect."""

    def __init__(self, dialect: LLMDialect) -> None:
        self._dialect = dialect

    def render_fault(self, fault: Fault) -> bytes:
        """An error as clients of the dialect read it."""
        return self._dialect.render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = self._dialect.parse_request(await exchange.json())
        exchange.stream = call.stream
        expected = expected_answer(exchange.size, call.messages, call.parameters)
        await exchange.admit(call.model, ModelType.LLM, expected, user_of(call.extra))
        family = FamilyFields(self._dialect.codecs, call.extra, call.equivalents, call.essential)
        job_of = partial(llm_job, _request(call), exchange.options(call.parameters, family))
        subject = (self._dialect.name, msgspec.structs.replace(call, model="", stream=False, stream_usage=True))
        if call.stream:
            await self._stream(exchange, call, streamed(exchange, subject, job_of, LLM_STREAM))
            return
        result = await exchange.while_here(whole(exchange, subject, job_of))
        exchange.settle(result.usage, result.cost)
        await exchange.answer(self._dialect.render_result(result, call, exchange.served()), warnings=result.warnings)

    async def _stream(self, exchange: Exchange, call: InboundCall, batches: AsyncGenerator[Sequence[StreamEvent]]) -> None:
        """Nothing is sent before the commit point: until then a failure has a status of its own."""
        encoder = self._dialect.encoder(call, exchange.served())
        finish: FinishEvent | None = None
        rest = b""
        try:
            async with UntilGone(exchange.receive), Heartbeat(exchange) as beat:
                async for events in batches:
                    beat.sent()
                    if not exchange.started:
                        await _begin(exchange, events)
                    data = b"".join(map(encoder.feed, events))
                    if isinstance(last := events[-1], FinishEvent):
                        finish, rest = last, data
                    elif data:
                        await exchange.send({"type": "http.response.body", "body": data, "more_body": True})
        except ModelRuntimeError as error:
            if not exchange.started:
                raise
            await self._break_off(exchange, encoder, fault_of(error, exchange.id))
            return
        except asyncio.CancelledError:  # the time to drain is up
            if not exchange.started:
                raise
            await self._break_off(exchange, encoder, replace(SHUTTING_DOWN, request_id=exchange.id))
            return
        finally:
            await batches.aclose()
        if finish is not None:  # the record is kept before a client can read that its call is over
            exchange.settle(finish.usage, finish.cost)
        await exchange.send({"type": "http.response.body", "body": rest, "more_body": False})

    async def _break_off(self, exchange: Exchange, encoder: EventEncoder, fault: Fault) -> None:
        """After the commit point a failure is told in the stream, which then ends without the dialect's last word."""
        exchange.settle(fault=fault)
        await exchange.send({"type": "http.response.body", "body": encoder.fail(fault), "more_body": False})


async def _begin(exchange: Exchange, events: Sequence[Any]) -> None:
    warnings = next((event.warnings for event in events if isinstance(event, StreamStart)), ())
    headers = [*exchange.headers(EVENT_STREAM, warnings), (b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]
    exchange.started = True
    await exchange.send({"type": "http.response.start", "status": 200, "headers": headers})


def _request(call: InboundCall) -> LLMRequest:
    messages = call.messages if call.prompt is None else (UserMessage(call.prompt),)
    output: StructuredOutput | None = structured_output(call.output) if call.output is not None else None
    return LLMRequest(messages, call.tools, call.tool_choice, output, call.stream)
