"""What goes wrong against a real llama.cpp server, what each failure is called, and what is left open after it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from modelruntime import (
    AsyncRuntime,
    ConnectionFailed,
    ContextLengthExceeded,
    ModelNotFound,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities import events as e
from tests.peers.client import Client
from tests.peers.conftest import arguments_for
from tests.peers.llama_server import CONTEXT, SLOTS
from tests.peers.process import Peer
from tests.simulators.raw_server import closed_port

pytestmark = pytest.mark.local

CHAT, RANKER, PLAIN = (f"openai_api_compatible/{name}" for name in ("chat", "ranker", "plain"))
STORY = "Tell me a long story."
LONG: dict[str, Any] = {"temperature": 0, "max_tokens": CONTEXT - 100, "extra": {"ignore_eos": True}}
"""An answer that never ends by itself."""


def is_text(event: Any) -> bool:
    return isinstance(event, e.TextDelta)


def client_at(client: Client, llama: Peer, **form: str) -> Client:
    """A client of the same colour with another address or key."""
    return Client(client.colour, **arguments_for(llama, **form))


def ways(client: Client) -> list[Any]:
    """The same call whole and streamed."""
    return [
        lambda text, **options: client.call(lambda runtime: runtime.llm(CHAT).invoke(text, **options)),
        lambda text, **options: client.events(lambda runtime: runtime.llm(CHAT).stream(text, **options)),
    ]


@pytest.mark.proves("real peer", "openai_api_compatible", "llm", "errors")
@pytest.mark.parametrize("way", [0, 1])
def test_a_wrong_key_is_unauthorized_and_never_shown(client: Client, llama: Peer, way: int):
    with pytest.raises(Unauthorized) as raised:
        ways(client_at(client, llama, api_key="wrong-key-CANARY"))[way]("Hi")
    error = raised.value
    assert (error.status, error.code, error.retryable) == (401, "authentication_error", False)
    assert (error.provider, error.model) == ("openai_api_compatible", "chat")
    assert "CANARY" not in str(error)


@pytest.mark.parametrize("way", [0, 1])
def test_a_route_that_is_not_there_is_not_found(client: Client, llama: Peer, way: int):
    with pytest.raises(ModelNotFound) as raised:
        ways(client_at(client, llama, endpoint_url=f"{llama.address}/elsewhere"))[way]("Hi")
    assert (raised.value.status, raised.value.retryable) == (404, False)
    assert "base URL" in str(raised.value)


@pytest.mark.parametrize("way", [0, 1])
def test_a_prompt_beyond_the_context_has_its_own_error(client: Client, way: int):
    with pytest.raises(ContextLengthExceeded) as raised:
        ways(client)[way]("word " * (CONTEXT + 100))
    assert (raised.value.status, raised.value.code) == (400, "exceed_context_size_error")


def test_a_function_the_server_was_not_started_with_is_unavailable_and_not_tried_again(client: Client):
    with pytest.raises(ServerUnavailable) as raised:
        client.call(lambda runtime: runtime.rerank(RANKER).invoke("q", ["a", "b"]))
    assert (raised.value.status, raised.value.retryable) == (501, False)


@pytest.mark.proves("real peer", "openai_api_compatible", "text-embedding", "errors")
def test_a_wrong_key_for_embeddings_is_unauthorized(client: Client, llama: Peer):
    with pytest.raises(Unauthorized):
        client_at(client, llama, api_key="wrong").call(lambda runtime: runtime.text_embedding(PLAIN).invoke("a"))


@pytest.mark.parametrize("way", [0, 1])
def test_nobody_listening_is_a_failed_connection(client: Client, llama: Peer, way: int):
    with pytest.raises(ConnectionFailed) as raised:
        ways(client_at(client, llama, endpoint_url=f"http://127.0.0.1:{closed_port()}/v1"))[way]("Hi")
    assert raised.value.code == "refused"


@pytest.mark.parametrize("way", [0, 1])
def test_a_call_without_time_times_out(client: Client, way: int):
    with pytest.raises(TimedOut):
        ways(client)[way]("Hi", timeout=0.001)


@contextmanager
def cut_short(llama: Peer) -> Iterator[None]:
    """What runs inside must leave no work behind at the server: a call pinned to each of its slots gets its turn only when
    the slot is free, and by then the server has made far fewer tokens than were asked for.

    The counters are not polled: llama.cpp looks for a closed connection only when its queue of results is silent.
    """
    before = llama.metric("tokens_predicted_total")
    yield
    for slot in range(SLOTS):
        llama.post("/v1/completions", {"prompt": "Hi", "max_tokens": 1, "id_slot": slot})
    assert llama.metric("tokens_predicted_total") - before < LONG["max_tokens"] * 0.8


@pytest.mark.parametrize("way", [0, 1])
def test_a_timeout_in_the_middle_frees_the_server(client: Client, llama: Peer, way: int):
    with cut_short(llama), pytest.raises(TimedOut):
        ways(client)[way](STORY, timeout=0.5, **LONG)


def test_a_stream_closed_early_frees_the_server(client: Client, llama: Peer):
    with cut_short(llama):
        found = client.events(lambda runtime: runtime.llm(CHAT).stream(STORY, **LONG), is_text)
    assert is_text(found[-1])
    assert client.call(lambda runtime: runtime.llm(CHAT).invoke("Hi", max_tokens=2)).usage.output.total == 2


async def test_a_cancelled_call_frees_the_server(llama: Peer):
    async with AsyncRuntime(**arguments_for(llama), environ={}) as runtime:
        with cut_short(llama):
            task = asyncio.create_task(runtime.llm(CHAT).invoke(STORY, **LONG))
            while await asyncio.to_thread(llama.metric, "requests_processing") == 0:
                assert not task.done()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        result = await runtime.llm(CHAT).invoke("Hi", max_tokens=2)
        assert result.usage.output.total == 2


def test_nothing_is_left_open_by_closing_or_by_failing(client: Client, llama: Peer):
    """Warnings are errors here, so a socket or a loop that somebody forgot fails the test when it is collected."""
    before = threading.active_count()
    with cut_short(llama):
        client.call(lambda runtime: runtime.llm(CHAT).invoke("Hi", max_tokens=2))
        client.events(lambda runtime: runtime.llm(CHAT).stream(STORY, **LONG), is_text)
        with pytest.raises(ContextLengthExceeded):
            client.call(lambda runtime: runtime.llm(CHAT).invoke("word " * (CONTEXT + 100)))
    gc.collect()
    assert threading.active_count() <= before
