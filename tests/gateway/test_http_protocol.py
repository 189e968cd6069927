"""The connection of a client against uvicorn's own: the same bytes in, the same application, the same bytes out."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from modelruntime.gateway.asgi import Receive, Scope, Send, respond
from modelruntime.gateway.http_protocol import HEADER_BYTES, DeadlineProtocol, protocol_within
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.moving_deadline import MovingDeadline

JSON = [(b"content-type", b"application/json")]
Given = list[tuple[bytes, bytes]]


class Wire(asyncio.Transport):
    """A socket that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False

    def write(self, data: Any) -> None:
        if not self.closed:
            self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """The test gives what it has all the same."""

    def resume_reading(self) -> None:
        """See above."""


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what it was asked, and all of the body."""
    body, more = b"", True
    while more:
        event = await receive()
        assert event["type"] == "http.request"
        body, more = body + event["body"], event["more_body"]
    said = (
        scope["method"],
        scope["path"],
        scope["raw_path"],
        scope["query_string"],
        scope["http_version"],
        scope["headers"],
        scope["state"],
    )
    await respond(send, 200, JSON, repr((said, body)).encode())


def answering(status: int, headers: Given, *bodies: bytes) -> Any:
    """An application that sends this head and these bodies."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for at, body in enumerate(bodies):
            await send({"type": "http.response.body", "body": body, "more_body": at < len(bodies) - 1})

    return application


async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers before it has read anything."""
    await respond(send, 413, JSON, b"{}")


async def fails(scope: Scope, receive: Receive, send: Send) -> None:
    raise LookupError("nothing there")


async def fails_late(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise LookupError("nothing more")


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    """Forgets to answer."""


GET = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n"
POST = b"POST /v1/x%20y?q=1 HTTP/1.1\r\nHost: x\r\nX-Two: a\r\nx-two: b\r\ncontent-length: 5\r\n\r\nhello"
CHUNKED = b"POST /c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
HEAD = b"HEAD /h HTTP/1.1\r\nhost: x\r\n\r\n"
LAST = b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
OLD = b"GET /a HTTP/1.0\r\nhost: x\r\n\r\n"
WHOLE_URL = b"GET http://x/absolute?a=b#c HTTP/1.1\r\nhost: x\r\n\r\n"
EXPECTING = b"POST /e HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"

CASES: dict[str, tuple[Any, Sequence[bytes]]] = {
    "get": (echo, [GET]),
    "post": (echo, [POST]),
    "two after each other": (echo, [POST, GET]),
    "three at once": (echo, [POST + CHUNKED + GET]),
    "byte by byte": (echo, [bytes([each]) for each in POST + GET]),
    "chunked": (echo, [CHUNKED]),
    "absolute form": (echo, [WHOLE_URL]),
    "old": (echo, [OLD]),
    "last": (echo, [LAST]),
    "last, and more": (echo, [LAST + GET]),
    "expecting": (echo, [EXPECTING, b"hi"]),
    "expecting, refused": (refuses, [EXPECTING]),
    "refused before the body": (refuses, [POST[:-5], b"hello", GET]),
    "head": (echo, [HEAD, GET]),
    "not http": (echo, [b"hello\r\n\r\n"]),
    "pieces": (answering(200, JSON, b"ab", b"", b"c"), [GET, GET]),
    "pieces of a head request": (answering(200, JSON, b"ab", b"c"), [HEAD, GET]),
    "length": (answering(200, [(b"Content-Length", b"3")], b"ab", b"c"), [GET]),
    "length and head": (answering(200, [(b"content-length", b"3")], b""), [HEAD]),
    "too short": (answering(200, [(b"content-length", b"4")], b"ab", b"c"), [GET]),
    "too long": (answering(200, [(b"content-length", b"2")], b"ab", b"c"), [GET]),
    "no content": (answering(204, [], b""), [GET, GET]),
    "not modified": (answering(304, [(b"etag", b"x")], b""), [GET, GET]),
    "said chunked": (answering(200, [(b"Transfer-Encoding", b"Chunked")], b"ab"), [GET]),
    "closes": (answering(200, [(b"Connection", b"x, Close"), (b"content-length", b"1")], b"a"), [GET, GET]),
    "closes an old one": (answering(200, JSON, b"a"), [OLD]),
    "twice over": (answering(200, [(b"content-length", b"1")], b"a"), [LAST]),
    "fails": (fails, [GET]),
    "fails late": (fails_late, [GET]),
    "silent": (silent, [GET]),
    "no end": (answering(200, []), [GET]),
}


def connected(kind: type[HttpToolsProtocol], application: Any) -> tuple[Any, Wire, ServerState]:
    """A protocol on a new connection, as uvicorn makes it."""
    config = uvicorn.Config(application, lifespan="off", log_config=None, access_log=False, interface="asgi3")
    config.load()
    state = ServerState()
    protocol = kind(config=config, server_state=state, app_state={"of": "the server"})
    wire = Wire()
    protocol.connection_made(wire)
    return protocol, wire, state


async def spoken(kind: type[HttpToolsProtocol], application: Any, pieces: Sequence[bytes]) -> tuple[bytes, bool]:
    """What a protocol writes for these pieces, and whether it hangs up."""
    protocol, wire, state = connected(kind, application)
    for piece in pieces:
        if not wire.closed:
            protocol.data_received(piece)
        while state.tasks:
            before = len(wire.written), wire.closed
            await asyncio.wait(list(state.tasks), timeout=0.01)
            if before == (len(wire.written), wire.closed):
                break  # it waits for more of the body
        await asyncio.sleep(0)  # the end of the turn, when it is written
    protocol.connection_lost(None)
    for task in list(state.tasks):
        task.cancel()
    await asyncio.gather(*state.tasks, return_exceptions=True)
    assert not protocol.connections
    return bytes(wire.written), wire.closed


@pytest.mark.parametrize("name", CASES)
async def test_as_the_server_it_stands_in_for(name: str, caplog: pytest.LogCaptureFixture):
    application, pieces = CASES[name]
    theirs, they_close = await spoken(HttpToolsProtocol, application, pieces)
    ours, we_close = await spoken(DeadlineProtocol, application, pieces)
    assert lawful(ours) == lawful(theirs)
    assert we_close == they_close
    assert theirs or name == "no end"


def lawful(answers: bytes) -> list[bytes]:
    """The lines, where those of a bare 500 may stand in any order."""
    lines = answers.split(b"\r\n")
    return sorted(lines) if b" 500 " in lines[0] else lines


@pytest.mark.parametrize("header", [(b"a:b", b"c"), (b"a", b"b\r\nc: d"), (b"a\r\nb", b"c"), (b"", b"c"), (b"a", b"\x00")])
@pytest.mark.parametrize("whole", [answering, None])
async def test_no_header_breaks_out_of_its_line(header: tuple[bytes, bytes], whole: Any, caplog: pytest.LogCaptureFixture):
    async def at_once(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, 200, [header], b"secret")

    said, closed = await spoken(DeadlineProtocol, answering(200, [header], b"secret") if whole else at_once, [GET])
    assert said.startswith(b"HTTP/1.1 500 ")
    assert b"secret" not in said
    assert closed


async def test_a_client_that_leaves_is_told_to_the_application():
    heard: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append((await receive())["type"])
        heard.append((await receive())["type"])
        await respond(send, 200, JSON, b"{}")  # nobody reads it

    protocol, wire, state = connected(DeadlineProtocol, application)
    protocol.data_received(GET)
    (task,) = state.tasks
    asyncio.get_running_loop().call_soon(protocol.connection_lost, None)
    await task
    assert heard == ["http.request", "http.disconnect"]
    assert not wire.written


async def attentive(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers nobody who has left."""
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        more = event["more_body"]
    await respond(send, 200, JSON, b"{}")


async def upgraded(protocol: Any) -> None:
    protocol.ws_protocol_class = lambda **_: asyncio.Protocol()
    protocol.transport.set_protocol = lambda _: None
    protocol.data_received(b"GET /w HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")


async def left(protocol: Any) -> None:
    protocol.connection_lost(None)


async def answered_and_left(protocol: Any) -> None:
    protocol.data_received(POST)
    await asyncio.gather(*protocol.tasks)
    await left(protocol)


async def left_before_the_answer(protocol: Any) -> None:
    protocol.data_received(POST[:-1])
    await asyncio.sleep(0)
    await left(protocol)
    await asyncio.gather(*protocol.tasks, return_exceptions=True)


async def left_with_others_waiting(protocol: Any) -> None:
    protocol.data_received(GET + POST + POST)
    await left(protocol)
    await asyncio.gather(*protocol.tasks, return_exceptions=True)


@pytest.mark.parametrize("course", [upgraded, left, answered_and_left, left_before_the_answer, left_with_others_waiting])
async def test_a_connection_that_is_over_does_not_wait_for_the_collector(course: Any):
    protocol, _, _ = connected(DeadlineProtocol, attentive)
    known = weakref.ref(protocol)
    gc.disable()
    try:
        await course(protocol)
        await asyncio.sleep(0)
        del protocol
        assert known() is None
    finally:
        gc.enable()


ENDS: dict[str, Callable[[Any], None]] = {
    "the server ends": lambda protocol: protocol.shutdown(),
    "nonsense comes": lambda protocol: protocol.data_received(b"nonsense\r\n\r\n"),
}


@pytest.mark.parametrize("end", ENDS)
async def test_an_answer_of_the_turn_in_which_it_ends_is_said_first(end: str, caplog: pytest.LogCaptureFixture):
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, 200, JSON, b"{}")
        ENDS[end](protocol)  # before the turn is over

    protocol, wire, state = connected(DeadlineProtocol, application)
    protocol.data_received(GET)
    await asyncio.wait(list(state.tasks))
    assert wire.written.startswith(b"HTTP/1.1 200 ")
    assert wire.closed


LONG = b"GET /a HTTP/1.1\r\nx: " + b"a" * HEADER_BYTES


@pytest.mark.parametrize("pieces", [[LONG], [LONG[:9], LONG[9:]], [LONG[:-9], LONG[-9:]]])
@pytest.mark.parametrize("before", [[], [GET], [GET, POST]])
async def test_no_head_is_too_long_first_or_later(before: list[bytes], pieces: list[bytes]):
    said, closed = await spoken(DeadlineProtocol, echo, [*before, *pieces])
    assert said.count(b"HTTP/1.1 200 ") == len(before)
    assert said.count(b"HTTP/1.1 400 ") == 1
    assert closed


async def test_many_heads_that_come_in_two_pieces_are_not_one_long_one():
    protocol, wire, state = connected(DeadlineProtocol, echo)
    head = b"GET /a HTTP/1.1\r\nx: " + b"a" * 4000 + b"\r\n\r\n"
    protocol.data_received(head[:2000])
    for _ in range(60):  # each ends in the piece that begins the next
        protocol.data_received(head[2000:] + head[:2000])
    assert not wire.closed
    protocol.connection_lost(None)
    await asyncio.wait(list(state.tasks))


class Clock:
    """A loop whose time is told, and whose timers fire when told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.armed = 0
        self.timers: list[tuple[float, Callable[[], None], Any]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> Any:
        clock = self
        self.armed += 1

        class Handle:
            def when(self) -> float:
                return when

            def cancel(self) -> None:
                clock.timers = [timer for timer in clock.timers if timer[2] is not self]

        handle = Handle()
        self.timers.append((when, call, handle))
        return handle

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while self.timers and min(self.timers, key=lambda timer: timer[0])[0] <= end:
            first = min(self.timers, key=lambda timer: timer[0])
            self.timers.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = end


def test_a_deadline_that_moves():
    clock: Any = Clock()
    fired: list[str] = []
    deadline = MovingDeadline(clock)
    deadline.within(5, lambda: fired.append("first"))
    for _ in range(100):
        clock.advance(1)
        deadline.clear()
        deadline.within(5, lambda: fired.append("kept"))
    assert not fired
    assert clock.armed < 30  # not one for each of a hundred
    deadline.within(1, lambda: fired.append("sooner"))
    clock.advance(1)
    assert fired == ["sooner"]
    assert not deadline.is_set
    deadline.within(3, lambda: fired.append("never"))
    deadline.clear()
    clock.advance(10)
    deadline.within(3, lambda: fired.append("last"))
    clock.advance(2.9)
    assert fired == ["sooner"]
    clock.advance(0.2)
    assert fired == ["sooner", "last"]
    deadline.within(3, lambda: fired.append("closed"))
    deadline.close()
    assert not clock.timers


async def test_a_head_that_drips_is_not_waited_for(caplog: pytest.LogCaptureFixture):
    class Hasty(DeadlineProtocol):
        limits = EdgeLimits(header_seconds=0.05)

    protocol, wire, state = connected(Hasty, echo)
    protocol.data_received(GET)
    await asyncio.gather(*state.tasks)
    assert not wire.closed
    answered = len(wire.written)
    end = asyncio.get_running_loop().time() + 5
    protocol.data_received(b"GET /")
    while not wire.closed and asyncio.get_running_loop().time() < end:
        protocol.data_received(b"a")  # each byte comes in time
        await asyncio.sleep(0)
    assert wire.closed
    assert len(wire.written) == answered


async def test_the_first_piece_of_a_stream_is_sent_at_once_and_others_with_their_turn():
    seen: list[bytes] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"first", b"second", b"third"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            seen.append(bytes(wire.written))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        seen.append(bytes(wire.written))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    protocol, wire, state = connected(DeadlineProtocol, application)
    protocol.data_received(GET)
    await asyncio.wait(list(state.tasks))
    first, second, third, then = seen
    assert first == second == third
    assert first.startswith(b"HTTP/1.1 200 ")
    assert first.endswith(b"5\r\nfirst\r\n")
    assert then.endswith(b"5\r\nfirst\r\n6\r\nsecond\r\n5\r\nthird\r\n")


async def test_a_head_does_not_wait_for_its_body():
    wrote = asyncio.Event()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await wrote.wait()

    protocol, wire, state = connected(DeadlineProtocol, application)
    protocol.data_received(GET)
    for _ in range(3):
        await asyncio.sleep(0)
    assert wire.written.startswith(b"HTTP/1.1 200 ")
    protocol.connection_lost(None)
    wrote.set()
    await asyncio.wait(list(state.tasks))


@pytest.mark.parametrize("streams", [True, False])
async def test_the_record_of_a_call_is_kept_before_its_client_reads_the_end(streams: bool):
    kept: list[bytes] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if streams:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"end", "more_body": False})
        else:
            await respond(send, 200, JSON, b"end")

    protocol, wire, state = connected(protocol_within(EdgeLimits(), lambda: kept.append(bytes(wire.written))), application)
    protocol.data_received(GET)
    await asyncio.wait(list(state.tasks))
    await asyncio.sleep(0)
    assert b"end" in wire.written
    assert kept[0] == b""
