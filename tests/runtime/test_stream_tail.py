"""What may follow the finish of a stream is waited for a moment, not for the whole idle time."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from modelruntime import AsyncRuntime, Runtime
from modelruntime.entities.events import FinishEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.runtime import attempts
from modelruntime.transports.contract import Timeouts
from tests.simulators.openai_family import DECLARATION, KEY
from tests.simulators.raw_server import CHUNKED, Await, RawServer, chunk

PATIENT = Timeouts(connect=5.0, first_byte=20.0, idle=20.0, total=30.0)
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def said(delta: Any, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return chunk(b"data: " + json.dumps({"id": "c", "model": "m", "choices": [choice]}).encode() + b"\n\n")


SAID = (CHUNKED, said({"role": "assistant", "content": "hi"}), said({}, "stop"))


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "TAIL_SECONDS", 0.05)


def settings(server: RawServer) -> dict[str, Any]:
    return {"documents": [DECLARATION], "credentials": {"sim": {"api_key": KEY, "base_url": server.url}}, "timeouts": PATIENT}


Timed = list[tuple[float, Any]]
"""Events, and when they came."""


def blocking(server: RawServer) -> Timed:
    with Runtime(**settings(server)) as runtime:
        return [(time.monotonic(), event) for event in runtime.llm("sim/sim-chat").stream("x")]


def awaited(server: RawServer) -> Timed:
    async def run() -> Timed:
        async with AsyncRuntime(**settings(server)) as runtime:
            return [(time.monotonic(), event) async for event in runtime.llm("sim/sim-chat").stream("x")]

    return asyncio.run(run())


drives = pytest.mark.parametrize("drive", [blocking, awaited])


@drives
def test_a_vendor_that_says_nothing_after_its_finish_is_left(drive: Any):
    with RawServer((*SAID, "stall")) as server:
        events = drive(server)
    (before, _), (after, finish) = events[-2:]
    assert after - before < 10
    assert isinstance(finish, FinishEvent)
    assert finish.finish.unified == "stop"
    assert any(warning.kind == "incomplete" for warning in finish.warnings)


@drives
def test_what_follows_soon_counts(drive: Any):
    counted = chunk(b"data: " + json.dumps({"id": "c", "model": "m", "choices": [], "usage": USAGE}).encode() + b"\n\n")
    with RawServer((*SAID, counted, chunk(b"data: [DONE]\n\n"), "stall")) as server:
        _, finish = drive(server)[-1]
    assert (finish.usage.input.total, finish.usage.output.total) == (7, 3)
    assert finish.warnings == ()


@drives
def test_before_the_finish_nobody_hurries(drive: Any):
    late = threading.Event()
    timer = threading.Timer(0.3, late.set)
    timer.start()
    with RawServer((*SAID[:2], Await(late), *SAID[2:], chunk(b"data: [DONE]\n\n"), chunk(b""))) as server:
        _, finish = drive(server)[-1]
    assert isinstance(finish, FinishEvent)
    timer.join()


def test_the_whole_answer_is_gathered():
    with RawServer((*SAID, "stall")) as server, Runtime(**settings(server)) as runtime:
        result: LLMResult = runtime.llm("sim/sim-chat").stream("x").result()
    assert result.text == "hi"
