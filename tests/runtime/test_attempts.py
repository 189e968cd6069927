"""Retries, fallbacks, deadlines and the commit point, in both colours."""

from __future__ import annotations

import pytest

from modelruntime import (
    BadRequest,
    BaseObserver,
    ConnectionFailed,
    RateLimited,
    ServerUnavailable,
    StreamIncomplete,
    TextDelta,
    TimedOut,
    Unauthorized,
)
from tests.runtime.colours import Colour
from tests.runtime.scripted import GREETING, answer, chat, frame, stream

pytestmark = pytest.mark.usefixtures("clock")
COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
DOWN = answer({"error": {"message": "down"}}, 503)
WRONG_KEY = answer({"error": {"message": "bad key", "code": "invalid_api_key"}}, 401)
BAD = answer({"error": {"message": "no", "code": "bad_value"}}, 400)


def text_of(events):
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@COLOURS
def test_an_outage_is_tried_again(colour):
    world = Colour(colour, DOWN, chat("back"))
    assert world.run(world.runtime.llm("acme/talker").invoke("Hello")).text == "back"
    assert len(world.transport.requests) == 2


@COLOURS
@pytest.mark.parametrize(("reply", "kind"), [(WRONG_KEY, Unauthorized), (BAD, BadRequest)])
def test_what_would_fail_again_is_not_tried_again(colour, reply, kind):
    world = Colour(colour, reply)
    with pytest.raises(kind) as raised:
        world.run(world.runtime.llm("acme/talker").invoke("Hello"))
    assert (raised.value.provider, raised.value.model) == ("acme", "talker")
    assert "sk-acme" not in str(raised.value)


@COLOURS
def test_an_outage_without_end_is_raised_in_the_end(colour):
    world = Colour(colour, *[DOWN] * 10)
    with pytest.raises(ServerUnavailable):
        world.run(world.runtime.llm("acme/talker").invoke("Hello"))
    assert 1 < len(world.transport.requests) < 6


@COLOURS
@pytest.mark.parametrize("failure", [DOWN, WRONG_KEY, ConnectionFailed("refused"), answer({}, 429), answer(b"<html>", 502)])
def test_a_fallback_takes_over_with_its_own_credentials(colour, failure):
    world = Colour(colour, failure, chat("from the spare"))
    result = world.run(world.runtime.llm("acme/talker").invoke("Hello", fallbacks=["backup/spare"]))
    assert result.text == "from the spare"
    assert world.transport.header("x-token") == "tok-backup"
    assert world.transport.header("authorization") is None
    assert world.transport.requests[1].url.startswith("https://backup.test/v1")


@COLOURS
def test_a_primary_without_credentials_falls_back(colour):
    world = Colour(colour, chat("from the spare"), environ={"BACKUP_TOKEN": "t"})
    assert world.run(world.runtime.llm("acme/talker").invoke("Hello", fallbacks=["backup/spare"])).text == "from the spare"


@COLOURS
@pytest.mark.parametrize("failure", [DOWN, stream(ConnectionFailed("reset")), stream(), stream(GREETING[0])])
def test_a_stream_fails_over_before_the_commit_point(colour, failure):
    world = Colour(colour, failure, stream(*GREETING))
    events = world.read(lambda: world.runtime.llm("acme/talker").stream("Hello", fallbacks=["backup/spare"]))
    assert text_of(events) == "Hello"
    assert world.transport.requests[1].url.startswith("https://backup.test/v1")


@COLOURS
@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (stream(*GREETING[:2]), StreamIncomplete),
        (stream(*GREETING[:2], TimedOut("idle")), TimedOut),
        (stream(*GREETING[:2], b'data: {"error":{"message":"overloaded","code":503}}\n\n'), ServerUnavailable),
    ],
)
def test_after_the_commit_point_a_failure_is_raised(colour, broken, kind):
    world = Colour(colour, broken)
    with pytest.raises(kind):
        world.read(lambda: world.runtime.llm("acme/talker").stream("Hello", fallbacks=["backup/spare"]))
    assert len(world.transport.requests) == 1


@COLOURS
def test_the_beginning_is_shown_before_all_that_came_is_decoded(colour):
    decoded: list[object] = []

    class Seen(BaseObserver):
        def on_event(self, info, event):
            decoded.append(event)

    class Decoded(list[int]):
        def append(self, event):
            super().append(len(decoded))

    whole = b"".join([*GREETING[:2], *[frame({"content": "lo"})] * 500, *GREETING[3:]])
    world = Colour(colour, stream(whole), observers=[Seen()])
    at_hand = world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"), into=Decoded())
    assert at_hand[0] < 10
    assert at_hand[-1] == len(decoded) > 500


@COLOURS
def test_retry_after_is_obeyed(colour, clock):
    world = Colour(colour, answer({"error": {}}, 429, retry_after="2"), chat("later"))
    assert world.run(world.runtime.llm("acme/talker").invoke("Hello")).text == "later"
    assert clock.slept == [2.0]


@COLOURS
def test_a_wait_that_does_not_fit_the_deadline_is_not_waited(colour):
    world = Colour(colour, answer({"error": {}}, 429, retry_after="60"))
    with pytest.raises(RateLimited) as raised:
        world.run(world.runtime.llm("acme/talker").invoke("Hello", timeout=5))
    assert raised.value.retry_after == 60
    assert len(world.transport.requests) == 1
