"""Rows of the matrix in which the client misbehaves, or the gateway itself is told to end."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest

from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.server import ServerOptions
from tests.faults.gateway.bench import Bench, bench, connect, eventually, is_clean
from tests.faults.gateway.client import CLIENTS, receive, request_bytes
from tests.faults.gateway.conftest import Benches
from tests.faults.gateway.fault import CALM, Setup
from tests.faults.gateway.other_faults import EARS
from tests.faults.gateway.other_wire import SOUND, well
from tests.faults.gateway.wire import FIRST, OPENAI, SAID, WIRES, Wire, begun
from tests.simulators.certificates import Authority
from tests.simulators.raw_server import Await, Flood, RawServer, Script, chunk

families = pytest.mark.parametrize("family", ["openai", "anthropic"])
models = pytest.mark.parametrize("model", ["alone", "backup"])
streams = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
Make = Callable[..., Any]


@pytest.fixture
def own(benches: Benches, authority: Authority, compiled_faults: str) -> Make:
    """A gateway of the test's own."""
    well = benches(CALM).well

    @contextmanager
    def make(**options: Any) -> Iterator[Bench]:
        with bench(Setup(), well, compiled_faults, str(authority.file), **options) as made:
            made.begin()
            yield made

    return make


def point(bench: Bench, ill: RawServer, wire: Wire = OPENAI, **changes: Any) -> None:
    bench.configure(wire.name, f"http://127.0.0.1:{ill.port}/v1", **changes)
    bench.begin()


def read_until(sock: socket.socket, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        piece = sock.recv(65536)
        assert piece, seen
        seen += piece
    return seen


def leave(sock: socket.socket, how: str) -> None:
    if how == "reset":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@models
@families
@pytest.mark.parametrize("how", ["close", "reset"])
def test_row_46_a_client_that_leaves_a_stream(calm: Bench, family: str, model: str, how: str):
    client, wire = CLIENTS[family], WIRES[family]
    with RawServer((begun(wire.opening + wire.said(FIRST)), "stall")) as ill:
        point(calm, ill, wire)
        sock = connect(calm.running, client.request(model, stream=True, request_id=calm.new_id()))
        read_until(sock, FIRST.encode())
        leave(sock, how)
        assert ill.all_closed(1.0)
        record = calm.record(1.0)
        assert (record.status, record.code) == (499, "client_closed_request")
        assert [attempt.error for attempt in record.attempts] == ["Cancelled"]
        assert (record.usage.output.total, record.usage.estimated) == (2, True)
        assert record.cost is not None
        assert len(ill.requests) == 1
        calm.nothing_left()
        ill.play(wire.well)
        calm.works("alone")


@models
@streams
@families
def test_row_47_a_client_that_leaves_before_the_answer(calm: Bench, family: str, stream: bool, model: str):
    client, wire = CLIENTS[family], WIRES[family]
    with RawServer(("stall",)) as ill:
        point(calm, ill, wire)
        sock = connect(calm.running, client.request(model, stream=stream, request_id=calm.new_id()))
        assert ill.saw_requests(1)
        sock.close()
        assert ill.all_closed(1.0)
        record = calm.record(1.0)
        assert (record.status, record.code) == (499, "client_closed_request")
        assert [attempt.error for attempt in record.attempts] == ["Cancelled"]
        assert record.attempts[0].billed is None
        calm.nothing_left()
        ill.play(wire.well)
        calm.works("alone")


@streams
def test_row_47_a_client_that_leaves_during_a_back_off(calm: Bench, stream: bool):
    with RawServer(OPENAI.refusal("429 Too Many Requests", "rate_limit_error", "Retry-After: 20")) as ill:
        point(calm, ill)
        sock = connect(calm.running, CLIENTS["openai"].request("alone", stream=stream, request_id=calm.new_id()))
        assert ill.saw_requests(1)
        assert eventually(lambda: calm.busy() == 0), "it waits, and holds no connection meanwhile"
        sock.close()
        record = calm.record(1.0)
        assert (record.status, [attempt.error for attempt in record.attempts]) == (499, ["RateLimited"])
        assert len(ill.requests) == 1
        calm.nothing_left()


@families
def test_row_48_a_slow_head(own: Make, family: str):
    with own(limits=EdgeLimits(header_seconds=0.2)) as quick:
        request = CLIENTS[family].request("alone", stream=False, request_id="t")
        with connect(quick.running, request[: request.index(b"\r\n\r\n")]) as sock:
            assert sock.recv(65536) == b"", "closed without a word"
        quick.nothing_left()
        assert quick.running.kept.records == []
        quick.works()


@streams
@families
def test_row_48_a_slow_body(own: Make, family: str, stream: bool):
    client = CLIENTS[family]
    with own(limits=EdgeLimits(body_seconds=0.2)) as quick, RawServer(WIRES[family].well) as ill:
        point(quick, ill, WIRES[family])
        with connect(quick.running, client.request("alone", stream=stream, request_id="t-slow")[:-5]) as sock:
            seen = receive(sock)
        is_clean(seen)
        assert (seen.status, client.error(seen)) == (408, {"code": "request_timeout", "request_id": "t-slow"})
        assert (ill.requests, quick.running.kept.records, quick.running.kept.admitted) == ([], [], 0)
        quick.nothing_left()
        quick.works()


def test_row_48_a_slow_upload(own: Make):
    with own(limits=EdgeLimits(body_seconds=0.2)) as quick:
        with connect(quick.running, request_bytes(EARS.path, EARS.body("alone"), "t-slow", *EARS.headers)[:-50]) as sock:
            seen = receive(sock)
        assert (seen.status, seen.json["error"]["code"]) == (408, "request_timeout")
        quick.nothing_left()


@models
@families
def test_row_49_a_client_that_stops_reading(own: Make, family: str, model: str):
    client, wire = CLIENTS[family], WIRES[family]
    with own(limits=EdgeLimits(send_seconds=0.5)) as strict:
        with RawServer((begun(wire.opening), Flood(chunk(wire.said("x" * 4000))))) as ill:
            point(strict, ill, wire)
            with connect(strict.running, client.request(model, stream=True, request_id=strict.new_id())) as sock:
                read_until(sock, b"xxx")
                record = strict.record(10.0)
            assert ill.all_closed(1.0)
            assert (record.status, record.code) == (499, "client_closed_request")
            assert [attempt.error for attempt in record.attempts] == ["Cancelled"]
            strict.nothing_left()
        strict.works()


def test_row_49_a_vendor_stands_still_with_its_client(calm: Bench):
    with RawServer((begun(OPENAI.opening), Flood(chunk(OPENAI.said("x" * 4000))))) as ill:
        point(calm, ill)
        with connect(calm.running, CLIENTS["openai"].request("alone", stream=True, request_id=calm.new_id())) as sock:
            read_until(sock, b"xxx")
            assert _level(ill) < 48 * 2**20
        assert ill.all_closed(1.0)


def _level(ill: RawServer) -> int:
    """How much a flood amounts to once it stands still."""
    seen = [-1]

    def still() -> bool:
        threading.Event().wait(0.1)
        seen.append(ill.flooded)
        return seen[-1] == seen[-2]

    assert eventually(still, 10.0)
    return seen[-1]


def test_row_49_a_client_that_reads_on_in_time_is_served(own: Make):
    text = OPENAI.said("y" * 4000) * 3000
    pieces = [text[at : at + 65536] for at in range(0, len(text), 65536)]
    script = (begun(OPENAI.opening, *pieces), chunk(OPENAI.ending + OPENAI.last) + b"0\r\n\r\n")
    with own(limits=EdgeLimits(send_seconds=5.0)) as strict, RawServer(script) as ill:
        point(strict, ill)
        with connect(strict.running, CLIENTS["openai"].request("alone", stream=True, request_id="t")) as sock:
            read_until(sock, b"yyy")
            assert eventually(lambda: strict.on_loop(lambda: _paused(strict)), 5.0)
            seen = read_until(sock, b"[DONE]")
        assert len(seen) > 8 * 2**20
        assert strict.record().status == 200


def _paused(bench: Bench) -> bool:
    return any(connection.flow.write_paused for connection in bench.connections())


def _deep(levels: int) -> bytes:
    return b'{"model": "alone", "messages": ' + b"[" * levels + b"]" * levels + b"}"


BODIES: dict[str, tuple[bytes, tuple[str, ...], int, str]] = {
    "oversize": (b" " * (2**20 + 1), (), 413, "request_too_large"),
    "bomb": (gzip.compress(b" " * 2**24), ("content-encoding: gzip",), 413, "request_too_large"),
    "stacked": (b"x", ("content-encoding: gzip, gzip",), 415, "unsupported_encoding"),
    "damaged": (b"no gzip", ("content-encoding: gzip",), 400, "invalid_request"),
    "nested": (_deep(200), (), 400, "invalid_json"),
    "far too nested": (_deep(100_000), (), 400, "invalid_json"),
    "lone surrogate": (b'{"model": "\\ud800", "messages": []}', (), 400, "invalid_json"),
    "no UTF-8": (b'{"model": "\xff\xfe"}', (), 400, "invalid_json"),
    "cut": (b'{"model": "alo', (), 400, "invalid_json"),
    "no object": (b"[1, 2]", (), 400, "invalid_json"),
    "nothing": (b"", (), 400, "invalid_json"),
    "wrong types": (b'{"model": 7, "messages": "x"}', (), 400, "invalid_request"),
}


@pytest.fixture(scope="module")
def narrow(benches: Benches, authority: Authority, compiled_faults: str) -> Iterator[Bench]:
    well = benches(CALM).well
    with bench(Setup(), well, compiled_faults, str(authority.file), limits=EdgeLimits(json_bytes=2**20)) as made:
        yield made


@families
@pytest.mark.parametrize("name", BODIES)
def test_row_50_a_body_that_cannot_be_taken(narrow: Bench, family: str, name: str):
    client, (body, headers, status, code) = CLIENTS[family], BODIES[name]
    with RawServer(WIRES[family].well) as ill:
        point(narrow, ill, WIRES[family])
        with connect(narrow.running, request_bytes(client.path, body, "t-bad", *headers)) as sock:
            seen = receive(sock)
        is_clean(seen)
        assert (seen.status, client.error(seen)) == (status, {"code": code, "request_id": "t-bad"})
        assert (ill.requests, narrow.running.kept.records, narrow.running.kept.admitted) == ([], [], 0)
        narrow.nothing_left()
        narrow.works()


@families
def test_row_50_of_a_key_that_comes_twice_the_vendor_sees_the_one_that_was_judged(calm: Bench, family: str):
    client, wire = CLIENTS[family], WIRES[family]
    body = b'{"model": "well/m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}], "model": "alone"}'
    with RawServer(wire.well) as ill:
        point(calm, ill, wire)
        with connect(calm.running, request_bytes(client.path, body, "t-twice")) as sock:
            assert client.text(receive(sock), False) == SAID
        assert ill.requests[0].count(b'"model"') == 1
        assert json.loads(ill.requests[0].partition(b"\r\n\r\n")[2])["model"] == "m"


EVIL = "m\r\nx-evil: 1\r\n\r\n"


@streams
@families
def test_row_51_line_breaks_in_the_model_reach_no_header(calm: Bench, family: str, stream: bool):
    client, wire = CLIENTS[family], WIRES[family]
    with RawServer(wire.well) as ill:
        point(calm, ill, wire)
        seen = client.ask(calm.running.address, f"ill-{family}/{EVIL}", stream=stream, request_id="t-evil")
        is_clean(seen)
        assert seen.status in (200, 400, 404), seen
        assert all(b"\r\nx-evil" not in request.partition(b"\r\n\r\n")[0] for request in ill.requests)
        calm.nothing_left()
        calm.works()


@families
@pytest.mark.parametrize("given", ["a b", "ü", "x" * 200, "{}"])
def test_row_51_a_request_id_that_is_no_word_is_replaced(calm: Bench, family: str, given: str):
    with RawServer(WIRES[family].well) as ill:
        point(calm, ill, WIRES[family])
        seen = CLIENTS[family].ask(calm.running.address, "alone", stream=False, request_id=given)
        assert seen.headers["x-request-id"].startswith("req_")
        assert calm.record().id == seen.headers["x-request-id"]


@pytest.mark.parametrize("name", ["a\r\nx-evil: 1", 'a"; name="model', "../../etc/passwd", "ü\x00.wav"])
def test_row_51_a_file_name_stays_a_file_name(calm: Bench, name: str):
    boundary = "=_form"
    escaped = name.replace("\r\n", "%0D%0A").replace('"', "%22")
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{escaped}"\r\n\r\n'.encode()
    model = f'\r\n--{boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\nalone\r\n--{boundary}--\r\n'.encode()
    with RawServer(well) as ill:
        calm.configure("openai", f"http://127.0.0.1:{ill.port}/v1", "ears")
        request = request_bytes(
            EARS.path, head + SOUND + model, "t-file", f"content-type: multipart/form-data; boundary={boundary}"
        )
        with connect(calm.running, request) as sock:
            seen = receive(sock)
        assert seen.status in (200, 400), seen
        for sent in ill.requests:
            assert b"\r\nx-evil" not in sent
            assert b"/etc" not in sent
            assert sent.count(b'name="model"') == 1
        calm.nothing_left()


@families
def test_row_51_huge_metadata_is_no_header(calm: Bench, family: str):
    client, wire = CLIENTS[family], WIRES[family]
    fields = {"model": "alone", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
    body = json.dumps({**fields, "metadata": {"a\r\nx-evil": "b" * 500_000}}).encode()
    with RawServer(wire.well) as ill:
        point(calm, ill, wire)
        with connect(calm.running, request_bytes(client.path, body, "t-meta")) as sock:
            seen = receive(sock)
        assert seen.status in (200, 400)
        assert sum(len(f"{name}{value}") for name, value in seen.headers.items()) < 4096
        assert all(b"\r\nx-evil" not in request.partition(b"\r\n\r\n")[0] for request in ill.requests)


def ready(running: Any) -> int:
    host, port = running.address
    connection = HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/health/ready", headers={"connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()


@models
@families
def test_row_52_open_streams_are_brought_to_their_end(own: Make, family: str, model: str):
    client, wire, going = CLIENTS[family], WIRES[family], threading.Event()
    rest = chunk(wire.said(SAID[len(FIRST) :]) + wire.ending + wire.last) + b"0\r\n\r\n"
    options = ServerOptions(port=0, lame_duck_seconds=0.3, drain_seconds=20)
    with own(options=options) as ending, RawServer((begun(wire.opening + wire.said(FIRST)), Await(going), rest)) as ill:
        point(ending, ill, wire)
        with connect(ending.running, client.request(model, stream=True, request_id="t-drain")) as sock:
            read_until(sock, FIRST.encode())
            assert ready(ending.running) == 200
            ending.running.stop()
            assert eventually(lambda: ready(ending.running) == 503), "a balancer must be told before sockets are refused"
            assert eventually(lambda: not _accepts(ending.running), 5.0)
            going.set()
            read_until(sock, b"0\r\n\r\n")
        assert ending.record().status == 200


def _accepts(running: Any) -> bool:
    try:
        socket.create_connection(running.address, timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


@streams
@families
def test_row_52_what_does_not_end_is_told(own: Make, family: str, stream: bool):
    client, wire = CLIENTS[family], WIRES[family]
    script: Script = (begun(wire.opening + wire.said(FIRST)), "stall") if stream else ("stall",)
    with ExitStack() as stack:
        ending = stack.enter_context(own(options=ServerOptions(port=0, drain_seconds=1)))
        ill = stack.enter_context(RawServer(script))
        point(ending, ill, wire)
        with connect(ending.running, client.request("alone", stream=stream, request_id="t-drain")) as sock:
            assert ill.saw_requests(1)
            if stream:
                began = read_until(sock, FIRST.encode())
                assert b" 200 " in began
            ending.running.stop()
            if stream:
                last = read_until(sock, b"0\r\n\r\n")
                assert b"shutting_down" in last
                assert b"t-drain" in last
                assert b"[DONE]" not in last
                assert b"message_stop" not in last
            else:
                seen = receive(sock)
                assert (seen.status, client.error(seen)) == (503, {"code": "shutting_down", "request_id": "t-drain"})
                assert seen.headers["retry-after"] == "1"
        record = ending.record()
        assert (record.status, record.code) == (503, "shutting_down")
        assert [attempt.error for attempt in record.attempts] == ["Cancelled"]
        assert ill.all_closed(1.0)
