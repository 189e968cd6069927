"""Chat and completion, in any dialect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from modelruntime.codecs.dialect import EventEncoder, Fault, InboundCall, LLMDialect
from modelruntime.codecs.openai.inbound.chat_stream import DONE
from modelruntime.codecs.openai.inbound.choices import join_choices
from modelruntime.entities.cost import Cost
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart, VerbatimEvent
from modelruntime.entities.http import Headers
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning
from modelruntime.gateway.answering import streamed, whole
from modelruntime.gateway.asgi import Fields
from modelruntime.gateway.disconnect import UntilGone
from modelruntime.gateway.exchange import EVENT_STREAM, Exchange
from modelruntime.gateway.expected import expected_answer, user_of
from modelruntime.gateway.fault_of import SHUTTING_DOWN, fault_of
from modelruntime.gateway.heartbeat import Heartbeat
from modelruntime.runtime.attempts import invoke_plan, stream_plan
from modelruntime.runtime.job import Job
from modelruntime.runtime.llm_job import LLM_STREAM, LLMRequest, llm_job
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import FamilyFields
from modelruntime.runtime.relaying import RelayAsk
from modelruntime.runtime.structured_output import StructuredOutput, structured_output
from modelruntime.runtime.summed import sum_cost, sum_usage
from modelruntime.runtime.target import Target

_FAMILY_HEADERS = (b"anthropic-beta", b"openai-beta")
"""Headers with which a client switches something on at vendors of its family."""


class LLMEndpoint:
    """One path of one dialect."""

    def __init__(self, dialect: LLMDialect, default_of: ModelType | None = ModelType.LLM) -> None:
        """`default_of` is the type whose default model a client means that names none; None: it must name one."""
        self._dialect = dialect
        self._default_of = default_of

    def render_fault(self, fault: Fault) -> bytes:
        """An error as clients of the dialect read it."""
        return self._dialect.render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = self._dialect.parse_request(await exchange.json(self._default_of))
        exchange.stream = call.stream
        expected = expected_answer(exchange.size, call.messages, call.parameters)
        await exchange.admit(call.model, ModelType.LLM, expected, user_of(call.extra) if call.extra else "")
        answering = _Answering(self._dialect, exchange, call)
        if call.stream:
            await answering.stream()
        else:
            await answering.whole()


class _Answering:
    """One request on its way to its answers: several where the client wants a choice, or has more than one prompt.

    A vendor of the client's own family gives all of them at once; any other is asked once for each.
    """

    def __init__(self, dialect: LLMDialect, exchange: Exchange, call: InboundCall) -> None:
        self._dialect = dialect
        self._exchange = exchange
        self._call = call
        self._prompts = [call.prompt] if call.choices == 1 and not call.prompts else _each_asked(call)
        self._plain = len(self._prompts) > 1 or call.family_only is not None
        """Several answers, and what only the family understands, are not taken from the cache: its keys do not tell them apart."""

    async def whole(self) -> None:
        """Answer in one piece."""
        exchange, call = self._exchange, self._call
        with UntilGone(exchange.scope, exchange.receive):
            first = await self._result(0)
            others = [] if first.relayed else [await self._result(at) for at in range(1, len(self._prompts))]
        results = [first, *others]
        if others:
            exchange.settle(sum_usage([result.usage for result in results]), sum_cost([result.cost for result in results]))
        else:
            exchange.settle(first.usage, first.cost)
        if first.relayed and first.raw is not None:
            body = first.raw.body
        else:
            served = [replace(exchange.served(), choice=at) for at in range(len(results))]
            bodies = [self._dialect.render_result(result, call, each) for result, each in zip(results, served, strict=True)]
            body = bodies[0] if len(bodies) == 1 else join_choices(bodies)
        await exchange.answer(body, warnings=_told(results) if others or first.warnings else ())

    def _result(self, at: int) -> Awaitable[LLMResult]:
        exchange = self._exchange
        if self._plain:
            return exchange.plane.run(invoke_plan(self._job(at, exchange.targets(), exchange.observers())))
        return whole(exchange, self._subject, partial(self._job, at))

    def _batches(self, at: int) -> AsyncGenerator[Sequence[StreamEvent]]:
        exchange = self._exchange
        if self._plain:
            job = self._job(at, exchange.targets(), exchange.observers())
            return exchange.plane.driver().batches(stream_plan(job, LLM_STREAM))
        return streamed(exchange, self._subject, partial(self._job, at), LLM_STREAM)

    def _subject(self) -> Any:
        """All that the client said."""
        return (self._dialect.name, replace(self._call, model="", stream=False, stream_usage=True))

    async def _break_off(self, encoder: EventEncoder, fault: Fault) -> None:
        """After the commit point a failure is told in the stream, which then ends without the dialect's last word."""
        self._exchange.settle(fault=fault)
        await self._exchange.send({"type": "http.response.body", "body": encoder.fail(fault), "more_body": False})

    async def stream(self) -> None:
        """Answer event by event. Nothing is sent before the commit point: until then a failure has a status of its own."""
        exchange = self._exchange
        finished: list[FinishEvent] = []
        rest = b""
        encoder: EventEncoder = self._dialect.encoder(self._call, exchange.served())
        try:
            with UntilGone(exchange.scope, exchange.receive), Heartbeat(exchange) as beat:
                for at in range(len(self._prompts)):
                    if at:
                        await exchange.send({"type": "http.response.body", "body": rest, "more_body": True})
                    encoder = self._encoder(at)
                    relayed, rest = await self._pass_on(self._batches(at), encoder, finished, beat)
                    if relayed:
                        break
        except ModelRuntimeError as error:
            if not exchange.started:
                raise
            await self._break_off(encoder, fault_of(error, exchange.id))
            return
        except asyncio.CancelledError:  # the time to drain is up
            if not exchange.started:
                raise
            await self._break_off(encoder, replace(SHUTTING_DOWN, request_id=exchange.id))
            return
        if finished:  # the record is kept before a client can read that its call is over
            exchange.settle(_total(finished).usage, _total(finished).cost)
        await exchange.send({"type": "http.response.body", "body": rest, "more_body": False})

    async def _pass_on(
        self, batches: AsyncGenerator[Sequence[StreamEvent]], encoder: EventEncoder, finished: list[FinishEvent], beat: Heartbeat
    ) -> tuple[bool, bytes]:
        """Send one answer; its last bytes are given back, with whether the vendor's own words were passed on."""
        exchange = self._exchange
        relayed = False
        rest = b""
        last_of_all = len(finished) + 1 == len(self._prompts)
        try:
            async for events in batches:
                beat.sent()
                relayed = relayed or isinstance(events[0], VerbatimEvent)
                if not exchange.started:
                    await _begin(exchange, events)
                if isinstance(last := events[-1], FinishEvent):
                    finished.append(last)
                    if not relayed:
                        events = [*events[:-1], _total(finished)]
                if relayed:
                    data = b"".join([event.data for event in events if isinstance(event, VerbatimEvent)])
                else:
                    data = b"".join(map(encoder.feed, events))
                if isinstance(last, FinishEvent):
                    rest = data if relayed or last_of_all else data.removesuffix(DONE)
                elif data:
                    await exchange.send({"type": "http.response.body", "body": data, "more_body": True})
        finally:
            await batches.aclose()
        return relayed, rest

    def _encoder(self, at: int) -> EventEncoder:
        """For the answer in this place; usage is told with the last."""
        call, served = self._call, self._exchange.served()
        if len(self._prompts) == 1:
            return self._dialect.encoder(call, served)
        usage = call.stream_usage and at == len(self._prompts) - 1
        call = replace(call, stream_usage=usage)
        return self._dialect.encoder(call, replace(served, choice=at))

    def _job(self, at: int, targets: Sequence[Callable[[], Target]], observers: Sequence[Observer]) -> Job[LLMResult]:
        """The call for one answer; the first may bring all of them."""
        call, dialect, exchange = self._call, self._dialect, self._exchange
        messages = call.messages if call.prompt is None else (UserMessage(self._prompts[at] or ""),)
        output: StructuredOutput | None = structured_output(call.output) if call.output is not None else None
        ask = None if at else RelayAsk(dialect, call, exchange.content, _family_headers(exchange.fields))
        request = LLMRequest(messages, call.tools, call.tool_choice, output, call.stream, ask)
        family = FamilyFields(dialect.codecs, call.extra, call.equivalents, call.essential) if call.extra else None
        return llm_job(request, exchange.options(call.parameters, family), targets, observers)


def _each_asked(call: InboundCall) -> list[str | None]:
    """The prompt of each answer; None for a chat."""
    return [prompt for prompt in call.prompts or (call.prompt,) for _ in range(call.choices)]


def _told(results: Sequence[LLMResult]) -> tuple[CallWarning, ...]:
    """The warnings of all, each once; that a vendor gives one answer at a time was made up for."""
    return tuple(dict.fromkeys(warning for result in results for warning in result.warnings if warning.field != "n"))


async def _begin(exchange: Exchange, events: Sequence[Any]) -> None:
    warnings = next((event.warnings for event in events if isinstance(event, StreamStart)), ())
    headers = [*exchange.headers(EVENT_STREAM, warnings), (b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]
    exchange.started = True
    await exchange.send({"type": "http.response.start", "status": 200, "headers": headers})


def _total(finished: Sequence[FinishEvent]) -> FinishEvent:
    """The last finish with the usage and cost of all."""
    if len(finished) == 1:
        return finished[0]
    usage: Usage = sum_usage([each.usage for each in finished])
    cost: Cost | None = sum_cost([each.cost for each in finished])
    return replace(finished[-1], usage=usage, cost=cost)


def _family_headers(fields: Fields) -> Headers:
    return tuple([(name.decode(), fields[name].decode("latin-1")) for name in _FAMILY_HEADERS if fields.get(name)])
