"""A stream is closed after its last event, before anyone asked for the end of its body: is the connection kept?"""

from __future__ import annotations

import threading

import pytest

from modelruntime.entities.http import HttpRequest
from tests.simulators.raw_server import CHUNKED, Await, Flood, RawServer, Script, Tell, answer, chunk
from tests.transports.drivers import Drivers

LAST = chunk(b"data: [DONE]\n\n")
END = b"0\r\n\r\n"


def post(server: RawServer) -> HttpRequest:
    return HttpRequest("POST", server.url, (), b"{}")


def test_the_end_that_came_with_the_last_event_keeps_the_connection(drivers: Drivers):
    with RawServer((CHUNKED + LAST + END,)) as server:
        driver = drivers()
        for _ in range(3):
            reply = driver.open(post(server))
            assert reply.next() == b"data: [DONE]\n\n"
            reply.close()
        assert server.connections == 1


@pytest.mark.parametrize("end", [END, b"0\r\nx-trailer: 1\r\n\r\n"], ids=["plain", "trailer"])
def test_the_end_that_is_here_but_unread_keeps_the_connection(drivers: Drivers, end: bytes):
    if drivers.name.startswith("aiohttp"):
        return  # it closes a connection whose end it has not parsed: dearer, not wrong
    go, sent = threading.Event(), threading.Event()
    script: Script = (CHUNKED + LAST, Await(go), end, Tell(sent))
    with RawServer(script) as server:
        driver = drivers()
        for _ in range(3):
            reply = driver.open(post(server))
            assert reply.next() == b"data: [DONE]\n\n"
            go.set()
            assert sent.wait(2)
            reply.close()
            go.clear()
            sent.clear()
        assert server.connections == 1


AFTER: dict[str, Script] = {
    "silence": (CHUNKED + LAST, "stall"),
    "one-more": (CHUNKED + LAST + chunk(b": bye\n\n"), "stall"),
    "without-end": (CHUNKED + LAST, Flood(chunk(b": and on\n\n" * 100))),
}


@pytest.mark.parametrize("script", AFTER.values(), ids=AFTER)
def test_a_server_that_does_not_end_after_the_last_event_loses_its_connection(drivers: Drivers, script: Script):
    with RawServer(script, (CHUNKED + LAST + END,)) as server:
        driver = drivers()
        reply = driver.open(post(server))
        assert (reply.next() or b"").startswith(b"data: [DONE]\n\n")
        reply.close()
        assert driver.send(post(server)).body == b"data: [DONE]\n\n"
        assert server.connections == 2


@pytest.mark.parametrize("tail", [b"zz\r\n", END + b"HTTP/1.1 200 OK"], ids=["broken", "stray"])
def test_an_end_that_is_none_loses_the_connection_without_a_word(drivers: Drivers, tail: bytes):
    go, sent = threading.Event(), threading.Event()
    with RawServer((CHUNKED + LAST, Await(go), tail, Tell(sent), "stall"), (CHUNKED + LAST + END,)) as server:
        driver = drivers()
        reply = driver.open(post(server))
        assert reply.next() == b"data: [DONE]\n\n"
        go.set()
        assert sent.wait(2)
        reply.close()
        assert driver.send(post(server)).body == b"data: [DONE]\n\n"
        assert server.connections == 2


def test_a_large_body_that_came_whole_but_was_not_taken_leaves_the_connection_reading(drivers: Drivers):
    sent = threading.Event()
    with RawServer((answer(b"a" * 400_000), Tell(sent)), (CHUNKED + LAST + END,)) as server:
        driver = drivers()
        reply = driver.open(post(server))
        reply.close()
        assert driver.send(post(server)).body == b"data: [DONE]\n\n"
