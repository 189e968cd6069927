"""Rows of the matrix that are more than a script: what is remembered between calls, what a record says, who is asked how often."""

from __future__ import annotations

import calendar
import json
import re
import socket
import threading
import time
from contextlib import ExitStack
from email.utils import formatdate
from typing import Any

import pytest

from modelruntime.gateway.limits import EdgeLimits
from tests.faults.gateway.bench import Bench, bench, connect
from tests.faults.gateway.client import CLIENTS, OPENAI_CLIENT, Client, receive
from tests.faults.gateway.conftest import Benches
from tests.faults.gateway.fault import HASTY, Setup
from tests.faults.gateway.wire import FIRST, OPENAI, SAID, WIRES, Wire, begun, openai_chunk, sent
from tests.simulators.certificates import Authority
from tests.simulators.raw_server import Await, RawServer, Script, chunk

streams = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
models = pytest.mark.parametrize("model", ["alone", "backup"])
families = pytest.mark.parametrize("family", ["openai", "anthropic"])


def point(bench: Bench, ill: RawServer, wire: Wire = OPENAI, **changes: Any) -> None:
    bench.configure(wire.name, f"http://127.0.0.1:{ill.port}/v1", **changes)
    bench.begin()


@models
@streams
def test_row_03_a_name_that_does_not_resolve(calm: Bench, monkeypatch: pytest.MonkeyPatch, stream: bool, model: str):
    asked: list[str] = []
    real = socket.getaddrinfo

    def fake(host: Any, *rest: Any, **more: Any) -> Any:
        if host != f"nowhere-{int(stream)}-{model}.test":
            return real(host, *rest, **more)
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fake)
    calm.configure("openai", f"http://nowhere-{int(stream)}-{model}.test/v1")
    for _ in range(3):
        calm.begin()
        seen = OPENAI_CLIENT.ask(calm.running.address, model, stream=stream, request_id=calm.new_id())
        record = calm.record()
        if model == "alone":
            assert (seen.status, OPENAI_CLIENT.error(seen)) == (502, {"code": "upstream_unreachable", "request_id": record.id})
            assert [attempt.error for attempt in record.attempts] == ["ConnectionFailed"] * 3
        else:
            assert OPENAI_CLIENT.text(seen, stream) == SAID
            assert [attempt.error for attempt in record.attempts] == ["ConnectionFailed", None]
    assert len(asked) == 1, "the answer is kept for some seconds"
    calm.nothing_left()


def test_row_03_a_resolver_that_hangs_holds_nobody_up(benches: Benches, monkeypatch: pytest.MonkeyPatch):
    bench, asked, answered = benches(HASTY), threading.Event(), threading.Event()
    real = socket.getaddrinfo

    def fake(host: Any, *rest: Any, **more: Any) -> Any:
        if host != "slow.test":
            return real(host, *rest, **more)
        asked.set()
        answered.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    monkeypatch.setattr(socket, "getaddrinfo", fake)
    try:
        bench.configure("openai", "http://slow.test/v1")
        bench.begin()
        with connect(bench.running, OPENAI_CLIENT.request("alone", stream=False, request_id=bench.new_id())) as waiting:
            assert asked.wait(5)
            bench.works()
            seen = receive(waiting)
        assert OPENAI_CLIENT.error(seen) is not None
        assert (seen.status, seen.json["error"]["code"]) == (502, "upstream_unreachable")
    finally:
        answered.set()
    bench.nothing_left()


@models
@streams
@families
def test_row_05_a_stale_connection_costs_no_attempt(calm: Bench, family: str, stream: bool, model: str):
    client, wire = CLIENTS[family], WIRES[family]
    with RawServer(wire.well, ("reset",), wire.well) as ill:
        point(calm, ill, wire)
        first = client.ask(calm.running.address, model, stream=False, request_id=calm.new_id())
        assert client.text(first, False) == SAID
        calm.begin()
        seen = client.ask(calm.running.address, model, stream=stream, request_id=calm.new_id())
        assert client.text(seen, stream) == SAID
        assert [attempt.error for attempt in calm.record().attempts] == [None]
        assert (len(ill.requests), ill.connections) == (3, 2)
        calm.nothing_left()


@streams
def test_row_06_what_may_have_been_billed_is_said(calm: Bench, stream: bool):
    with RawServer(("reset",), OPENAI.refusal("503 Service Unavailable", "server_error"), OPENAI.well) as ill:
        point(calm, ill)
        assert OPENAI_CLIENT.ask(calm.running.address, "alone", stream=stream, request_id=calm.new_id()).status == 200
        assert [attempt.billed for attempt in calm.record().attempts] == [None, False, True]
        calm.nothing_left()


@families
def test_row_09_what_was_seen_is_paid(calm: Bench, family: str):
    client, wire = CLIENTS[family], WIRES[family]
    with RawServer((begun(wire.opening + wire.said("four bytes a token")), "reset")) as ill:
        point(calm, ill, wire)
        client.ask(calm.running.address, "alone", stream=True, request_id=calm.new_id())
        record = calm.record()
        assert (record.usage.output.total, record.usage.estimated) == (5, True)
        assert record.usage.input.total
        assert record.cost is not None
        assert record.cost.total is not None
        assert record.cost.total > 0
        assert record.cost.estimated
        calm.nothing_left()


@families
def test_row_11_silence_is_filled_with_comments(benches: Benches, authority: Authority, compiled_faults: str, family: str):
    well, client, wire, going = benches(HASTY).well, CLIENTS[family], WIRES[family], threading.Event()
    rest = wire.said(SAID[len(FIRST) :]) + wire.ending + wire.last
    limits = EdgeLimits(comment_seconds=0.05)
    with ExitStack() as stack:
        quiet = stack.enter_context(bench(Setup(), well, compiled_faults, str(authority.file), limits=limits))
        ill = stack.enter_context(RawServer((begun(wire.opening + wire.said(FIRST)), Await(going), chunk(rest) + b"0\r\n\r\n")))
        point(quiet, ill, wire)
        sock = stack.enter_context(connect(quiet.running, client.request("alone", stream=True, request_id=quiet.new_id())))
        seen = b""
        while seen.count(b": still here\n\n") < 2:
            piece = sock.recv(65536)
            assert piece, seen
            seen += piece
        going.set()
        while b"0\r\n\r\n" not in seen:
            seen += sock.recv(65536)
        assert b"message_stop" in seen or b"[DONE]" in seen
        assert quiet.record().status == 200
        sock.close()
        quiet.nothing_left()


REPORTED = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


@streams
@pytest.mark.parametrize(
    "usage, total, estimated",
    [
        (None, 3, True),
        ({"prompt_tokens": -10, "completion_tokens": -5}, 3, True),
        ({"prompt_tokens": 10**15, "completion_tokens": 10**15}, 3, True),
        ({"prompt_tokens": "many"}, 3, True),
        ({"prompt_tokens": 10}, 3, True),
        (REPORTED, 5, False),
    ],
    ids=["missing", "negative", "huge", "text", "half", "reported"],
)
def test_row_36_usage_that_is_none_is_estimated(calm: Bench, usage: Any, total: int, estimated: bool, stream: bool):
    events = OPENAI.opening + OPENAI.said(SAID) + openai_chunk({}, "stop", usage=usage) + OPENAI.last
    with RawServer(sent(events) if stream else (OPENAI.whole(usage=usage),)) as ill:
        point(calm, ill)
        seen = OPENAI_CLIENT.ask(calm.running.address, "alone", stream=stream, request_id=calm.new_id())
        assert OPENAI_CLIENT.text(seen, stream) == SAID
        record = calm.record()
        assert (record.usage.output.total, record.usage.estimated) == (total, estimated)
        assert 0 < (record.usage.input.total or 0) < 1000
        assert record.cost is not None
        assert record.cost.total is not None
        assert 0 < record.cost.total < 1


def test_row_36_usage_after_the_finish_reason_counts(calm: Bench):
    tail = b'data: {"id": "c1", "choices": [], "usage": ' + json.dumps(REPORTED).encode() + b"}\n\n"
    events = OPENAI.opening + OPENAI.said(SAID) + openai_chunk({}, "stop")
    with RawServer((begun(events), chunk(tail + OPENAI.last) + b"0\r\n\r\n")) as ill:
        point(calm, ill)
        OPENAI_CLIENT.ask(calm.running.address, "alone", stream=True, request_id=calm.new_id())
        record = calm.record()
        assert (record.usage.output.total, record.usage.estimated) == (5, False)


def _call(index: int, **function: str) -> bytes:
    return openai_chunk({"tool_calls": [{"index": index, "function": function}]})


def _started(index: int, name: str, **more: str) -> bytes:
    return openai_chunk({"tool_calls": [{"index": index, "type": "function", "function": {"name": name, "arguments": ""}, **more}]})


CALLS = (
    OPENAI.opening
    + _started(0, "one", id="call_a")
    + _started(1, "two")
    + _call(0, arguments='{"city": "Os')
    + _call(1, arguments='{"text": "a\\')
    + _call(0, arguments='lo"}')
    + _call(1, arguments='n你好"}')
    + _started(2, "three", id="call_c")
    + _call(2, arguments='{"broken": ')
    + openai_chunk({}, "tool_calls", usage=REPORTED)
    + OPENAI.last
)
ARGUMENTS = {"one": '{"city": "Oslo"}', "two": '{"text": "a\\n你好"}', "three": '{"broken": '}


def _calls_of_openai(frames: list[bytes]) -> dict[str, tuple[str, str]]:
    found: dict[int, list[str]] = {}
    for frame in frames:
        if frame == b"[DONE]":
            continue
        for choice in json.loads(frame).get("choices", ()):
            for call in choice["delta"].get("tool_calls", ()):
                held = found.setdefault(call["index"], ["", "", ""])
                held[0] += call["function"].get("name") or ""
                held[1] += call.get("id") or ""
                held[2] += call["function"].get("arguments") or ""
    return {name: (number, arguments) for name, number, arguments in found.values()}


def _calls_of_anthropic(frames: list[bytes]) -> dict[str, tuple[str, str]]:
    found: dict[int, list[str]] = {}
    for event in map(json.loads, frames):
        if event["type"] == "content_block_start" and event["content_block"]["type"] == "tool_use":
            found[event["index"]] = [event["content_block"]["name"], event["content_block"]["id"], ""]
        elif event["type"] == "content_block_delta" and event["delta"]["type"] == "input_json_delta":
            found[event["index"]][2] += event["delta"]["partial_json"]
    return {name: (number, arguments) for name, number, arguments in found.values()}


@pytest.mark.parametrize("split", ["every byte", "every event", "one piece"])
@pytest.mark.parametrize(
    "client, read", [(OPENAI_CLIENT, _calls_of_openai), (CLIENTS["anthropic"], _calls_of_anthropic)], ids=["openai", "anthropic"]
)
def test_row_37_tool_calls_are_put_together(calm: Bench, client: Client, read: Any, split: str):
    pieces = {
        "every byte": [bytes((byte,)) for byte in CALLS],
        "every event": [event + b"\n\n" for event in CALLS.split(b"\n\n") if event],
        "one piece": [CALLS],
    }
    with RawServer(sent(*pieces[split])) as ill:
        point(calm, ill)
        seen = client.ask(calm.running.address, "alone", stream=True, request_id=calm.new_id())
        found = read(seen.frames)
        assert {name: arguments for name, (_, arguments) in found.items()} == ARGUMENTS
        ids = [number for number, _ in found.values()]
        assert all(ids)
        assert len(set(ids)) == 3
        assert client.finished(seen.frames)
        assert calm.record().status == 200


GUARDED = Setup(guard=True)
FORBIDDEN = (
    "http://127.0.0.1:{port}",
    "http://127.1:{port}",
    "http://2130706433:{port}",
    "http://0x7f.1:{port}",
    "http://0177.0.0.1:{port}",
    "http://[::1]:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://[64:ff9b::7f00:1]:{port}",
    "http://[2002:7f00:1::]:{port}",
    "http://169.254.169.254",
    "http://168.63.129.16",
    "http://10.0.0.1",
    "http://0.0.0.0:{port}",
    "http://[fe80::1]",
)


@models
@pytest.mark.parametrize("url", FORBIDDEN)
def test_row_42_a_forbidden_address_is_not_connected_to(benches: Benches, url: str, model: str, monkeypatch: pytest.MonkeyPatch):
    bench, connected = benches(GUARDED), list[Any]()
    real = socket.socket.connect

    def watch(self: socket.socket, address: Any) -> Any:
        connected.append(address)
        return real(self, address)

    with RawServer(OPENAI.well) as ill:
        bench.configure("openai", url.format(port=ill.port) + "/v1")
        bench.begin()
        monkeypatch.setattr(socket.socket, "connect", watch)
        seen = OPENAI_CLIENT.ask(bench.running.address, model, stream=False, request_id=bench.new_id())
        record = bench.record()
        if model == "alone":
            assert (seen.status, seen.json["error"]["code"]) == (502, "upstream_refused_by_guard")
            assert [attempt.error for attempt in record.attempts] == ["ConnectionFailed"]
        else:
            assert OPENAI_CLIENT.text(seen, False) == SAID
        assert ill.requests == []
        assert ill.connections == 0
        assert {address[1] for address in connected} <= {bench.running.address[1], bench.well.port}
        bench.nothing_left()


def test_row_42_a_name_that_resolves_to_a_private_address(benches: Benches, monkeypatch: pytest.MonkeyPatch):
    bench = benches(GUARDED)
    real = socket.getaddrinfo
    with RawServer(OPENAI.well) as ill:

        def fake(host: Any, *rest: Any, **more: Any) -> Any:
            if host != "rebound.test":
                return real(host, *rest, **more)
            public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", ill.port))
            private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", ill.port))
            return [private, public]

        monkeypatch.setattr(socket, "getaddrinfo", fake)
        bench.configure("openai", f"http://rebound.test:{ill.port}/v1")
        bench.begin()
        seen = OPENAI_CLIENT.ask(bench.running.address, "alone", stream=True, request_id=bench.new_id())
        assert (seen.status, seen.json["error"]["code"]) == (502, "upstream_refused_by_guard")
        assert ill.connections == 0


@models
@streams
def test_row_44_a_clock_that_is_wrong_costs_one_more_request(calm: Bench, stream: bool, model: str):
    theirs = time.time() + 7200

    def judge(request: bytes) -> Script:
        stamp = re.search(rb"x-amz-date: (\w+)", request, re.IGNORECASE)
        assert stamp is not None
        said = calendar.timegm(time.strptime(stamp[1].decode(), "%Y%m%dT%H%M%SZ"))
        if abs(said - theirs) < 60:
            return OPENAI.well(request)
        return OPENAI.refusal("403 Forbidden", "InvalidSignatureException", f"Date: {formatdate(theirs, usegmt=True)}")

    with RawServer(judge) as ill:
        calm.configure("signed", f"http://127.0.0.1:{ill.port}/v1")
        seen = OPENAI_CLIENT.ask(calm.running.address, model, stream=stream, request_id=calm.new_id())
        assert OPENAI_CLIENT.text(seen, stream) == SAID
        assert len(ill.requests) == 2
        assert [attempt.error for attempt in calm.record().attempts] == [None]
        calm.nothing_left()


@streams
def test_row_44_a_key_that_is_wrong_is_not_asked_twice(calm: Bench, stream: bool):
    date = f"Date: {formatdate(time.time() + 7200, usegmt=True)}"
    with RawServer(OPENAI.refusal("403 Forbidden", "AccessDeniedException", date)) as ill:
        point(calm, ill)
        seen = OPENAI_CLIENT.ask(calm.running.address, "alone", stream=stream, request_id=calm.new_id())
        assert (seen.status, len(ill.requests)) == (502, 1)
