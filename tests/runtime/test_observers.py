"""Who watches, and what they see."""

from __future__ import annotations

import pytest

from modelruntime import BaseObserver, FinishEvent, ServerUnavailable
from tests.runtime.colours import Colour
from tests.runtime.scripted import GREETING, answer, chat, stream

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])


class Watcher(BaseObserver):
    def __init__(self):
        self.seen = []

    def on_start(self, info):
        self.seen.append(("start", info.provider, info.attempt, info.id))

    def on_event(self, info, event):
        self.seen.append(("event", type(event).__name__))

    def on_end(self, info, result):
        self.seen.append(("end", type(result).__name__))

    def on_error(self, info, error):
        self.seen.append(("error", type(error).__name__))


class Clumsy(BaseObserver):
    def on_start(self, info):
        raise RuntimeError("oops")


@COLOURS
def test_each_attempt_is_seen_under_one_id(colour):
    watcher = Watcher()
    world = Colour(colour, answer({}, 503), chat(), observers=[watcher])
    world.run(world.runtime.llm("acme/talker").invoke("Hello", fallbacks=["backup/spare"]))
    names = [entry[0] for entry in watcher.seen]
    assert names == ["start", "error", "start", "end"]
    assert (watcher.seen[0][1:3], watcher.seen[2][1:3]) == (("acme", 1), ("backup", 2))
    assert watcher.seen[0][3] == watcher.seen[2][3]
    assert watcher.seen[1] == ("error", ServerUnavailable.__name__)


@COLOURS
def test_a_stream_shows_its_events_and_its_end(colour):
    watcher = Watcher()
    world = Colour(colour, stream(*GREETING), observers=[watcher])
    world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"))
    assert watcher.seen[1] == ("event", "StreamStart")
    assert watcher.seen[-1] == ("end", FinishEvent.__name__)


@COLOURS
def test_a_stream_closed_early_is_told(colour):
    watcher = Watcher()
    world = Colour(colour, stream(*GREETING), observers=[watcher])
    world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"), limit=2)
    assert watcher.seen[-1] == ("error", "GeneratorExit")


@COLOURS
def test_an_observer_that_fails_breaks_nothing(colour, caplog):
    world = Colour(colour, chat("fine"), observers=[Clumsy()])
    assert world.run(world.runtime.llm("acme/talker").invoke("Hello")).text == "fine"
    assert "an observer failed in on_start" in caplog.text
