"""Calls of several requests: created, polled or streamed, and ended at the vendor when their caller leaves; in both colours."""

from __future__ import annotations

import asyncio
import json

import pytest

from modelruntime import BadRequest, FinishEvent, ServerUnavailable, StreamIncomplete, TextDelta
from modelruntime.entities.events import StreamEvent
from tests.runtime.colours import Colour
from tests.runtime.scripted import answer, stream

pytestmark = pytest.mark.usefixtures("clock")
COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
PROVIDER = """
provider: presses
label: {en_US: Presses}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas: [{variable: token, type: secret-input, env: PRESSES_TOKEN, label: {en_US: Token}}]
codec: {llm: replicate}
endpoint: https://presses.test/v1
auth: {bearer: token}
models: [{model: a/b, model_type: llm, features: [], model_properties: {mode: chat}}]
"""
CANCEL = ("POST", "https://presses.test/v1/predictions/p1/cancel")
READ = "https://stream.presses.test/p1"


def prediction(status="processing", output=None, **more):
    return answer({"id": "p1", "status": status, "output": output, "urls": {"stream": READ}, **more}, 201)


def events(*pieces, last=b"event: done\nid: 9\ndata: {}\n\n"):
    frames = [f"event: output\nid: 1\ndata: {piece}\n\n".encode() for piece in pieces]
    return stream(*frames, *([last] if isinstance(last, bytes | Exception) and last else []))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    environ = {"PRESSES_TOKEN": "t0ken", "MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}
    return lambda colour, *script: Colour(colour, *script, documents=[PROVIDER], environ=environ)


def sent(running):
    return [(request.method, request.url) for request in running.transport.requests]


def read(running, limit=None):
    into: list[StreamEvent] = []
    running.read(lambda: running.runtime.llm("presses/a/b").stream("Hi"), limit, into)
    return into


@COLOURS
def test_what_is_not_ready_is_asked_for_until_it_is(world, colour):
    running = world(colour, prediction("starting"), prediction(), prediction("succeeded", ["Hel", "lo"]))
    assert running.run(running.runtime.llm("presses/a/b").invoke("Hi")).text == "Hello"
    assert sent(running) == [
        ("POST", "https://presses.test/v1/models/a/b/predictions"),
        *[("GET", "https://presses.test/v1/predictions/p1")] * 2,
    ]
    assert all(dict(request.headers)["authorization"] == "Bearer t0ken" for request in running.transport.requests)


@COLOURS
def test_a_stream_is_created_and_then_read_where_no_key_goes(world, colour):
    running = world(colour, prediction("starting"), events("Hel", "lo"))
    found = read(running)
    assert "".join(event.text for event in found if isinstance(event, TextDelta)) == "Hello"
    assert isinstance(found[-1], FinishEvent)
    assert sent(running) == [("POST", "https://presses.test/v1/models/a/b/predictions"), ("GET", READ)]
    assert "authorization" not in dict(running.transport.requests[1].headers)


@COLOURS
def test_what_is_whole_at_once_is_told_as_a_stream(world, colour):
    running = world(colour, prediction("succeeded", "Hello"))
    found = read(running)
    assert "".join(event.text for event in found if isinstance(event, TextDelta)) == "Hello"
    assert isinstance(found[-1], FinishEvent)
    assert len(sent(running)) == 1


@COLOURS
def test_a_reader_who_leaves_ends_the_work_at_the_vendor(world, colour):
    running = world(colour, prediction(), events("Hel", "lo"), answer({}))
    read(running, limit=2)
    assert sent(running)[2:] == [CANCEL]
    assert dict(running.transport.requests[2].headers)["authorization"] == "Bearer t0ken"


@COLOURS
def test_a_stream_that_breaks_off_ends_the_work_at_the_vendor(world, colour):
    running = world(colour, prediction(), events("Hel", last=b""), answer({}))
    with pytest.raises(StreamIncomplete):
        read(running)
    assert sent(running)[2:] == [CANCEL]


@COLOURS
def test_a_poll_that_fails_ends_the_work_before_the_next_attempt(world, colour):
    refused = answer({"title": "Bad", "detail": "bad request"}, 400)
    running = world(colour, prediction(), refused, answer({}, 500))
    with pytest.raises(BadRequest):
        running.run(running.runtime.llm("presses/a/b").invoke("Hi"))
    assert sent(running)[2] == CANCEL
    assert len(sent(running)) == 3


@COLOURS
def test_a_stream_that_is_refused_ends_the_work_and_the_next_attempt_creates_anew(world, colour):
    running = world(colour, prediction(), answer({}, 503), answer({}), prediction("succeeded", "Hello"))
    found = read(running)
    assert isinstance(found[-1], FinishEvent)
    assert sent(running)[2] == CANCEL


@COLOURS
def test_a_prediction_that_fails_is_over_at_the_vendor_too(world, colour):
    running = world(colour, *[prediction("failed", error="the machine is on fire")] * 5)
    with pytest.raises(ServerUnavailable):
        running.run(running.runtime.llm("presses/a/b").invoke("Hi"))
    assert CANCEL not in sent(running)


def test_a_task_that_is_cancelled_while_it_waits_ends_the_work(world):
    running = world("async", *[prediction()] * 3, answer({}))

    async def leave():
        call = asyncio.create_task(running.runtime.llm("presses/a/b").invoke("Hi"))
        for _ in range(1000):
            if len(running.transport.requests) == 3:
                break
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(leave())
    assert sent(running)[-1] == CANCEL
    assert json.loads(running.transport.requests[0].body or b"") == {"input": {"prompt": "Hi"}}
