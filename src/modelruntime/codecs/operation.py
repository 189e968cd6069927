"""The contract between a codec and whoever does its I/O.

An *operation* is one call on its way to one endpoint: a small state machine that is told what came back and says what
to do next. It does no I/O and reads no clock.

    start()                 → Send(request) | Wait(seconds) | Done(result)
    receive(response)       → the same, after a Send
    resume()                → the same, after a Wait

One request and one response is the trivial case (`Exchange`); create-and-poll is the other. A failed response raises
`InvokeError` from `receive`. A *streaming* operation hands out a decoder for the answer of one request; a `StagedStream`
may send others first. What goes on at the vendor when its caller has gone is `Cancellable`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import msgspec

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.profile import Profile

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)


class Endpoint(msgspec.Struct, frozen=True):
    """Where a call goes and what is peculiar there. `credentials` are the filled form, secrets wrapped in `Secret`:
    a codec may read endpoint facts from it (deployment, API version), never put a secret into a request: signers do."""

    base_url: str
    """Without a trailing slash."""
    model: str
    """The model's name on the wire."""
    profile: Profile = Profile()
    provider: str | None = None
    model_id: str | None = None
    """The declared id, for errors; `model` where it is None."""
    headers: tuple[tuple[str, str], ...] = ()
    """Declared, configured and per-call headers, in that order of precedence (last wins)."""
    credentials: dict[str, Any] = {}


class Send(msgspec.Struct, frozen=True):
    """Send this request and come back with the whole response."""

    request: HttpRequest


class SendElsewhere(msgspec.Struct, frozen=True):
    """The same without credentials: the address came from the vendor and is its own proof, and a key must not follow it."""

    request: HttpRequest


class Wait(msgspec.Struct, frozen=True):
    """Come back after so many seconds."""

    seconds: float


class Done(msgspec.Struct, Generic[R], frozen=True):
    """The operation is over."""

    result: R


Step = Send | SendElsewhere | Wait | Done[R]


class Operation(Protocol[R]):
    """One call without streaming."""

    def start(self) -> Step[R]: ...
    def receive(self, response: HttpResponse) -> Step[R]: ...
    def resume(self) -> Step[R]: ...


class Decoder(Protocol[E_co]):
    """Turns the bytes of one streamed answer into events. Any split of the same bytes gives the same events."""

    def feed(self, data: bytes) -> Sequence[E_co]:
        """Events that these bytes complete; after a final event (`FinishEvent`, `ErrorEvent`) always empty."""
        ...

    def close(self) -> Sequence[E_co]:
        """The body ended: the last events. Emits an error event (`StreamIncomplete`) if the terminal fact is missing."""
        ...


class DecoderWithTail(Decoder[E_co], Protocol[E_co]):
    """A decoder of a family that says something more behind its terminal fact, or should."""

    @property
    def ending(self) -> bool:
        """The terminal fact came: what follows is worth a moment, and no more."""
        ...


class DecoderToBodyEnd(Decoder[E_co], Protocol[E_co]):
    """A decoder of a family without a terminal fact: its answer is whole when the body is, which only the transport knows."""

    def cut(self) -> Sequence[E_co]:
        """The body broke off. In place of `close`: ends what is open, and finishes nothing."""
        ...


class StreamingOperation(Protocol[E_co]):
    """One call whose answer streams. For an LLM the items are `StreamEvent`, for speech `bytes`."""

    def start(self) -> HttpRequest: ...
    def decoder(self, head: ResponseHead) -> Decoder[E_co]: ...
    def fail(self, response: HttpResponse) -> Exception:
        """The typed error for an answer whose status is not 2xx."""
        ...


class OpenElsewhere(msgspec.Struct, frozen=True):
    """Open the stream of this request's answer, without credentials: its address came from the vendor and is its own proof, and
    a key must not follow it."""

    request: HttpRequest


StreamStep = HttpRequest | OpenElsewhere | Send | Wait | Done[Sequence[E]]
"""What a staged stream wants next: a stream opened, an answer read whole, a while to pass; or its items, all at once."""


class StagedStream(Protocol[E]):
    """A streaming operation that needs more than one request, e.g. one that creates and one that reads. Its `decoder` and `fail`
    are those of `StreamingOperation`."""

    def start(self) -> StreamStep[E]: ...
    def receive(self, response: HttpResponse) -> StreamStep[E]: ...
    def resume(self) -> StreamStep[E]: ...
    def decoder(self, head: ResponseHead) -> Decoder[E]: ...
    def fail(self, response: HttpResponse) -> Exception: ...


@runtime_checkable
class Cancellable(Protocol):
    """An operation whose work goes on at the vendor, and is paid for, when its caller gives up."""

    def cancel(self) -> HttpRequest | None:
        """The request that ends the work, None while there is none or nothing to end."""
        ...


class Exchange(Generic[R]):
    """An operation of one request and one response, made of a rendered request and a parser."""

    __slots__ = ("_parse", "_request")

    def __init__(self, request: HttpRequest, parse: Callable[[HttpResponse], R]) -> None:
        self._request = request
        self._parse = parse

    def start(self) -> Step[R]:
        """Send the request."""
        return Send(self._request)

    def receive(self, response: HttpResponse) -> Step[R]:
        """Parse the response; raises `InvokeError` for one that is no success."""
        return Done(self._parse(response))

    def resume(self) -> Step[R]:
        """Never called: an exchange does not wait."""
        raise RuntimeError("an exchange never waits")


class Rendered(msgspec.Struct, frozen=True):
    """What `render_*` functions give: the request, and what could not be said in it."""

    request: HttpRequest
    warnings: tuple[CallWarning, ...] = ()
