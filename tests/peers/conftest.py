"""One llama.cpp server for all tests of this folder, and a client of each colour with models for each use of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers.client import Client, custom
from tests.peers.llama_server import ALIAS, CONTEXT
from tests.peers.process import Peer, running_llama

PROVIDER = "openai_api_compatible"


@pytest.fixture(scope="session")
def llama() -> Iterator[Peer]:
    with running_llama() as peer:
        yield peer


def arguments_for(llama: Peer, **server: str) -> dict[str, Any]:
    """A runtime's arguments: the server's own form, and one customizable model for each use."""
    form = {"endpoint_url": f"{llama.address}/v1", "api_key": llama.key, **server}
    model = {**form, "endpoint_model_name": ALIAS, "context_size": str(CONTEXT)}
    chat = {**model, "max_tokens_to_sample": str(CONTEXT)}
    return {
        "credentials": {PROVIDER: form},
        "models": [
            custom(PROVIDER, "llm", "chat", **chat, structured_output_support="supported"),
            custom(PROVIDER, "llm", "prompted", **chat),
            custom(PROVIDER, "llm", "story", **chat, mode="completion"),
            custom(PROVIDER, "text-embedding", "floats", **model, encoding_format="float", max_chunks="2"),
            custom(PROVIDER, "text-embedding", "plain", **model, max_chunks="8"),
            custom(PROVIDER, "rerank", "ranker", **model),
        ],
    }


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, llama: Peer) -> Client:
    return Client(request.param, **arguments_for(llama))
