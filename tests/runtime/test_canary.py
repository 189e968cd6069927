"""A planted key leaves in one place: the request's header. Not in errors, tracebacks, logs, reprs or URLs."""

from __future__ import annotations

import logging
import traceback

import pytest

from modelruntime import BaseObserver, ConnectionFailed, CredentialsInvalid, ModelRuntimeError
from tests.runtime.colours import Colour
from tests.runtime.scripted import GREETING, answer, chat, stream

CANARY = "sk-canary-1234567890abcdef"
COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
ECHOES = [
    answer({"error": {"message": f"Incorrect API key provided: {CANARY}", "code": "invalid_api_key"}}, 401),
    answer({"error": {"message": f"no access with {CANARY}"}}, 403),
    answer({"error": {"message": f"bad value {CANARY}"}}, 400),
    answer(f"<html>{CANARY}</html>".encode(), 502),
    answer({"error": {"message": CANARY}}, 200),
    ConnectionFailed("refused"),
    stream(*GREETING[:2], f'data: {{"error":{{"message":"{CANARY}"}}}}\n\n'.encode()),
]
"""The last one is a stream; the others are answered whole."""


class Watcher(BaseObserver):
    def __init__(self):
        self.told = []

    def on_start(self, info):
        self.told.append(repr(info))

    def on_error(self, info, error):
        self.told.append(f"{info!r} {error} {error!r}")


@COLOURS
@pytest.mark.parametrize(("echo", "streamed"), [(echo, False) for echo in ECHOES[:-1]] + [(echo, True) for echo in ECHOES])
def test_a_key_that_the_vendor_echoes_goes_no_further(colour, echo, streamed, caplog, clock):
    caplog.set_level(logging.DEBUG)
    watcher = Watcher()
    world = Colour(colour, *[echo] * 3, credentials={"acme": {"api_key": CANARY}}, observers=[watcher])
    llm = world.runtime.llm("acme/talker")
    call = (lambda: world.read(lambda: llm.stream("Hello"))) if streamed else (lambda: world.run(llm.invoke("Hello")))
    with pytest.raises(ModelRuntimeError) as raised:
        call()
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + caplog.text + "".join(watcher.told)
    shown += repr(llm) + repr(world.runtime) + repr(world.runtime.providers())
    assert CANARY not in shown
    assert all(CANARY not in request.url for request in world.transport.requests)
    assert world.transport.header("authorization", 0) == f"Bearer {CANARY}"


@COLOURS
def test_a_key_in_the_wrong_field_is_not_shown(colour):
    world = Colour(colour)
    with pytest.raises(CredentialsInvalid) as raised:
        world.run(world.runtime.llm("acme/talker").invoke("x", credentials={"api_key": "k", "base_url": CANARY}))
    assert CANARY not in "".join(traceback.format_exception(raised.value))


def test_a_call_that_succeeds_shows_no_key():
    world = Colour("sync", chat(), credentials={"acme": {"api_key": CANARY}})
    result = world.runtime.llm("acme/talker").invoke("Hello")
    assert CANARY not in repr(result)
