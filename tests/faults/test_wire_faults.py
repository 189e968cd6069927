"""Each fault of the wire against each transport, whole reads and streams alike, over real sockets."""

from __future__ import annotations

import gc
import gzip
import threading
import traceback
import zlib
from collections.abc import Callable

import pytest

from modelruntime.entities.errors import ConnectionFailed, InvokeError, ServerUnavailable, StreamIncomplete, TimedOut
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import Timeouts
from tests.simulators.raw_server import CHUNKED, JSON, Await, BlackHole, Drip, Flood, RawServer, Script, answer, chunk, closed_port
from tests.transports.drivers import FAST, NAMES, Driver, Drivers

ours = pytest.mark.parametrize("drivers", [name for name in NAMES if not name.startswith("aiohttp")], indirect=True)
"""For what aiohttp cannot give; its transport's docstring lists each case."""

CANARY = "CANARY-SECRET"
Call = Callable[[Driver, HttpRequest, Timeouts], object]


def send(driver: Driver, request: HttpRequest, timeouts: Timeouts = FAST) -> object:
    return driver.send(request, timeouts)


def stream(driver: Driver, request: HttpRequest, timeouts: Timeouts = FAST) -> object:
    reply = driver.open(request, timeouts)
    while reply.next() is not None:
        pass
    return reply


@pytest.fixture(params=[send, stream])
def call(request: pytest.FixtureRequest) -> Call:
    chosen: Call = request.param
    return chosen


def post(url: str) -> HttpRequest:
    return HttpRequest("POST", url, (("authorization", f"Bearer {CANARY}"),), b'{"prompt":"CANARY-BODY"}')


def fail(call: Call, driver: Driver, url: str, timeouts: Timeouts = FAST) -> InvokeError:
    with pytest.raises(InvokeError) as caught:
        call(driver, post(url), timeouts)
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error)
    assert "CANARY" not in shown
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert "127.0.0.1" in error.message
    return error


BEFORE_THE_HEAD = {
    "close-before-status": ("close",),
    "reset-before-status": ("reset",),
    "close-mid-status": (b"HTTP/1.1 2", "close"),
    "close-mid-headers": (b"HTTP/1.1 200 OK\r\nContent-Ty", "close"),
    "reset-mid-headers": (b"HTTP/1.1 200 OK\r\nContent-Ty", "reset"),
}
CUT_BODY = {
    "short-length": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "close"),
    "reset-in-length": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "reset"),
    "close-in-chunk": (CHUNKED + b"ff\r\nabc", "close"),
    "close-between-chunks": (CHUNKED + chunk(b"abc"), "close"),
    "close-in-chunk-size": (CHUNKED + chunk(b"abc") + b"1", "close"),
    "close-before-last-crlf": (CHUNKED + chunk(b"abc") + b"0\r\n", "close"),
    "reset-between-chunks": (CHUNKED + chunk(b"abc"), "reset"),
    "cut-gzip": (answer(gzip.compress(b"hello" * 99)[:-9], "Content-Encoding: gzip"),),
}
BROKEN_HTTP = {
    "not-http": (b"SSH-2.0-OpenSSH_9.2\r\n", "stall"),
    "binary": (bytes(range(128, 256)), "stall"),
    "100kB-header": (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", "stall"),
    "endless-header": (b"HTTP/1.1 200 OK\r\nX: ", Flood(b"a" * 4096)),
    "length-and-chunked": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "stall"),
    "two-lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "stall"),
    "odd-length": (b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nab", "stall"),
    "negative-length": (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab", "stall"),
    "bare-cr": (b"HTTP/1.1 200 OK\r\nX: a\rEvil: b\r\nContent-Length: 2\r\n\r\nab", "stall"),
    "bad-chunk-size": (CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", "stall"),
    "chunk-overrun": (CHUNKED + b"2\r\nabcdef\r\n0\r\n\r\n", "stall"),
}


@pytest.mark.parametrize("script", BEFORE_THE_HEAD.values(), ids=BEFORE_THE_HEAD)
def test_no_whole_head_is_a_failed_connection_that_may_be_retried(drivers: Drivers, call: Call, script: Script):
    with RawServer(script, (JSON,)) as server:
        driver = drivers()
        error = fail(call, driver, server.url)
        assert (type(error), error.code, error.retryable) == (ConnectionFailed, "reset", True)
        assert len(server.requests) == 1
        call(driver, post(server.url), FAST)
        drivers.close()
        assert server.all_closed()


@pytest.mark.parametrize("script", CUT_BODY.values(), ids=CUT_BODY)
def test_a_cut_body_is_an_incomplete_stream_and_never_a_short_success(drivers: Drivers, call: Call, script: Script):
    with RawServer(script, (JSON,)) as server:
        driver = drivers()
        error = fail(call, driver, server.url)
        assert (type(error), error.code, error.retryable) == (StreamIncomplete, "cut_short", True)
        assert len(server.requests) == 1
        call(driver, post(server.url), FAST)
        drivers.close()
        assert server.all_closed()


@pytest.mark.parametrize("script", BROKEN_HTTP.values(), ids=BROKEN_HTTP)
def test_broken_http_is_typed_and_its_connection_closed(drivers: Drivers, call: Call, script: Script):
    with RawServer(script, (JSON,)) as server:
        driver = drivers()
        error = fail(call, driver, server.url)
        assert (type(error), error.code, error.retryable) == (ServerUnavailable, "protocol", True)
        driver.send(post(server.url))
        assert server.connections == 2
        drivers.close()
        assert server.all_closed()


@ours
def test_a_reset_shows_where_only_the_end_of_the_connection_ends_the_body(drivers: Drivers, call: Call):
    """aiohttp takes the reset for the end; there, as after a plain close, the codec's terminal fact decides."""
    with RawServer((b"HTTP/1.1 200 OK\r\n\r\nabc", "reset")) as server:
        error = fail(call, drivers(), server.url)
        assert (type(error), error.code) == (StreamIncomplete, "cut_short")


def test_damaged_compression_is_broken_http(drivers: Drivers, call: Call):
    with RawServer((answer(b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 40, "Content-Encoding: gzip"),)) as server:
        error = fail(call, drivers(), server.url)
        assert (type(error), error.code) == (ServerUnavailable, "protocol")


@ours
def test_a_chunk_size_that_turns_bad_in_the_middle_is_broken_http(drivers: Drivers, call: Call):
    with RawServer((CHUNKED, chunk(b"abc"), b"-1\r\nabc\r\n0\r\n\r\n", "stall")) as server:
        error = fail(call, drivers(), server.url)
        assert (type(error), error.code) == (ServerUnavailable, "protocol")


@ours
def test_what_came_before_a_cut_is_delivered(drivers: Drivers):
    with RawServer((CHUNKED + chunk(b"data: 1\n\n"), "close")) as server:
        reply = drivers().open(post(server.url))
        assert reply.next() == b"data: 1\n\n"
        with pytest.raises(StreamIncomplete):
            reply.next()


def test_refused(drivers: Drivers, call: Call):
    error = fail(call, drivers(), f"http://127.0.0.1:{closed_port()}/x")
    assert (type(error), error.code, error.retryable) == (ConnectionFailed, "refused", True)


def test_connect_black_hole(drivers: Drivers, call: Call):
    with BlackHole() as hole:
        error = fail(call, drivers(), f"http://127.0.0.1:{hole.port}/x", Timeouts(connect=0.1))
    assert (type(error), error.code, error.retryable) == (TimedOut, "connect", True)


STALLED = {
    "before-the-head": (("stall",), "first_byte"),
    "in-the-head": ((b"HTTP/1.1 200 OK\r\n", "stall"), "first_byte"),
    "before-the-body": ((CHUNKED, "stall"), "idle"),
    "in-the-body": ((CHUNKED + chunk(b"abc"), "stall"), "idle"),
}
SHORT = {"first_byte": Timeouts(first_byte=0.1), "idle": Timeouts(idle=0.1)}


@pytest.mark.parametrize("script,which", STALLED.values(), ids=STALLED)
def test_a_stall_times_out_under_its_name_and_closes_the_socket(drivers: Drivers, call: Call, script: Script, which: str):
    with RawServer(script, (JSON,)) as server:
        driver = drivers()
        error = fail(call, driver, server.url, SHORT[which])
        assert (type(error), error.code, error.retryable) == (TimedOut, which, True)
        assert which in error.message
        assert error.message.count("0.1 s") == 1
        assert server.saw_requests(1)  # a busy machine may read the next one first
        call(driver, post(server.url), FAST)
        drivers.close()
        assert server.all_closed()


@pytest.mark.parametrize("script", [("stall",), (CHUNKED + chunk(b"abc"), "stall")])
def test_the_total_limit_cuts_any_phase(drivers: Drivers, call: Call, script: Script):
    with RawServer(script) as server:
        error = fail(call, drivers(), server.url, Timeouts(total=0.15))
        assert (type(error), error.code) == (TimedOut, "total")


def test_a_drip_keeps_the_idle_limit_quiet_but_not_the_total_one(drivers: Drivers, call: Call):
    with RawServer((CHUNKED, Drip(chunk(b"x"), 0.02))) as server:
        error = fail(call, drivers(), server.url, Timeouts(idle=0.4, total=0.6))
        assert (type(error), error.code) == (TimedOut, "total")
        drivers.close()
        assert server.all_closed()


def test_a_dripping_head_meets_the_first_byte_limit(drivers: Drivers, call: Call):
    with RawServer((b"HTTP/1.1 200 OK\r\nX: ", Drip(b"a", 0.02))) as server:
        error = fail(call, drivers(), server.url, Timeouts(first_byte=0.2))
        assert (type(error), error.code) == (TimedOut, "first_byte")


def test_an_answer_may_take_longer_than_a_write(drivers: Drivers, call: Call):
    ready = threading.Event()
    with RawServer((Await(ready), JSON)) as server:
        timer = threading.Timer(0.3, ready.set)
        timer.start()
        call(drivers(), post(server.url), Timeouts(idle=0.1))
        timer.join()


@pytest.mark.parametrize("limit", ["first_byte", "total"])
def test_a_kept_connection_keeps_no_limit_of_an_earlier_call(drivers: Drivers, call: Call, limit: str):
    with RawServer((JSON,), ("stall",)) as server:
        driver = drivers()
        call(driver, post(server.url), FAST)
        error = fail(call, driver, server.url, Timeouts(**{limit: 0.1}))
        assert (type(error), error.code) == (TimedOut, limit)


def _bomb() -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(squeeze.compress(b"\0" * 2**20) for _ in range(64)) + squeeze.flush()


TOO_LARGE = {
    "declared": (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"a" * 2000,),
    "never-ending": (CHUNKED, Flood(chunk(b"a" * 500))),
    "until-close": (b"HTTP/1.1 200 OK\r\n\r\n", Flood(b"a" * 500)),
    "gzip": (answer(gzip.compress(b"a" * 2000), "Content-Encoding: gzip"),),
}


@pytest.mark.parametrize("script", TOO_LARGE.values(), ids=TOO_LARGE)
def test_more_than_the_limit_is_refused_and_the_socket_closed(drivers: Drivers, call: Call, script: Script):
    with RawServer(script, (answer(b"a" * 1000),)) as server:
        driver = drivers(max_response_bytes=1000)
        error = fail(call, driver, server.url)
        assert (type(error), error.code, error.retryable) == (ServerUnavailable, "too_large", False)
        call(driver, post(server.url), FAST)
        drivers.close()
        assert server.all_closed()


def test_the_length_of_a_head_without_a_body_is_no_size(drivers: Drivers):
    with RawServer((b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\nContent-Encoding: br\r\n\r\n",)) as server:
        response = drivers(max_response_bytes=1000).send(HttpRequest("HEAD", server.url))
        assert (response.head.status, response.body) == (200, b"")


def test_a_bomb_is_refused_by_its_ratio_long_before_the_limit(drivers: Drivers, call: Call):
    with RawServer((answer(_bomb(), "Content-Encoding: gzip"),)) as server:
        error = fail(call, drivers(), server.url)
        assert (type(error), error.code) == (ServerUnavailable, "too_large")


STALE = {"closed": ("close",), "reset": ("reset",)}


@pytest.mark.parametrize("script", STALE.values(), ids=STALE)
def test_a_stale_socket_costs_exactly_one_second_try_on_a_fresh_one(drivers: Drivers, call: Call, script: Script):
    with RawServer((JSON,), script, (JSON,)) as server:
        driver = drivers()
        driver.send(post(server.url))
        call(driver, post(server.url), FAST)
        assert (len(server.requests), server.connections) == (3, 2)


def test_the_second_try_is_not_tried_again(drivers: Drivers, call: Call):
    with RawServer((JSON,), ("close",), ("close",), (JSON,)) as server:
        driver = drivers()
        driver.send(post(server.url))
        error = fail(call, driver, server.url)
        assert (type(error), error.code) == (ConnectionFailed, "reset")
        assert len(server.requests) == 3


def test_an_answer_that_began_is_not_asked_for_again(drivers: Drivers, call: Call):
    with RawServer((JSON,), (b"HTTP/1.1 200 OK\r\nX", "close"), (JSON,)) as server:
        driver = drivers()
        driver.send(post(server.url))
        error = fail(call, driver, server.url)
        assert (type(error), error.code) == (ConnectionFailed, "reset")
        assert len(server.requests) == 2


def test_a_socket_that_the_server_closed_between_calls_is_not_used(drivers: Drivers, call: Call):
    with RawServer((JSON, "close"), (JSON,)) as server:
        driver = drivers()
        driver.send(post(server.url))
        assert server.all_closed()
        call(driver, post(server.url), FAST)
        assert (len(server.requests), server.connections) == (2, 2)


@ours
@pytest.mark.parametrize("extra", [b"junk", JSON])
def test_bytes_nobody_asked_for_end_the_connection(drivers: Drivers, extra: bytes):
    with RawServer((JSON + extra,), (answer(b"second"),)) as server:
        driver = drivers()
        assert driver.send(post(server.url)).body == b'{"ok":true}'
        assert driver.send(post(server.url)).body == b"second"
        assert server.connections == 2


def test_connection_close_is_obeyed(drivers: Drivers, call: Call):
    with RawServer((answer(b"x", "Connection: close"),)) as server:
        driver = drivers()
        call(driver, post(server.url), FAST)
        assert server.all_closed()


@pytest.mark.parametrize("ending", ["close", "abandon"])
def test_a_stream_that_is_let_go_closes_its_socket_within_a_second(drivers: Drivers, ending: str):
    with RawServer((CHUNKED + chunk(b"abc"), "stall"), (JSON,)) as server:
        driver = drivers()
        reply = driver.open(post(server.url))
        assert reply.next() == b"abc"
        if ending == "close":
            reply.close()
        del reply
        gc.collect()
        driver.send(post(server.url))  # and the transport goes on
        drivers.close()
        assert server.all_closed(1.0)


def test_a_large_stream_that_is_closed_early_is_not_read_to_its_end(drivers: Drivers):
    with RawServer((CHUNKED, Flood(chunk(b"a" * 1000)))) as server:
        reply = drivers().open(post(server.url))
        assert reply.next()
        reply.close()
        drivers.close()
        assert server.all_closed(1.0)


def test_the_connection_limit_waits_as_long_as_a_connect_may_take(drivers: Drivers, call: Call):
    go = threading.Event()
    with RawServer((CHUNKED, Await(go), b"0\r\n\r\n"), (JSON,)) as server:
        driver = drivers(max_connections=1)
        reply = driver.open(post(server.url))
        error = fail(call, driver, server.url, Timeouts(connect=0.1))
        assert (type(error), error.code) == (TimedOut, "pool")
        go.set()
        assert reply.read() == b""
        call(driver, post(server.url), FAST)
        assert server.connections == 1


def test_an_early_answer_to_a_large_upload_is_read(drivers: Drivers):
    """A server may refuse before it has read all."""
    with RawServer(hasty=(answer(b"no", "Connection: close", status="413 Too Large"), "stall")) as server:
        request = HttpRequest("POST", server.url, (), b"a" * 20_000_000)
        assert drivers().send(request).head.status == 413
