"""The blocking driver: performs the effects of a plan one after another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeVar

from modelruntime.entities.errors import InvokeError, ModelRuntimeError
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
from modelruntime.runtime.world import World
from modelruntime.transports.contract import Reply

R = TypeVar("R")


class Driver:
    """Performs effects for one call; holds its open reply or engine stream. Not shared between threads."""

    __slots__ = ("_chunks", "_engine_stream", "_farewell", "_reply", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._reply: Reply | None = None
        self._chunks: Iterator[bytes] | None = None
        self._engine_stream: Iterator[Any] | None = None
        self._farewell: HttpRequest | None = None

    def run(self, plan: Plan[R]) -> R:
        """Perform the plan to its end and return its result."""
        value: Any = None
        failure: ModelRuntimeError | None = None
        try:
            while True:
                effect = plan.throw(failure) if failure is not None else plan.send(value)
                value, failure = None, None
                try:
                    if type(effect) is SendRequest:
                        value = self._world.transport_for(effect.request).send(effect.request, effect.timeouts)
                    else:
                        value = self._perform(effect)
                except ModelRuntimeError as error:
                    failure = error
        except StopIteration as stop:
            result: R = stop.value
            return result
        finally:
            if self._reply is not None or self._engine_stream is not None or self._farewell is not None:
                self.close()
                self._say_farewell()
            plan.close()

    def iterate(self, plan: Plan[None]) -> Iterator[Any]:
        """Perform the plan, yielding what it emits. Closing the iterator closes the socket."""
        value: Any = None
        failure: ModelRuntimeError | None = None
        try:
            while True:
                effect = plan.throw(failure) if failure is not None else plan.send(value)
                failure = None
                if type(effect) is Emit:
                    value = None
                    yield from effect.items
                    continue
                try:
                    value = self._perform(effect)
                except ModelRuntimeError as error:
                    failure = error
        except StopIteration:
            return
        finally:
            self.close()
            self._say_farewell()
            plan.close()

    def close(self) -> None:
        """Close what is open."""
        if self._reply is not None:
            self._reply.close()
            self._reply = self._chunks = None
        if self._engine_stream is not None:
            close = getattr(self._engine_stream, "close", None)
            self._engine_stream = None
            if close is not None:
                close()

    def _say_farewell(self) -> None:
        """Send what was arranged, if anything; a failure of it is nobody's any more."""
        if self._farewell is not None:
            request, self._farewell = self._farewell, None
            with suppress(InvokeError):
                self._world.transport_for(request).send(request, FAREWELL_TIMEOUTS)

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case ReadChunk():
                return next(self._chunks, None) if self._chunks is not None else None
            case EngineNext():
                return next(self._engine_stream, None) if self._engine_stream is not None else None
            case SendRequest(request, timeouts):
                return self._world.transport_for(request).send(request, timeouts)
            case OpenReply(request, timeouts):
                self.close()
                self._reply = self._world.transport_for(request).open(request, timeouts)
                self._chunks = self._reply.chunks()
                return self._reply.head
            case ReadRest():
                return self._reply.read() if self._reply is not None else b""
            case Hurry(seconds):
                return self._reply.hurry(seconds) if self._reply is not None else None
            case CloseReply():
                return self.close()
            case Sleep(seconds):
                return time.sleep(seconds)
            case Arrange(farewell):
                self._farewell = farewell
                return None
            case SayFarewell():
                return self._say_farewell()
            case FetchToken():
                return self._world.tokens.fetch(effect, self._world.transport_for(effect))
            case DropToken():
                return self._world.tokens.drop(effect)
            case FetchAttachment(url, timeouts):
                return self._world.fetch_attachment(url, timeouts)
            case Compute(work):
                return work()
            case EngineCount(spec, subject):
                return self._world.engines.count_tokens(spec, subject)
            case EngineInvoke(spec, call, timeouts):
                return self._world.engines.invoke(spec, call, timeout=timeouts.total)
            case EngineOpen(spec, call, timeouts):
                self.close()
                self._engine_stream = self._world.engines.stream(spec, call, timeout=timeouts.total)
                return None
            case _:
                raise TypeError(f"{effect!r} is not an effect of this driver")
