"""Sync equals async: recorded streams, served on this machine, through the blocking and the async runtime."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from modelruntime import AsyncRuntime, InvokeError, Runtime
from modelruntime.codecs.registry import CODECS
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent, StreamStart, UsageEvent
from modelruntime.transports.contract import TransportOptions
from tests.conformance.exchange import Answer
from tests.conformance.server import SimulatorServer
from tests.replay.family_replay import events_of, shown
from tests.replay.played import Played, played
from tests.shared import SHARED

LARGEST = 60_000


def sample() -> list[Played]:
    """The shortest and the longest stream of every vendor and codec, up to a size."""
    found: dict[tuple[str, str], list[Played]] = {}
    for item in played():
        if item.row.streamed and item.row.status < 300 and len(item.row.body) <= LARGEST:
            found.setdefault((item.codec.name, item.row.vendor), []).append(item)
    by_size = [sorted(items, key=lambda item: len(item.row.body)) for items in found.values()]
    return [item for items in by_size for item in (items[0], *items[1:][-1:])]


class Tape:
    """A provider whose models are recordings: a call of `tape/3` gets the bytes of the third."""

    def __init__(self, items: list[Played], cache: Path, server: SimulatorServer) -> None:
        self.items = items
        self._server = server
        models = [self._model(at, item) for at, item in enumerate(items)]
        facts = {"label": {"en_US": "Tape"}, "supported_model_types": ["llm"], "configurate_methods": ["predefined-model"]}
        document = {"provider": "tape", **facts, "codec": {"llm": "openai_chat"}, "endpoint": server.url, "models": models}
        self.arguments: dict[str, Any] = {
            "documents": [json.dumps(document)],
            "environ": {"MODELRUNTIME_CACHE": str(cache)},
            "transport_options": TransportOptions(trust_env=False),
        }

    def _model(self, at: int, item: Played) -> dict[str, Any]:
        mode = "chat" if item.call.prompt is None else "completion"
        profile = msgspec.to_builtins(item.endpoint.profile)  # without defaults
        assert item.codec.name in CODECS
        own = {"codec": item.codec.name, "profile": profile, "model_properties": {"mode": mode}}
        return {"model": str(at), "model_type": "llm", **own}

    def play(self, at: int) -> None:
        """From now on every request gets these bytes, in chunks that fall anywhere."""
        row = self.items[at].row
        kind = next((value for name, value in row.headers if name == "content-type"), "text/event-stream")
        self._server.handler = lambda seen: Answer(row.body, row.status, {"content-type": kind}, streamed=True)


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Tape]:
    with SimulatorServer() as server:
        yield Tape(sample(), tmp_path, server)


def blocking(tape: Tape) -> list[list[StreamEvent]]:
    found: list[list[StreamEvent]] = []
    with Runtime(**tape.arguments) as runtime:
        for at in range(len(tape.items)):
            tape.play(at)
            events: list[StreamEvent] = []
            found.append(events)
            try:
                with runtime.llm(f"tape/{at}").stream("Hello") as stream:
                    events.extend(stream)
            except InvokeError as error:
                events.append(ErrorEvent(error))
    return found


async def awaited(tape: Tape) -> list[list[StreamEvent]]:
    found: list[list[StreamEvent]] = []
    async with AsyncRuntime(**tape.arguments) as runtime:
        for at in range(len(tape.items)):
            tape.play(at)
            events: list[StreamEvent] = []
            found.append(events)
            try:
                async with runtime.llm(f"tape/{at}").stream("Hello") as stream:
                    async for event in stream:
                        events.append(event)  # noqa: PERF401 (what came before a failure must stay)
            except InvokeError as error:
                events.append(ErrorEvent(error))
    return found


def content(events: list[StreamEvent]) -> list[Any]:
    """What the vendor said, without what a runtime adds: usage, costs, warnings, names."""
    plain = [event for event in events if not isinstance(event, StreamStart | UsageEvent | ErrorEvent)]
    return [event.finish if isinstance(event, FinishEvent) else event for event in plain]


def test_both_drivers_give_the_same_events_and_those_of_the_codec(tape: Tape) -> None:
    if SHARED is None:
        print("no recordings beside the checkout: nothing was driven")
        return
    ours, theirs = blocking(tape), asyncio.run(awaited(tape))
    families = {item.codec.name for item in tape.items}
    print(
        f"{len(tape.items)} recorded streams of {len(families)} codecs and {len({i.row.vendor for i in tape.items})} vendors driven"
    )
    for item, left, right in zip(tape.items, ours, theirs, strict=True):
        assert shown(left) == shown(right), item.row.id
        codec = events_of(item.codec, item.row, item.call, item.endpoint, [item.row.body])
        assert content(left) == content(codec), item.row.id
        assert isinstance(left[-1], ErrorEvent) == isinstance(codec[-1], ErrorEvent), item.row.id
    assert families == {item.codec.name for item in played() if item.row.streamed and item.row.status < 300}
