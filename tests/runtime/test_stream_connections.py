"""Streams of a runtime over real sockets: one connection carries them one after another, where the server lets it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from modelruntime import AsyncRuntime, Runtime
from modelruntime.transports.contract import TransportOptions
from tests.peers.client import custom
from tests.simulators.raw_server import CHUNKED, Await, Flood, RawServer, Script, Tell, chunk
from tests.transports.drivers import LOOPS

PROVIDER = "openai_api_compatible"
EVENT = (
    b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m",'
    b'"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":%s}]}\n\n'
)
EVENTS = chunk(EVENT % b"null") + chunk(EVENT % b'"stop"') + chunk(b"data: [DONE]\n\n")
END = b"0\r\n\r\n"


def arguments_for(server: RawServer) -> dict[str, Any]:
    form = {
        "endpoint_url": f"http://127.0.0.1:{server.port}/v1",
        "api_key": "k",
        "endpoint_model_name": "m",
        "context_size": "4096",
    }
    return {
        "environ": {},
        "transport_options": TransportOptions(trust_env=False),
        "models": [custom(PROVIDER, "llm", "chat", **form)],
    }


def two_streams(colour: str, server: RawServer) -> list[str]:
    """The texts of two streams, each read to its last event."""
    if colour == "blocking":
        with Runtime(**arguments_for(server)) as runtime:
            return ["".join(runtime.llm(f"{PROVIDER}/chat").stream("Hi").text()) for _ in range(2)]

    async def main() -> list[str]:
        async with AsyncRuntime(**arguments_for(server)) as runtime:
            model = runtime.llm(f"{PROVIDER}/chat")
            return ["".join([text async for text in model.stream("Hi").text()]) for _ in range(2)]

    with asyncio.Runner(loop_factory=LOOPS[colour]) as runner:
        return runner.run(main())


SCRIPTS: dict[str, tuple[Script, int]] = {
    "end-with-the-last-event": ((CHUNKED + EVENTS + END,), 1),
    "no-end": ((CHUNKED + EVENTS, "stall"), 2),
    "goes-on": ((CHUNKED + EVENTS, Flood(chunk(b": and on\n\n" * 100))), 2),
}


@pytest.mark.parametrize("colour", ["blocking", *LOOPS])
@pytest.mark.parametrize(("script", "connections"), SCRIPTS.values(), ids=SCRIPTS)
def test_two_streams_one_after_another(colour: str, script: Script, connections: int):
    with RawServer(script) as server:
        assert two_streams(colour, server) == ["hihi", "hihi"]
        assert server.all_closed()
        assert server.connections == connections


@pytest.mark.parametrize("loop", LOOPS)
def test_an_end_that_waits_unread_behind_the_last_event_keeps_the_connection(loop: str):
    """Between the last event and the close of the reply the loop does not turn: the end is in the kernel only."""
    go, sent = threading.Event(), threading.Event()
    first = chunk(EVENT % b"null")

    async def main() -> None:
        async with AsyncRuntime(**arguments_for(server)) as runtime:
            for _ in range(2):
                async with runtime.llm(f"{PROVIDER}/chat").stream("Hi") as stream:
                    await anext(stream)
                    go.set()
                    assert sent.wait(2)  # blocks the loop: nothing is read meanwhile
                go.clear()
                sent.clear()

    with RawServer((CHUNKED + first, Await(go), EVENTS + END, Tell(sent))) as server:
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            runner.run(main())
        assert server.connections == 1
