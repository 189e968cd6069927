"""Clients of Node, unchanged: each call twice, straight to the vendor and through the gateway, and both return the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.node_programs import installed
from tests.gateway.serving import KEY, Running
from tests.simulators.recorded_vendor import Answer, RecordedVendor

pytestmark = pytest.mark.slow
PLAY = Path(__file__).parent / "node" / "play.mjs"
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}
COUNTED = {"input_tokens": 10, "output_tokens": 5}
BLOCK = {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}}


def completion(kind: str) -> Answer:
    about = {"id": "c", "created": 1, "model": "known", "own": {"field": 1}}
    if kind == "stream":
        deltas: list[tuple[dict[str, Any], str | None]] = [
            ({"role": "assistant", "content": "Ra"}, None),
            ({"content": "in"}, None),
        ]
        chunks: list[dict[str, Any]] = [
            {**about, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": why}]}
            for delta, why in (*deltas, ({}, "stop"))
        ]
        return events([*chunks, {**about, "object": "chat.completion.chunk", "choices": [], "usage": USAGE}], "data: [DONE]\n\n")
    message: dict[str, Any] = {"role": "assistant", "content": "Rain", "reasoning_content": "look out"}
    if kind == "tools":
        message = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if kind == "tools" else "stop"}
    return Answer(body=json.dumps({**about, "object": "chat.completion", "choices": [choice], "usage": USAGE}).encode())


def message(kind: str) -> Answer:
    about = {"id": "m", "type": "message", "role": "assistant", "model": "known"}
    if kind == "stream":
        started: dict[str, Any] = {**about, "content": [], "stop_reason": None, "stop_sequence": None, "usage": COUNTED}
        rows: list[dict[str, Any]] = [
            {"type": "message_start", "message": started},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Rain"}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 5}},
            {"type": "message_stop"},
        ]
        return events(rows, "")
    content = [BLOCK] if kind == "tools" else [{"type": "text", "text": "Rain"}]
    why = {"stop_reason": "tool_use" if kind == "tools" else "end_turn", "stop_sequence": None}
    return Answer(body=json.dumps({**about, "content": content, **why, "usage": COUNTED}).encode())


def events(rows: list[dict[str, Any]], end: str) -> Answer:
    named = (f"event: {row['type']}\n" if "type" in row else "" for row in rows)
    body = "".join(f"{name}data: {json.dumps(row)}\n\n" for name, row in zip(named, rows, strict=True))
    return Answer(media_type="text/event-stream", body=(body + end).encode())


def played(client: str, url: str, key: str, model: str, kind: str) -> Any:
    place = installed() / "play.mjs"
    place.write_bytes(PLAY.read_bytes())
    done = subprocess.run(("node", str(place), client, url, key, model, kind), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["plain", "stream", "tools", "image"])
@pytest.mark.parametrize(
    "client, provider, answer",
    [("openai", "chatty", completion), ("compatible", "chatty", completion), ("anthropic", "claudian", message)],
)
def test_both_ways_return_the_same(gateway: Running, vendor: RecordedVendor, client: str, provider: str, answer: Any, kind: str):
    vendor.answer = answer(kind)
    straight = played(client, vendor.url, "sk", "known", kind)
    through = played(client, gateway.url, KEY, f"{provider}/known", kind)
    if client == "openai" and kind == "stream":  # it asked for no usage, and the recorded vendor gave some
        assert straight.pop()["choices"] == []
    assert through == straight
    bodies = [json.loads(asked.body) for asked in vendor.asked]
    for body in bodies:
        body.pop("stream_options", None)
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("client, answer", [("openai", message), ("compatible", message)])
def test_another_familys_vendor(gateway: Running, vendor: RecordedVendor, client: str, answer: Any):
    vendor.answer = answer("tools")
    found = played(client, gateway.url, KEY, "claudian/known", "tools")
    calls = found["choices"][0]["message"]["tool_calls"] if client == "openai" else found["calls"]
    assert "Oslo" in json.dumps(calls)
