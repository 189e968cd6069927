"""What clients may do to the gateway, over real sockets."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from http.client import HTTPConnection
from typing import Any

import pytest

from modelruntime.gateway.limits import EdgeLimits
from modelruntime.runtime.listing import Listing
from modelruntime.store.configuration import Route, RouteTarget
from tests.gateway.serving import KEY, Running, configuration, serving
from tests.simulators.openai_family import OpenAISimulator

CHAT = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello there"}]}


def post(running: Running, path: str, body: bytes, **headers: str) -> tuple[int, Any, dict[str, str]]:
    connection = HTTPConnection(*running.address, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, body, {"authorization": f"Bearer {KEY}", **named})
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if data else None, {key.lower(): value for key, value in answer.getheaders()}
    finally:
        connection.close()


def get(running: Running, path: str) -> tuple[int, Any]:
    connection = HTTPConnection(*running.address, timeout=10)
    try:
        connection.request("GET", path, headers={"authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def raw(running: Running, data: bytes) -> socket.socket:
    client = socket.create_connection(running.address, timeout=10)
    client.sendall(data)
    return client


def request_bytes(body: dict[str, Any], key: str = KEY) -> bytes:
    data = json.dumps(body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: {len(data)}\r\n\r\n"
    return head.encode() + data


@pytest.mark.parametrize(
    "body, code",
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"[]", "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b'{"model": "\\ud800"}', "invalid_json"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "invalid_json"),
        (b"[" * 100_000 + b"]" * 100_000, "invalid_json"),
    ],
)
def test_a_body_that_cannot_be_read(gateway: Running, body: bytes, code: str):
    status, answer, _ = post(gateway, "/v1/chat/completions", body)
    assert (status, answer["error"]["code"]) == (400, code)


def test_a_compressed_body_is_read(gateway: Running):
    status, answer, _ = post(gateway, "/v1/chat/completions", gzip.compress(json.dumps(CHAT).encode()), content_encoding="gzip")
    assert (status, answer["choices"][0]["message"]["content"]) == (200, "You said: hello there")


def test_a_bomb_is_refused(gateway: Running):
    bomb = gzip.compress(b" " * (64 * 2**20))
    status, answer, _ = post(gateway, "/v1/chat/completions", bomb, content_encoding="gzip")
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


@pytest.mark.parametrize("encoding, body, status", [("br", b"x", 415), ("gzip", b"no gzip", 400), ("gzip, gzip", b"x", 415)])
def test_another_encoding(gateway: Running, encoding: str, body: bytes, status: int):
    assert post(gateway, "/v1/chat/completions", body, content_encoding=encoding)[0] == status


def test_paths_and_methods(gateway: Running):
    assert post(gateway, "/v1/nothing", b"{}")[1]["error"]["code"] == "not_found"
    assert post(gateway, "/v1/models", b"{}")[1]["error"]["code"] == "method_not_allowed"


def test_a_request_id_comes_back(gateway: Running):
    _, _, headers = post(gateway, "/v1/chat/completions", json.dumps(CHAT).encode(), x_request_id="mine-1")
    assert headers["x-request-id"] == "mine-1"
    _, _, headers = post(gateway, "/v1/chat/completions", json.dumps(CHAT).encode(), x_request_id="no words (at all)")
    assert headers["x-request-id"].startswith("req_")


def small(settings: dict[str, Any], limits: EdgeLimits) -> Any:
    return serving(settings, configuration(aliases={"mine": "sim/sim-chat"}), limits=limits)


def test_a_body_may_be_only_so_large(vendor: OpenAISimulator, settings: dict[str, Any]):
    with small(settings, EdgeLimits(json_bytes=2**20)) as running:
        status, answer, _ = post(running, "/v1/chat/completions", b" " * (2**20 + 1))
        assert (status, answer["error"]["code"]) == (413, "request_too_large")
        assert vendor.requests == []


def test_a_slow_body_is_given_up(vendor: OpenAISimulator, settings: dict[str, Any]):
    with small(settings, EdgeLimits(body_seconds=0.2)) as running:
        client = raw(running, request_bytes(CHAT)[:-5])
        with client:
            receive_until(client, b" 408 ")


def test_a_slow_head_is_given_up(settings: dict[str, Any]):
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
    with small(settings, EdgeLimits(header_seconds=0.2)) as gateway, raw(gateway, head) as client:
        assert client.recv(65536) == b"", "closed without a word"


def test_a_slow_second_head_is_given_up(settings: dict[str, Any]):
    with small(settings, EdgeLimits(header_seconds=0.5)) as gateway, raw(gateway, request_bytes(CHAT)) as client:
        receive_until(client, b"You said")
        client.sendall(b"POST /v1")
        assert client.recv(65536) == b""


def test_a_huge_head_is_refused(gateway: Running):
    with raw(gateway, b"POST / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 100_000) as client:
        assert b" 400 " in client.recv(65536)


def test_an_alias_stands_for_a_model(vendor: OpenAISimulator, settings: dict[str, Any]):
    with small(settings, EdgeLimits()) as running:
        status, answer, headers = post(running, "/v1/chat/completions", json.dumps({**CHAT, "model": "mine"}).encode())
        assert (status, answer["model"], headers["x-modelruntime-model"]) == (200, "sim-chat", "sim/sim-chat")


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_takes_its_call_with_it(gateway: Running, vendor: OpenAISimulator, stream: bool):
    vendor.gate = threading.Event()
    idle = gateway.tasks()
    client = raw(gateway, request_bytes({**CHAT, "stream": stream}))
    if stream:
        assert b"You " in receive_until(client, b"You ")
    else:
        assert wait_until(lambda: bool(vendor.requests))
    client.close()
    if stream:
        assert gateway.kept.settled.wait(1), "the upstream call goes on"
        (record,) = gateway.kept.records
        assert (record.status, record.code) == (499, "client_closed_request")
        assert gateway.kept.given_back == 1
        assert wait_until(lambda: gateway.tasks() == idle)
    vendor.gate.set()
    assert post(gateway, "/v1/chat/completions", json.dumps(CHAT).encode())[0] == 200


def receive_until(client: socket.socket, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        piece = client.recv(65536)
        assert piece, seen
        seen += piece
    return seen


def wait_until(holds: Any, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    event = threading.Event()
    while time.monotonic() < end:
        if holds():
            return True
        event.wait(0.01)
    return False


def test_it_drains(gateway: Running, vendor: OpenAISimulator):
    vendor.gate = threading.Event()
    with raw(gateway, request_bytes({**CHAT, "stream": True})) as client:
        receive_until(client, b"You ")
        gateway.stop()
        vendor.gate.set()
        assert b"[DONE]" in receive_until(client, b"[DONE]")


def test_a_route_falls_back(vendor: OpenAISimulator, settings: dict[str, Any]):
    route = Route("best", (RouteTarget("openai/gpt-4o"), RouteTarget("sim/unknown"), RouteTarget("sim/sim-chat")))
    with serving(settings, configuration(routes={"best": route})) as running:
        status, answer, headers = post(running, "/v1/chat/completions", json.dumps({**CHAT, "model": "best"}).encode())
        assert (status, answer["model"], headers["x-modelruntime-model"]) == (200, "sim-chat", "sim/sim-chat")
        (record,) = running.kept.records
        assert [(attempt.model, attempt.error) for attempt in record.attempts] == [("unknown", "ModelNotFound"), ("sim-chat", None)]
        assert [path for path, _ in vendor.requests] == ["/v1/chat/completions"] * 2


def test_small_writes_leave_at_once(gateway: Running):
    """Head and body are two writes: with Nagle's algorithm the second waits 40 ms for the client's acknowledgement."""
    with gateway.server.listen() as listener:
        listener.listen(1)
        with socket.create_connection(listener.getsockname()[:2]):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def said(running: Running, body: bytes) -> bytes:
    connection = HTTPConnection(*running.address, timeout=10)
    try:
        connection.request("POST", "/v1/chat/completions", body, {"authorization": f"Bearer {KEY}"})
        return connection.getresponse().read()
    finally:
        connection.close()


@pytest.mark.parametrize("stream", [False, True])
def test_what_was_said_is_kept_only_where_an_operator_asked_for_it(
    gateway: Running, vendor: OpenAISimulator, settings: dict[str, Any], stream: bool
):
    body = json.dumps({**CHAT, "stream": stream}).encode()
    said(gateway, body)
    with serving(settings, configuration(keep_content=True)) as keeping:
        said(keeping, body)
        (record,) = keeping.kept.records
    assert gateway.kept.records[0].content is None
    assert record.content is not None
    assert json.loads(record.content.request)["messages"] == CHAT["messages"]
    assert record.content.reply.startswith("You said:")


def test_an_alias_may_stand_for_a_route(vendor: OpenAISimulator, settings: dict[str, Any]):
    routes = {"fast": Route("fast", (RouteTarget("sim/none"), RouteTarget("sim/sim-chat")))}
    with serving(settings, configuration(routes=routes, aliases={"gpt": "fast"})) as running:
        status, _, headers = post(running, "/v1/chat/completions", json.dumps({**CHAT, "model": "gpt"}).encode())
    assert (status, headers["x-modelruntime-model"]) == (200, "sim/sim-chat")


def test_calls_go_on_while_the_models_are_listed(gateway: Running, monkeypatch: pytest.MonkeyPatch):
    answered = threading.Event()
    look = Listing.models

    def slow(self: Listing, *which: Any) -> Any:
        assert answered.wait(10)
        return look(self, *which)

    monkeypatch.setattr(Listing, "models", slow)
    client = raw(gateway, f"GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n\r\n".encode())
    assert post(gateway, "/v1/chat/completions", json.dumps(CHAT).encode())[0] == 200
    answered.set()
    assert client.recv(12) == b"HTTP/1.1 200"
    client.close()


@pytest.mark.parametrize(
    "model, described",
    [
        ("sim/sim-chat", "sim/sim-chat"),
        ("short", "sim/sim-chat"),
        ("sim/nothing", None),
        ("nobody/nothing", None),
        ("nothing", None),
    ],
)
def test_one_model_is_told_as_it_is_listed(settings: dict[str, Any], model: str, described: str | None):
    with serving(settings, configuration(aliases={"short": "sim/sim-chat"})) as running:
        listed = {row["id"]: row for row in get(running, "/v1/models")[1]["data"]}
        status, row = get(running, f"/v1/models/{model}")
        assert (status, row if status == 200 else None) == ((404, None) if described is None else (200, listed[model]))
        assert described is None or row["limits"] == listed[described]["limits"]
