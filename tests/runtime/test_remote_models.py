"""A vendor's own list over real sockets, as a user meets it: merged, typed by the vendor's words, kept, and outlived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelruntime import (
    AsyncRuntime,
    BadRequest,
    ConnectionFailed,
    InvokeError,
    ModelRuntimeError,
    Runtime,
    ServerUnavailable,
    Unauthorized,
)
from modelruntime.runtime import remote_models
from tests.simulators.raw_server import RawServer, Script, answer

DECLARED = """
provider: acme
label: {en_US: Acme}
supported_model_types: [llm, text-embedding, rerank]
configurate_methods: [predefined-model, fetch-from-remote]
provider_credential_schema:
  credential_form_schemas: [{variable: api_key, type: secret-input, label: {en_US: Key}}]
codec: {llm: openai_chat, text-embedding: openai_embeddings, rerank: rerank}
endpoint: https://api.acme.invalid/v1
auth: {bearer: api_key}
models_endpoint: /models
models:
  - model: talker
    model_type: llm
    features: [tool-call]
    model_properties: {mode: chat}
    pricing: {input: "1", output: "2", per: 1M tokens, currency: USD}
  - {model: plain, model_type: llm, model_properties: {mode: chat}}
  - {model: nickname, wire_model: acme/long-name-2026, model_type: text-embedding}
  - {model: gone, model_type: llm, model_properties: {mode: chat}}
"""
ROWS = [
    {"id": "talker", "context_length": 999, "capabilities": {"vision": True}},
    {"id": "plain", "context_length": 4096, "max_output_tokens": 77, "capabilities": {"vision": True}},
    {"id": "acme/long-name-2026", "type": "embedding"},
    {"id": "ranker", "type": "rerank"},
    {"id": "said", "type": "chat", "capabilities": {"function_calling": True}},
    {"id": "unsaid", "owned_by": "acme"},
    {"id": "painter", "type": "image"},
]


def as_answer(body: Any, status: str = "200 OK") -> Script:
    return (answer(json.dumps(body).encode(), "Content-Type: application/json", status=status),)


LIST = as_answer({"data": ROWS})
DOWN: dict[str, Script] = {
    "503": as_answer({"error": {"message": "maintenance"}}, "503 Service Unavailable"),
    "429": as_answer({"error": {"message": "slow down"}}, "429 Too Many Requests"),
    "a page in place of JSON": (answer(b"<html>we are back soon</html>", "Content-Type: text/html"),),
    "a connection reset": ("reset",),
    "an answer cut off": (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", "close"),
}


class User:
    """Somebody who declared Acme and points it at a server on this machine."""

    def __init__(self, cache: Path, asynchronous: bool = False, key: str = "right-key") -> None:
        self._cache, self._asynchronous, self._key = cache, asynchronous, key

    def does(self, url: str, work: Callable[[Any], Any]) -> Any:
        """`work` with a runtime of a process of its own; what it gives is awaited where it must be."""
        arguments: dict[str, Any] = {
            "documents": [DECLARED],
            "endpoints": {"acme": url},
            "credentials": {"acme": {"api_key": self._key}},
            "environ": {"MODELRUNTIME_CACHE": str(self._cache)},
        }
        if not self._asynchronous:
            with Runtime(**arguments) as runtime:
                return work(runtime)

        async def awaited() -> Any:
            async with AsyncRuntime(**arguments) as runtime:
                found = work(runtime)
                return await found if asyncio.iscoroutine(found) else found

        return asyncio.run(awaited())

    def fetches(self, url: str, *, refresh: bool = False) -> Any:
        return self.does(url, lambda runtime: runtime.provider("acme").fetch_models(refresh=refresh))

    def sees(self, url: str = "http://127.0.0.1:9") -> dict[str, Any]:
        """The listing, by model. It asks nobody."""
        return {row.model: row for row in self.does(url, lambda runtime: runtime.models(provider="acme"))}


def base(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def user(request: pytest.FixtureRequest, tmp_path: Path) -> User:
    return User(tmp_path, request.param)


def test_the_list_is_merged_with_what_is_declared(user: User) -> None:
    with RawServer(LIST) as server:
        found = user.fetches(base(server))
        assert b"authorization: bearer right-key" in server.requests[0].lower()
    models = {schema.model: schema for schema in found.models}
    assert (models["talker"].features, models["talker"].limits.context) == (("tool-call",), 999)
    assert models["talker"].pricing is not None
    assert (models["plain"].features, models["plain"].limits.context, models["plain"].limits.output) == (("vision",), 4096, 77)
    assert models["nickname"].model_type == "text-embedding"
    assert "acme/long-name-2026" not in models
    assert found.missing == ("gone",)


def test_type_and_features_are_the_vendors_word_and_the_rest_stays_unknown(user: User) -> None:
    with RawServer(LIST) as server:
        found = user.fetches(base(server))
    models = {schema.model: schema for schema in found.models}
    assert (models["ranker"].model_type, models["said"].model_type) == ("rerank", "llm")
    assert (models["said"].features, models["unsaid"].features) == (("tool-call",), None)
    assert (models["said"].pricing, models["said"].parameter_rules, models["said"].limits.context) == (None, (), None)
    assert found.added == ("ranker", "said", "unsaid")
    assert found.untyped == ("unsaid",)
    assert "painter" not in models


def test_a_listed_model_may_be_called_as_any_type_with_a_warning(user: User) -> None:
    vectors = as_answer({"data": [{"index": 0, "embedding": [1.0, 2.0]}], "model": "unsaid"})
    ranks = as_answer({"results": [{"index": 0, "relevance_score": 0.5}]})
    with RawServer(LIST, vectors, ranks) as server:
        user.fetches(base(server))
        embedded = user.does(base(server), lambda runtime: runtime.text_embedding("acme/unsaid").invoke(["a"]))
        ranked = user.does(base(server), lambda runtime: runtime.rerank("acme/ranker").invoke("q", ["d"]))
    assert "undeclared" in [warning.kind for warning in embedded.warnings]
    assert "undeclared" in [warning.kind for warning in ranked.warnings]
    assert embedded.cost is None


def test_the_list_is_kept_for_an_hour_across_processes(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(LIST, as_answer({"data": [{"id": "later"}]})) as server:
        first = user.fetches(base(server))
        assert user.fetches(base(server)) == first
        assert len(server.requests) == 1
        monkeypatch.setattr(remote_models, "time", Later(remote_models.TTL_SECONDS + 1))
        assert user.fetches(base(server)).added == ("later",)
        assert len(server.requests) == 2
    assert {"later", "talker"} <= user.sees().keys()
    assert "said" not in user.sees()


class Later:
    """A clock that is so many seconds ahead."""

    def __init__(self, seconds: float) -> None:
        from time import time

        self.time = lambda: time() + seconds


def test_another_key_and_another_address_ask_for_themselves(user: User, tmp_path: Path) -> None:
    with RawServer(LIST) as server, RawServer(LIST) as other:
        user.fetches(base(server))
        User(tmp_path, key="other-key").fetches(base(server))
        user.fetches(base(other))
        assert (len(server.requests), len(other.requests)) == (2, 1)
    assert b"right-key" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize("how", DOWN)
def test_the_list_outlives_an_endpoint_that_is_down_and_the_outage_is_told(user: User, how: str) -> None:
    with RawServer(LIST, DOWN[how]) as server:
        before = user.fetches(base(server))
        after = user.fetches(base(server), refresh=True)
    assert isinstance(after.outage, InvokeError)
    assert (after.models, after.fetched_at, before.outage) == (before.models, before.fetched_at, None)
    assert user.sees()["said"].fetch_from == "fetch-from-remote"


def test_it_outlives_a_server_that_is_gone(user: User) -> None:
    with RawServer(LIST) as server:
        address = base(server)
        before = user.fetches(address)
    after = user.fetches(address, refresh=True)
    assert isinstance(after.outage, ConnectionFailed)
    assert after.models == before.models
    assert "said" in user.sees()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (as_answer({"error": {"message": "bad key"}}, "401 Unauthorized"), Unauthorized),
        (as_answer({"error": {"message": "what?"}}, "400 Bad Request"), BadRequest),
    ],
)
def test_a_refusal_is_no_outage(user: User, script: Script, kind: type[ModelRuntimeError]) -> None:
    with RawServer(LIST, script) as server:
        user.fetches(base(server))
        with pytest.raises(kind):
            user.fetches(base(server), refresh=True)


def test_without_a_list_fetched_before_an_outage_is_an_error_and_the_declared_models_stay(user: User) -> None:
    with RawServer(DOWN["503"]) as server, pytest.raises(ServerUnavailable):
        user.fetches(base(server))
    assert user.sees().keys() == {"talker", "plain", "nickname", "gone"}
