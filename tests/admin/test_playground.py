"""Calls of the playground through the data plane, and the log that sees them."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.admin.events import events_of, next_event
from tests.admin.serving import Client, Served
from tests.simulators.openai_family import OpenAISimulator
from tests.store.world import record as recorded

CHAT = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello there"}]}


def played(client: Client, kind: str, body: Any, media_type: str = "application/json") -> list[tuple[str, Any]]:
    answer = client.ask("POST", f"/api/invoke/{kind}", body, content_type=media_type)
    assert answer.status == 200, answer
    return events_of(answer.body)


def test_a_stream_comes_as_chunks_with_what_it_cost(configured: Client):
    start, *chunks, record = played(configured, "llm", {**CHAT, "stream": True})
    assert start[0] == "start"
    assert {name for name, _ in chunks} == {"chunk"}
    text = "".join(choice["delta"].get("content") or "" for _, chunk in chunks for choice in chunk["choices"])
    assert text == "You said: hello there"
    name, told = record
    assert (name, told["id"], told["status"]) == ("record", start[1]["request_id"], 200)
    assert told["cost"]["total"] == "0.00002000"
    assert told["usage"]["input"]["total"] == 10
    assert 0 < told["first_token_seconds"] <= told["seconds"]
    assert [(each["provider"], each["model"], each["error"]) for each in told["attempts"]] == [("sim", "sim-chat", None)]
    assert told["overhead_seconds"] >= 0


@pytest.mark.parametrize(
    "kind, body, field",
    [
        ("llm", CHAT, "choices"),
        ("text-embedding", {"model": "sim/sim-embed", "input": ["a", "b"]}, "data"),
        ("rerank", {"model": "sim/sim-rank", "query": "tea", "documents": ["green tea", "car"]}, "results"),
        ("moderation", {"model": "sim/sim-judge", "input": "bad words"}, "results"),
    ],
)
def test_a_whole_answer_is_one_result(configured: Client, kind: str, body: dict[str, Any], field: str):
    (_, start), (name, result), (last, record) = played(configured, kind, body)
    assert (name, last) == ("result", "record")
    assert result[field]
    assert record["id"] == start["request_id"]


def test_speech_comes_as_audio(configured: Client):
    _, *pieces, (last, record) = played(configured, "tts", {"model": "sim/sim-mouth", "input": "hi"})
    assert {(name, piece["media_type"]) for name, piece in pieces} == {("audio", "audio/wav")}
    assert b"".join(base64.b64decode(piece["data"]) for _, piece in pieces).startswith(b"RIFF")
    assert (last, record["usage"]["characters"]) == ("record", 2)


def test_a_recording_is_transcribed(configured: Client):
    lines = [b"--x", b'content-disposition: form-data; name="model"', b"", b"sim/sim-ear", b"--x"]
    lines += [
        b'content-disposition: form-data; name="file"; filename="a.wav"',
        b"content-type: audio/wav",
        b"",
        b"RIFF1234",
        b"--x--",
        b"",
    ]
    _, (name, result), _ = played(configured, "speech2text", b"\r\n".join(lines), "multipart/form-data; boundary=x")
    assert name == "result"
    assert result["text"] == "heard 1 wave file"


@pytest.mark.parametrize(
    "body, status, code",
    [
        ({**CHAT, "model": "sim/none"}, 404, "model_not_found"),
        ({"messages": []}, 400, None),
        (b"{", 400, "invalid_json"),
    ],
)
def test_a_refusal_is_an_event(configured: Client, body: Any, status: int, code: str | None):
    events = played(configured, "llm", body)
    name, told = events[1]
    assert (name, told["status"]) == ("error", status)
    assert code in (None, told["code"])


def test_an_unknown_type_is_no_event(configured: Client):
    assert configured.ask("POST", "/api/invoke/text2img", CHAT).status == 404


def test_who_leaves_the_playground_ends_the_call(gateway: Served, configured: Client, vendor: OpenAISimulator):
    vendor.gate = threading.Event()
    body = json.dumps({**CHAT, "stream": True}).encode()
    named = {**configured.headers, "content-type": "application/json", "content-length": str(len(body)), "host": "x"}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    client = socket.create_connection(gateway.address, timeout=20)
    client.sendall(f"POST /api/invoke/llm HTTP/1.1\r\n{head}\r\n".encode() + body)
    seen = b""
    while b"event: chunk" not in seen:
        seen += client.recv(65536)
    watched = threading.Event()

    async def watch() -> int:
        with gateway.services.watch.calls() as queue:
            watched.set()
            return (await queue.get()).status

    found: list[int] = []
    waiter = threading.Thread(target=lambda: found.append(gateway.run(watch)))
    waiter.start()
    assert watched.wait(5)
    client.close()
    waiter.join(5)
    vendor.gate.set()
    assert found == [499]


def test_the_log_keeps_what_was_called(gateway: Served, configured: Client):
    (_, start), *_ = played(configured, "llm", CHAT)
    gateway.written()
    page = configured.get("/api/logs", provider="sim", outcome="ok")
    (row,) = page["data"]
    assert (row["id"], row["attempts"], page["next"]) == (start["request_id"], [], None)
    whole = configured.get(f"/api/logs/{start['request_id']}")
    assert [attempt["model"] for attempt in whole["attempts"]] == ["sim-chat"]
    assert whole["content"] is None
    usage = configured.get("/api/usage", by="provider,model", bucket="day")["data"]
    assert [(each["group"], each["calls"], each["cost"]) for each in usage] == [
        ({"provider": "sim", "model": "sim-chat"}, 1, {"USD": "0.00002000"})
    ]
    csv = configured.ask("GET", "/api/usage.csv", query={"by": "model"})
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert "sim-chat" in csv.body.decode()


def test_pages_follow_each_other_and_stay_in_the_workspace(gateway: Served, configured: Client):
    ids = [played(configured, "llm", CHAT)[0][1]["request_id"] for _ in range(3)]
    gateway.written()
    first = configured.get("/api/logs", limit=2)
    second = configured.get("/api/logs", limit=2, cursor=first["next"])
    assert [row["id"] for row in (*first["data"], *second["data"])] == ids[::-1]
    assert second["next"] is None
    assert configured.ask("GET", "/api/logs", query={"cursor": "no cursor"}).json["field"] == "cursor"
    configured.done("POST", "/api/workspaces", {"id": "team"})
    team = gateway.client("admin", "team")
    assert team.get("/api/logs")["data"] == []
    assert team.ask("GET", f"/api/logs/{ids[0]}").status == 404
    assert team.ask("GET", "/api/logs", query={"all_workspaces": "true"}).status == 403
    everybody = Client(configured.address, {**configured.headers, "x-workspace": "team"})
    assert len(everybody.get("/api/logs", all_workspaces="true")["data"]) == 3


def test_the_tail_tells_calls_as_they_end(gateway: Served, configured: Client):
    connection = HTTPConnection(*gateway.address, timeout=20)
    configured.send(connection, "GET", "/api/logs/tail", None, None, {})
    response = connection.getresponse()
    assert response.readline() == b": open\n"
    (_, start), *_ = played(configured, "llm", CHAT)
    name, told = next_event(response)
    assert (name, told["id"]) == ("call", start["request_id"])
    elsewhere = recorded(1, started_at=time.time() - 1, seconds=2.0)  # of another process: it comes by way of the database
    gateway.loop.call_soon_threadsafe(gateway.opened.ledger.settle, elsewhere)
    name, told = next_event(response)
    assert (name, told["id"], [attempt["id"] for attempt in told["attempts"]]) == ("call", "call1", ["call1.1"])
    connection.close()


def test_a_key_works_at_once_and_not_after_it_was_revoked(gateway: Served, configured: Client):
    made = configured.done("POST", "/api/keys", {"name": "app", "models": ["sim/*"]})
    client = Client(gateway.address, {"authorization": f"Bearer {made['text']}"})
    assert client.ask("POST", "/v1/chat/completions", CHAT).status == 200
    assert client.ask("POST", "/v1/chat/completions", {**CHAT, "model": "openai/gpt-4o"}).status == 403
    assert client.ask("GET", "/api/keys").status == 401, "a key of clients is no token of the admin API"
    configured.done("POST", f"/api/keys/{made['key']['id']}/revoke")
    assert client.ask("POST", "/v1/chat/completions", CHAT).status == 401
    assert [key["disabled"] for key in configured.get("/api/keys")["data"]] == [True]


def test_names_of_the_operator_are_in_force_at_once(configured: Client):
    configured.done("PUT", "/api/aliases/mine", {"value": "sim/sim-chat"})
    configured.done(
        "PUT", "/api/routes/best", {"value": {"name": "best", "targets": [{"model": "sim/none"}, {"model": "sim/sim-chat"}]}}
    )
    configured.done("PUT", "/api/prices/sim%2Fsim-chat", {"value": {"overrides": {"input": "4"}}})
    assert played(configured, "llm", {**CHAT, "model": "mine"})[1][0] == "result"
    record = played(configured, "llm", {**CHAT, "model": "best"})[-1][1]
    assert [attempt["error"] for attempt in record["attempts"]] == ["ModelNotFound", None]
    detail = configured.get("/api/models/one", provider="sim", model="sim-chat", model_type="llm")
    assert (detail["pricing"]["input"], detail["declared_pricing"]["input"], detail["own_price"]) == ("4", "1.00", True)
    off = {"model_type": "llm", "model": "sim-chat", "enabled": False}
    configured.done("PUT", "/api/providers/sim/models/switches", {"data": [off]})
    assert played(configured, "llm", CHAT)[1][1]["code"] == "model_disabled"
    row = configured.get("/api/models/one", provider="sim", model="sim-chat", model_type="llm")
    assert (row["enabled"], row["status"]["code"]) == (False, "disabled")
