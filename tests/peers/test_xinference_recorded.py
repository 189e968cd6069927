"""What a real Xinference server answered once, decoded again: the same requests are sent, the same results come out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from tests.peers.client import Client
from tests.peers_slow.run_scenario import run_scenario
from tests.peers_slow.scenarios import SCENARIOS, outline, runtime_arguments
from tests.runtime.scripted import AsyncScriptedTransport, ScriptedTransport, stream

RECORDED = Path(__file__).parent / "recorded" / "xinference"
ADDRESS, KEY = "http://127.0.0.1:9997", "a-right-key"


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return found


def step(exchange: dict[str, Any]) -> Any:
    """The recorded answer, for the transport's script."""
    body = exchange["body"].encode()
    if "event-stream" in (exchange["content_type"] or ""):
        return stream(*body.splitlines(keepends=True))
    return HttpResponse(ResponseHead(exchange["status"], (("content-type", exchange["content_type"] or ""),)), body)


def check_sent(request: HttpRequest, exchange: dict[str, Any]) -> None:
    assert (request.method, request.url) == (exchange["method"], ADDRESS + exchange["path"])
    assert len(request.body or b"") == exchange["request_bytes"]
    if exchange["request"] is not None:
        assert json.loads(request.body or b"null") == exchange["request"]


@pytest.mark.proves("real peer", "xinference", "llm", "chat", "usage", "stream", "structured output", "errors")
@pytest.mark.proves("real peer", "xinference", "text-embedding", "embed")
@pytest.mark.proves("real peer", "xinference", "models", "listing")
@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_recorded_answer_is_decoded_to_the_same_result(name: str, colour: str):
    recording, scenario = recorded(name), SCENARIOS[name]
    script = ScriptedTransport(*map(step, recording["exchanges"]))
    transport = script if colour == "sync" else AsyncScriptedTransport(script)
    result = run_scenario(Client(colour, transport=transport, **runtime_arguments(ADDRESS, KEY)), scenario)
    scenario.check(result)
    assert json.loads(json.dumps(outline(result))) == recording["decoded"]
    assert len(script.requests) == len(recording["exchanges"])
    for request, exchange in zip(script.requests, recording["exchanges"], strict=True):
        check_sent(request, exchange)


def test_every_recording_is_replayed_and_holds_no_secret():
    names = {path.stem for path in RECORDED.glob("*.json")}
    assert names == set(SCENARIOS)
    for name in names:
        text = (RECORDED / f"{name}.json").read_text()
        assert "authorization" not in text.lower()
        assert "bearer" not in text.lower()
        assert "/home/" not in text
