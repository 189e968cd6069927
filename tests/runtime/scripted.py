"""A transport that answers from a script, in both colours, and records what it was sent. It opens no socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.transports.contract import Timeouts

Answer = HttpResponse | Exception | Callable[[HttpRequest], HttpResponse]


def answer(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return HttpResponse(ResponseHead(status, tuple(pairs.items())), raw)


def chat(text: str | None = "Hello!", **more: Any) -> HttpResponse:
    """A chat completion."""
    message = {"role": "assistant", "content": text, **more}
    return answer(
        {
            "id": "c1",
            "object": "chat.completion",
            "model": "m-1",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500},
        },
        x_request_id="req-1",
    )


def frame(delta: Any, finish: str | None = None, **more: Any) -> bytes:
    """One event of a chat stream."""
    chunk = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "model": "m-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **more,
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


USAGE = {"usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}
GREETING = (
    frame({"role": "assistant", "content": ""}),
    frame({"content": "Hel"}),
    frame({"content": "lo"}),
    frame({}, "stop", **USAGE),
    b"data: [DONE]\n\n",
)


def stream(*chunks: bytes | Exception, content_type: str = "text/event-stream") -> Streamed:
    """A streamed answer; an exception among the chunks is raised in its place."""
    return Streamed(chunks, content_type)


class Streamed:
    """What the script holds for a stream."""

    def __init__(self, chunks: Sequence[bytes | Exception], content_type: str) -> None:
        self.chunks = chunks
        self.content_type = content_type


class ScriptedReply:
    """One open answer."""

    def __init__(self, head: ResponseHead, chunks: Sequence[bytes | Exception]) -> None:
        self.head = head
        self._left = list(chunks)
        self.closed = False

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def hurry(self, seconds: float) -> None:
        pass

    def chunks(self) -> Iterator[bytes]:
        while self._left and not self.closed:
            chunk = self._left.pop(0)
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def close(self) -> None:
        self.closed = True


class AsyncScriptedReply:
    """The same, awaited."""

    def __init__(self, reply: ScriptedReply) -> None:
        self._reply = reply
        self.head = reply.head

    async def read(self) -> bytes:
        return self._reply.read()

    def hurry(self, seconds: float) -> None:
        pass

    async def chunks(self) -> AsyncIterator[bytes]:
        for chunk in self._reply.chunks():
            yield chunk

    async def close(self) -> None:
        self._reply.close()


class ScriptedTransport:
    """Blocking. Asking for more than the script holds is an `AssertionError`."""

    def __init__(self, *script: Answer | Streamed) -> None:
        self.script = list(script)
        self.requests: list[HttpRequest] = []
        self.replies: list[ScriptedReply] = []
        self.timeouts: list[Timeouts] = []

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        step = self._next(request, timeouts)
        assert isinstance(step, HttpResponse)
        return step

    def open(self, request: HttpRequest, timeouts: Timeouts) -> ScriptedReply:
        step = self._next(request, timeouts)
        if isinstance(step, Streamed):
            reply = ScriptedReply(ResponseHead(200, (("content-type", step.content_type),)), step.chunks)
        else:
            reply = ScriptedReply(step.head, [step.body])
        self.replies.append(reply)
        return reply

    def close(self) -> None:
        pass

    def _next(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse | Streamed:
        self.requests.append(request)
        self.timeouts.append(timeouts)
        assert self.script, f"an unexpected request to {request.url}"
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step(request) if callable(step) else step

    def body(self, index: int = -1) -> Any:
        """The JSON body of a recorded request."""
        return json.loads(self.requests[index].body or b"null")

    def header(self, name: str, index: int = -1) -> str | None:
        """A header of a recorded request."""
        return dict(self.requests[index].headers).get(name)


class AsyncScriptedTransport:
    """The same script, awaited."""

    def __init__(self, inner: ScriptedTransport) -> None:
        self.inner = inner

    async def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        return self.inner.send(request, timeouts)

    async def open(self, request: HttpRequest, timeouts: Timeouts) -> AsyncScriptedReply:
        return AsyncScriptedReply(self.inner.open(request, timeouts))

    async def close(self) -> None:
        pass
