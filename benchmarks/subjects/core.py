"""modelruntime over a transport that answers at once: what a call costs without any network. For finding out, no budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks import wire
from benchmarks.subjects.ours import arguments
from benchmarks.subjects.request import EVENTS, MESSAGES, MODEL, PARAMETERS
from modelruntime import FinishEvent, Runtime
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.transports.contract import Timeouts

_BODY = wire.chat().partition(b"\r\n\r\n")[2]
_EVENTS = tuple(event.partition(b"\r\n")[2].removesuffix(b"0\r\n\r\n").removesuffix(b"\r\n") for event in wire.stream_events())
_HEAD = ResponseHead(200, (("content-type", "application/json"), ("x-request-id", "req-0123456789abcdef")))
_STREAM_HEAD = ResponseHead(200, (("content-type", "text/event-stream"), ("x-request-id", "req-0123456789abcdef")))


class _Answered:
    """A transport, and its own open reply."""

    head = _STREAM_HEAD

    def __init__(self, chunks: tuple[bytes, ...]) -> None:
        self._chunks = chunks

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        return HttpResponse(_HEAD, _BODY)

    def open(self, request: HttpRequest, timeouts: Timeouts) -> _Answered:
        return self

    def read(self) -> bytes:
        return b"".join(self._chunks)

    def chunks(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self) -> None:
        pass


def chat(url: str) -> Callable[[], int]:
    llm = Runtime(transport=_Answered(()), **arguments(url, "burst")).llm(f"bench/{MODEL}")

    def call() -> int:
        assert llm.invoke(MESSAGES, **PARAMETERS).cost is not None
        return 1

    return call


def stream_whole(url: str) -> Callable[[], int]:
    return _stream(url, (b"".join(_EVENTS),))


def stream_by_event(url: str) -> Callable[[], int]:
    return _stream(url, _EVENTS)


def _stream(url: str, chunks: tuple[bytes, ...]) -> Callable[[], int]:
    llm = Runtime(transport=_Answered(chunks), **arguments(url, "burst")).llm(f"bench/{MODEL}")

    def read() -> int:
        event = None
        for event in llm.stream(MESSAGES, **PARAMETERS):  # noqa: B007 (the last one is looked at)
            pass
        assert type(event) is FinishEvent
        return EVENTS

    return read
