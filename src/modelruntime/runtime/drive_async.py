"""The async driver: the same plans, awaited."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from modelruntime.entities.errors import InvokeError, ModelRuntimeError, TimedOut
from modelruntime.entities.http import HttpRequest
from modelruntime.runtime.effects import (
    FAREWELL_TIMEOUTS,
    Arrange,
    CloseReply,
    Compute,
    DropToken,
    Effect,
    Emit,
    EngineCount,
    EngineInvoke,
    EngineNext,
    EngineOpen,
    FetchAttachment,
    FetchToken,
    Hurry,
    OpenReply,
    Plan,
    ReadChunk,
    ReadRest,
    SayFarewell,
    SendRequest,
    Sleep,
)
from modelruntime.runtime.world import AsyncWorld
from modelruntime.transports.contract import AsyncReply

R = TypeVar("R")


class AsyncDriver:
    """Performs effects for one call; holds its open reply or engine stream. Cancelling the task closes them."""

    __slots__ = ("_chunks", "_engine_stream", "_farewell", "_reply", "_world")

    def __init__(self, world: AsyncWorld) -> None:
        self._world = world
        self._reply: AsyncReply | None = None
        self._chunks: AsyncIterator[bytes] | None = None
        self._engine_stream: AsyncIterator[Any] | None = None
        self._farewell: HttpRequest | None = None

    async def run(self, plan: Plan[R]) -> R:
        """Perform the plan to its end and return its result."""
        value: Any = None
        failure: ModelRuntimeError | None = None
        over = False
        try:
            while True:
                effect = plan.throw(failure) if failure is not None else plan.send(value)
                value, failure = None, None
                try:
                    if type(effect) is SendRequest:
                        value = await self._world.transport_for(effect.request).send(effect.request, effect.timeouts)
                    else:
                        value = await self._perform(effect)
                except ModelRuntimeError as error:
                    failure = error
        except StopIteration as stop:
            over = True
            result: R = stop.value
            return result
        finally:
            if self._reply is not None or self._engine_stream is not None or self._farewell is not None:
                await self._leave()
            if not over:
                plan.close()

    async def batches(self, plan: Plan[None]) -> AsyncGenerator[Sequence[Any]]:
        """Perform the plan, yielding what came together as one. Closing the iterator closes the socket."""
        value: Any = None
        failure: ModelRuntimeError | None = None
        try:
            while True:
                try:
                    effect = plan.throw(failure) if failure is not None else plan.send(value)
                except StopIteration:
                    return
                failure = None
                if type(effect) is Emit:
                    value = None
                    yield effect.items
                    continue
                try:
                    if type(effect) is ReadChunk and self._chunks is not None:
                        value = await self._chunks.__anext__()
                    else:
                        value = await self._perform(effect)
                except StopAsyncIteration:
                    value = None
                except ModelRuntimeError as error:
                    failure = error
        finally:
            await self._leave()
            plan.close()

    async def close(self) -> None:
        """Close what is open."""
        if self._reply is not None:
            reply, chunks = self._reply, self._chunks
            self._reply = self._chunks = None
            try:
                await reply.close()
            finally:
                await _finish(chunks)  # after the reply, which decides about its connection; else the loop makes a task of it
        if self._engine_stream is not None:
            stream, self._engine_stream = self._engine_stream, None
            await _finish(stream)

    async def _leave(self) -> None:
        """Close what is open, then say farewell; both also where the first fails."""
        try:
            await self.close()
        finally:
            await self._say_farewell()

    async def _say_farewell(self) -> None:
        """Send what was arranged, if anything; a failure of it is nobody's any more."""
        if self._farewell is not None:
            request, self._farewell = self._farewell, None
            with suppress(InvokeError):
                await self._world.transport_for(request).send(request, FAREWELL_TIMEOUTS)

    async def _perform(self, effect: Effect) -> Any:
        match effect:
            case ReadChunk():
                return await anext(self._chunks, None) if self._chunks is not None else None
            case EngineNext():
                return await anext(self._engine_stream, None) if self._engine_stream is not None else None
            case SendRequest(request, timeouts):
                return await self._world.transport_for(request).send(request, timeouts)
            case OpenReply(request, timeouts):
                await self.close()
                self._reply = await self._world.transport_for(request).open(request, timeouts)
                self._chunks = self._reply.chunks()
                return self._reply.head
            case ReadRest():
                return await self._reply.read() if self._reply is not None else b""
            case Hurry(seconds):
                return self._reply.hurry(seconds) if self._reply is not None else None
            case CloseReply():
                return await self.close()
            case Sleep(seconds):
                import asyncio

                return await asyncio.sleep(seconds)
            case Arrange(farewell):
                self._farewell = farewell
                return None
            case SayFarewell():
                return await self._say_farewell()
            case FetchToken():
                return await self._world.tokens.fetch(effect, self._world.transport_for(effect))
            case DropToken():
                return self._world.tokens.drop(effect)
            case FetchAttachment(url, timeouts):
                return await self._world.fetch_attachment(url, timeouts)
            case Compute(work):
                import asyncio

                return await asyncio.to_thread(work)
            case EngineCount(spec, subject):
                return await self._world.engines.acount_tokens(spec, subject)
            case EngineInvoke(spec, call, timeouts):
                return await within(timeouts.total, self._world.engines.ainvoke(spec, call))
            case EngineOpen(spec, call):
                await self.close()
                self._engine_stream = self._world.engines.astream(spec, call)
                return None
            case _:
                raise TypeError(f"{effect!r} is not an effect of this driver")


async def _finish(items: AsyncIterator[Any] | None) -> None:
    """End an iterator that may have more to give, if it can be ended."""
    aclose = getattr(items, "aclose", None)
    if aclose is not None:
        await aclose()


async def within(seconds: float | None, work: Awaitable[R]) -> R:
    """The work's result. Raises `TimedOut` when it takes longer."""
    import asyncio

    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as cause:
        raise TimedOut(f"the local model did not answer within {seconds:g} s") from cause
