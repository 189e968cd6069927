"""The attempts of one call: send, decode, retry, fail over. Written once; the drivers perform it.

Before the commit point (the first item that shows the caller something) any failure may be retried or go to the next
target; after it a failure is raised as it is. One deadline and one budget span all of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import msgspec

from modelruntime.codecs.operation import Cancellable, Done, OpenElsewhere, Operation, Send, SendElsewhere, Wait
from modelruntime.entities.errors import CredentialsInvalid, InvokeError, ModelRuntimeError, TimedOut
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.routing import attempt_plan
from modelruntime.routing.attempt_plan import Attempt, CallRoute, GiveUp
from modelruntime.routing.deadline import Deadline
from modelruntime.runtime.effects import (
    CLOSE_REPLY,
    ENGINE_NEXT,
    NO_FAREWELL,
    READ_CHUNK,
    READ_REST,
    SAY_FAREWELL,
    Arrange,
    Effect,
    Emit,
    EngineInvoke,
    EngineOpen,
    Hurry,
    Plan,
    Sleep,
)
from modelruntime.runtime.error_secrets import hide_secrets
from modelruntime.runtime.identifiers import new_name
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.observers import CallInfo, headers_of, notify, notify_events
from modelruntime.runtime.signing import Sending
from modelruntime.runtime.target import Target
from modelruntime.transports.contract import Timeouts

R = TypeVar("R")
_GOING_ON = (Send, SendElsewhere, Wait)
TAIL_SECONDS = 2.0
"""How long what may follow a finish is waited for: usage, the last word."""
FIRST_PIECE = 1024
"""Bytes in which a caller's first event most often is."""


class Attempting:
    """The state that the attempts of one call share."""

    __slots__ = ("_attempts", "_began", "_call_id", "_ends", "_job", "_made_route", "_resolved")

    def __init__(self, job: Job[Any]) -> None:
        self._job = job
        self._call_id = new_name() if job.observers else ""
        self._resolved: dict[int, Target] = {}
        self._began = time.monotonic()
        total = job.timeouts.total
        self._ends = None if total is None else self._began + total
        self._attempts = 0
        """How many were handed out."""
        self._made_route: CallRoute[Callable[[], Target]] | None = None

    def next_attempt(self) -> Attempt[Callable[[], Target]] | attempt_plan.Wait:
        """The attempt to make now, or what to wait first. Raises the last error when there is nothing left to try."""
        targets = self._job.targets
        if not self._attempts and targets and (self._ends is None or self._ends > self._began):
            self._attempts = 1  # the first, as any route begins
            return Attempt(0, 1, targets[0])
        step = self._route.next_attempt(time.monotonic())
        if isinstance(step, GiveUp):
            raise step.error
        if isinstance(step, Attempt):
            self._attempts = step.number
        return step

    @property
    def _route(self) -> CallRoute[Callable[[], Target]]:
        """Made when it is asked for: most calls need no more than their first attempt."""
        route = self._made_route
        if route is None:
            jitter = random.random()  # noqa: S311 (no secret)
            route = self._made_route = CallRoute(tuple(self._job.targets), deadline=Deadline(self._ends), jitter=jitter)
            if self._attempts:
                route.next_attempt(self._began)
        return route

    def target(self, attempt: Attempt[Callable[[], Target]]) -> Target:
        """The attempt's target, resolved once. Raises what the resolver raises."""
        found = self._resolved.get(attempt.target_index)
        if found is None:
            found = self._resolved[attempt.target_index] = attempt.target()
        return found

    def failed(self, error: ModelRuntimeError, target: Target | None, info: CallInfo | None, *, committed: bool) -> None:
        """Complete the error with who failed, show it to the observers, and let the route decide."""
        if target is not None:
            hide_secrets(error, target.credentials)
        if target is not None and isinstance(error, InvokeError):
            error.provider = error.provider or target.schema.provider
            error.model = error.model or target.schema.model
        elif target is not None and isinstance(error, CredentialsInvalid):
            error.provider = error.provider or target.schema.provider
        if info is not None:
            notify(self._job.observers, "on_error", info, error)
        self._route.failed(error, time.monotonic(), committed)

    def info(self, target: Target, prepared: Prepared, *, stream: bool) -> CallInfo | None:
        """What observers get to know, and `on_start`; None when nobody watches."""
        if not self._job.observers:
            return None
        schema = target.schema
        info = CallInfo(
            self._call_id,
            schema.provider,
            schema.model,
            self._job.model_type,
            stream,
            prepared.call,
            self._attempts,
            target.credential_id,
            target.provider.telemetry_name or "",
            target.endpoint.base_url if target.endpoint is not None else "",
        )
        notify(self._job.observers, "on_start", info)
        return info

    def sending(self, target: Target, info: CallInfo | None) -> Sending:
        """How this attempt's requests to the target are sent: within the deadline and the budget."""
        return Sending(
            target.signer,
            target.credentials,
            self.timeouts,
            self.may_repeat,
            target.guarded,
            headers_of(self._job.observers, info) if info is not None else (),
        )

    def may_repeat(self) -> bool:
        """May the attempt under way send its request once more; counts as an attempt."""
        return self._route.may_repeat(time.monotonic())

    def timeouts(self) -> Timeouts:
        """The job's timeouts, the total cut to what is left of the deadline. Raises `TimedOut` when nothing is."""
        given = self._job.timeouts
        if self._ends is None:
            return given
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimedOut("the call's deadline passed", retryable=False)
        return Timeouts(connect=given.connect, first_byte=given.first_byte, idle=given.idle, total=left)


def invoke_plan(job: Job[R]) -> Plan[R]:
    """The plan of a call that is answered whole."""
    attempting = Attempting(job)
    while True:
        attempt = attempting.next_attempt()
        if not isinstance(attempt, Attempt):
            yield Sleep(attempt.seconds)
            continue
        target: Target | None = None
        info: CallInfo | None = None
        try:
            target = attempting.target(attempt)
            prepared = yield from job.prepare(target)
            info = attempting.info(target, prepared, stream=False)
            raw = yield from answer(target, prepared, attempting.sending(target, info))
            result: R = job.finish(target, prepared, raw)
        except ModelRuntimeError as error:
            attempting.failed(error, target, info, committed=False)
            continue
        except BaseException as closed:  # given up (`GeneratorExit`), or a fault of our own: who watches must hear its end
            if info is not None:
                notify(job.observers, "on_error", info, closed)
            raise
        if info is not None:
            notify(job.observers, "on_end", info, result)
        return result


class StreamShape(msgspec.Struct, frozen=True):
    """How a plan reads the items of one kind of stream."""

    failure_of: Callable[[Any], InvokeError | None]
    """The error inside an item, for streams that carry errors as items."""
    is_semantic: Callable[[Any], bool]
    """Does the item show the caller something: the commit point."""
    is_final: Callable[[Any], bool]
    """Is the item the last of its stream."""


def stream_plan(job: Job[Any], shape: StreamShape) -> Plan[None]:
    """The plan of a streamed call."""
    attempting = Attempting(job)
    while True:
        attempt = attempting.next_attempt()
        if not isinstance(attempt, Attempt):
            yield Sleep(attempt.seconds)
            continue
        run = _StreamRun(job, shape)
        try:
            yield from run.attempt(attempting, attempt)
        except ModelRuntimeError as error:
            yield from run.fail()
            attempting.failed(error, run.target, run.info, committed=run.committed)
            continue
        except BaseException as closed:  # as in `invoke_plan`
            if run.info is not None:
                notify(job.observers, "on_error", run.info, closed)
            raise
        if run.info is not None:
            notify(job.observers, "on_end", run.info, run.last)
        return


class _StreamRun:
    """One attempt of a streamed call."""

    __slots__ = ("_held", "_job", "_shape", "_source", "committed", "info", "last", "target")

    def __init__(self, job: Job[Any], shape: StreamShape) -> None:
        self._job = job
        self._shape = shape
        self.target: Target | None = None
        self._source: _ItemSource | None = None
        self._held: list[Any] = []
        self.committed = False
        self.info: CallInfo | None = None
        self.last: Any = None

    def attempt(self, attempting: Attempting, attempt: Attempt[Callable[[], Target]]) -> Plan[None]:
        """Emit the items of this attempt; before the commit point they are held back."""
        job, shape = self._job, self._shape
        target = self.target = attempting.target(attempt)
        prepared = yield from job.prepare(target)
        self.info = attempting.info(target, prepared, stream=True)
        source = self._source = _ItemSource(target, prepared)
        yield from source.open(attempting, self.info)
        final = False
        while not final:
            items = source.at_hand()
            if items is None:
                if (effect := source.next_effect()) is None:
                    break
                if source.hurries():
                    yield Hurry(TAIL_SECONDS)
                try:
                    came = yield effect
                except InvokeError as broken:
                    items = source.broken_off(broken)
                else:
                    items = source.take(came)
            if not items:
                continue
            error = shape.failure_of(items[-1])
            final = shape.is_final(items[-1])
            if final:
                yield from source.over()
            shown = self._shown([job.finish(target, prepared, item) for item in (items if error is None else items[:-1])])
            if shown:
                yield Emit(shown)
            if error is not None:
                raise source.cause or error
        if source.cause is not None and not final:
            raise source.cause
        if self._held:
            yield Emit(self._held)

    def fail(self) -> Plan[None]:
        """Leave nothing of this attempt open."""
        yield from self._source.fail() if self._source is not None else ()

    def _shown(self, items: list[Any]) -> list[Any]:
        """What the caller gets to see now that these came: nothing before the commit point, then all that was held back."""
        if not items:
            return items
        self.last = items[-1]
        if self.info is not None:
            notify_events(self._job.observers, self.info, items)
        if self.committed:
            return items
        self._held.extend(items)
        if any(self._shape.is_semantic(item) for item in items):
            self.committed = True
            if self._source is not None:
                self._source.shown()
            held, self._held = self._held, []
            return held
        return []


def answer(target: Target, prepared: Prepared, sending: Sending) -> Plan[Any]:
    """One attempt that is answered whole: the operation's steps, performed."""
    if target.engine_spec is not None:
        return (yield EngineInvoke(target.engine_spec(), prepared.call, sending.timeouts()))
    operation: Operation[Any] = (prepared.codec or target.codec).invoke(prepared.call, target.endpoint)
    step = operation.start()
    if type(step) is Send:  # most vendors answer at once: what `_performed` would do of it
        step = operation.receive((yield from sending.send(step.request)))
    if type(step) is not Done:
        step = yield from _performed(operation, step, sending)
    done: Done[Any] = step
    return done.result


def _performed(operation: Any, step: Any, sending: Sending) -> Plan[Any]:
    """Sends and waits, until the next step is neither. What goes on at the vendor meanwhile is ended when the call is given up
    or fails."""
    arranged = False
    try:
        while isinstance(step, _GOING_ON):
            if isinstance(step, Wait):
                arranged = (yield from _arranged(operation, sending)) or arranged
                yield Sleep(step.seconds)
                step = operation.resume()
                continue
            own = isinstance(step, Send)
            response = yield from (sending.send if own else sending.send_elsewhere)(step.request)
            step = operation.receive(response)
    except InvokeError:
        if arranged:
            yield SAY_FAREWELL
        raise
    over = isinstance(step, Done)
    if arranged and over:
        yield NO_FAREWELL
    return step


def _arranged(operation: Any, sending: Sending) -> Plan[bool]:
    """Tell the driver what ends the work at the vendor. False where nothing does."""
    farewell = operation.cancel() if isinstance(operation, Cancellable) else None
    if farewell is None:
        return False
    yield Arrange((yield from sending.signed(farewell)))
    return True


class _ItemSource:
    """Where the items of one streamed attempt come from: a decoder over chunks, or an engine."""

    __slots__ = ("_arranged", "_decoder", "_done", "_hurried", "_piece", "_prepared", "_ready", "_rest", "_target", "cause")

    def __init__(self, target: Target, prepared: Prepared) -> None:
        self._target = target
        self._prepared = prepared
        self._decoder: Any = None
        self._ready: Sequence[Any] | None = None
        self._arranged = False
        self._done = False
        self._hurried = False
        self._piece = FIRST_PIECE
        """How many bytes are read at once before the caller was shown something; 0: all that came."""
        self._rest = b""
        self.cause: InvokeError | None = None
        """Why the transport could not read on; the decoder was then closed, so that what had begun is ended."""

    def open(self, attempting: Attempting, info: CallInfo | None) -> Plan[None]:
        """Start the stream. Raises the vendor's error when it refuses."""
        target = self._target
        if target.engine_spec is not None:
            yield EngineOpen(target.engine_spec(), self._prepared.call, attempting.timeouts())
            return
        sending = attempting.sending(target, info)
        operation: Any = (self._prepared.codec or target.codec).stream(self._prepared.call, target.endpoint)
        step = operation.start()
        if not isinstance(step, HttpRequest):
            step = yield from _performed(operation, step, sending)
            if isinstance(step, Done):
                self._ready = cast("Done[Sequence[Any]]", step).result
                return
            self._arranged = yield from _arranged(operation, sending)
        if isinstance(step, OpenElsewhere):
            head: ResponseHead = yield from sending.open_elsewhere(step.request)
        else:
            head = yield from sending.open(step)
        if not 200 <= head.status < 300:
            body = yield READ_REST
            raise operation.fail(HttpResponse(head, body))
        self._decoder = operation.decoder(head)

    def over(self) -> Plan[None]:
        """The vendor has ended its work."""
        if self._arranged:
            self._arranged = False
            yield NO_FAREWELL

    def fail(self) -> Plan[None]:
        """Close the reply, and end what still goes on at the vendor."""
        yield CLOSE_REPLY
        if self._arranged:
            self._arranged = False
            yield SAY_FAREWELL

    def shown(self) -> None:
        """The caller has something to look at: from here on read as much at once as there is."""
        self._piece = 0

    def at_hand(self) -> Sequence[Any] | None:
        """Items for which nothing needs to be done; None where there are none, and `next_effect` says how to get more."""
        if self._rest:
            return self._fed(self._rest)
        ready = self._ready
        if ready is not None:
            self._done, self._ready = True, None
        return ready

    def next_effect(self) -> Effect | None:
        """What gives more, its result for `take`, its error for `broken_off`; None at the end."""
        if self._done:
            return None
        return ENGINE_NEXT if self._decoder is None else READ_CHUNK

    def hurries(self) -> bool:
        """Is it time to hurry? Once: what may follow the finish is not waited for as the rest is."""
        if self._hurried or not getattr(self._decoder, "ending", False):
            return False
        self._hurried = True
        return True

    def take(self, came: Any) -> Sequence[Any]:
        """The items in what came, maybe none yet."""
        if came is None:
            return self._ended()
        return [came] if self._decoder is None else self._fed(came)

    def broken_off(self, error: InvokeError) -> Sequence[Any]:
        """The last items of a body that the transport could not read to its end. Raises the error of an engine."""
        if self._decoder is None:
            raise error
        self.cause = error
        return self._ended()

    def _ended(self) -> Sequence[Any]:
        self._done = True
        if self._decoder is None:
            return ()
        # see `codecs/operation.DecoderToBodyEnd`
        end: Any = self._decoder.close if self.cause is None else getattr(self._decoder, "cut", self._decoder.close)
        try:
            closing: Sequence[Any] = end()
        except InvokeError as error:  # a decoder without errors among its items; what broke the body off explains more
            raise self.cause or error from None
        return closing

    def _fed(self, chunk: bytes) -> Sequence[Any]:
        """A vendor may send a whole answer at once. Its beginning is not kept back until all of it is decoded."""
        if piece := self._piece:
            self._piece = 2 * piece  # what is long in coming is not taken apart for ever
            chunk, self._rest = chunk[:piece], chunk[piece:]
        elif self._rest:
            self._rest = b""
        fed: Sequence[Any] = self._decoder.feed(chunk)
        return fed
