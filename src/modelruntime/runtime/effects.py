"""What a call asks of the world.

The logic of a call (attempts, signing, decoding, observers) is written once, as a generator that yields *effects* and is
sent their outcomes; `drive.py` and `drive_async.py` perform them, blocking or awaited. An effect that fails is thrown
into the generator as the `ModelRuntimeError` that it raised. Sync and async can therefore not drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from typing import Any, TypeVar

import msgspec

from modelruntime.engines.contract import EngineSpec
from modelruntime.entities.call import Call, LLMCall
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.signers.contract import Token
from modelruntime.transports.contract import Timeouts

R = TypeVar("R")


class SendRequest(msgspec.Struct, frozen=True):
    """Send and read whole → `HttpResponse`."""

    request: HttpRequest
    timeouts: Timeouts


class OpenReply(msgspec.Struct, frozen=True):
    """Send and wait for the head → `ResponseHead`. The driver keeps the open reply for `ReadChunk` and `ReadRest`."""

    request: HttpRequest
    timeouts: Timeouts


class ReadChunk(msgspec.Struct, frozen=True):
    """The next bytes of the open reply → `bytes`, or None at its end."""


class Hurry(msgspec.Struct, frozen=True):
    """What is left of the open reply must come within so many seconds → None."""

    seconds: float


class ReadRest(msgspec.Struct, frozen=True):
    """All that is left of the open reply → `bytes`."""


class CloseReply(msgspec.Struct, frozen=True):
    """Close the open reply, and its socket if it was not read to the end → None."""


class FetchAttachment(msgspec.Struct, frozen=True):
    """Get a URL through the egress guard → `HttpResponse`."""

    url: str
    timeouts: Timeouts


class Sleep(msgspec.Struct, frozen=True):
    """Let so many seconds pass → None."""

    seconds: float


class FetchToken(msgspec.Struct, frozen=True):
    """A token under `key`, from the cache or by sending `request`, once under concurrency → `Token`, None without a request."""

    key: Hashable
    request: Callable[[], HttpRequest | None]
    parse: Callable[[HttpResponse], Token]
    timeouts: Timeouts
    guarded: bool = False
    """As in `HttpRequest`."""


class DropToken(msgspec.Struct, frozen=True):
    """Forget a token that was refused, unless there is a newer one → None."""

    key: Hashable
    token: Token


class Arrange(msgspec.Struct, frozen=True):
    """What the driver sends if the call is given up from here on (its caller gone, its task cancelled); None: nothing → None."""

    farewell: HttpRequest | None


class SayFarewell(msgspec.Struct, frozen=True):
    """Send what was arranged now, if anything; whatever comes of it → None."""


class EngineInvoke(msgspec.Struct, frozen=True):
    """Run a call on a local engine → its result."""

    spec: EngineSpec
    call: Call
    timeouts: Timeouts


class EngineOpen(msgspec.Struct, frozen=True):
    """Start a streamed call on a local engine → None. The driver keeps the stream for `EngineNext`."""

    spec: EngineSpec
    call: Call
    timeouts: Timeouts


class EngineNext(msgspec.Struct, frozen=True):
    """The next item of the engine's stream → the item, or None at its end."""


class EngineCount(msgspec.Struct, frozen=True):
    """Tokens by a local model's own tokenizer: of an LLM call → `int`, of texts → a tuple of `int`."""

    spec: EngineSpec
    subject: LLMCall | tuple[str, ...]


class Compute(msgspec.Struct, frozen=True):
    """Work that may take a while or touch the disk: in line when blocking, on a thread when async → what it returns."""

    work: Callable[[], Any]


class Emit(msgspec.Struct, frozen=True):
    """Hand these items to the caller of a stream → None."""

    items: Sequence[Any]


Effect = (
    SendRequest
    | OpenReply
    | ReadChunk
    | Hurry
    | ReadRest
    | CloseReply
    | FetchAttachment
    | Sleep
    | FetchToken
    | DropToken
    | Arrange
    | SayFarewell
    | EngineInvoke
    | EngineOpen
    | EngineNext
    | EngineCount
    | Compute
    | Emit
)
Plan = Generator[Effect, Any, R]

READ_CHUNK = ReadChunk()
READ_REST = ReadRest()
CLOSE_REPLY = CloseReply()
ENGINE_NEXT = EngineNext()
SAY_FAREWELL = SayFarewell()
NO_FAREWELL = Arrange(None)
FAREWELL_TIMEOUTS = Timeouts(connect=1.0, first_byte=1.0, idle=1.0, total=1.0)
"""A caller who leaves does not wait longer for it."""
