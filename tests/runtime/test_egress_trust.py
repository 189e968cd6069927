"""Whose address goes through the egress guard. No packet leaves: what is not 127.0.0.1 resolves through a fake."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from modelruntime import AsyncRuntime, ConnectionFailed, ServerUnavailable, Timeouts
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.in_force import Serving
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.store.configuration import StoredCredential
from modelruntime.transports.contract import TransportOptions
from tests.gateway.serving import configuration
from tests.simulators.openai_family import DECLARATION, KEY
from tests.simulators.raw_server import RawServer, answer

LOCAL = "http://127.0.0.1:9/v1"
POSTED = DECLARATION.replace("provider: sim", "provider: posted").replace("{base_url}", LOCAL)
ENTRA = DECLARATION.replace("provider: sim", "provider: azurish").replace(
    "auth: {bearer: api_key}", "auth: {entra: {tenant_id: api_key, client_id: api_key, client_secret: api_key, scope: x}}"
)
WITH_TOKENS: dict[str, Any] = {"documents": [ENTRA]}


def serving(
    stored: dict[str, Any] | None = None, *, provider: str = "sim", documents: tuple[str, ...] = (), **arguments: Any
) -> Serving:
    rows = () if stored is None else (StoredCredential(id="c1", provider=provider, values={"api_key": KEY, **stored}),)
    base = AsyncRuntime(**{"documents": [DECLARATION], "environ": {}, "credentials": {}, **arguments})
    return Serving(configuration(credentials=rows, documents=documents), base)


def guarded(serving: Serving, model: str = "sim-chat", provider: str = "sim") -> bool:
    return serving.runtime().core.resolver.resolve(ModelReference(provider, ModelType.LLM, model)).guarded


OPERATORS = {"sim": {"api_key": KEY, "base_url": LOCAL}}


@pytest.mark.parametrize(
    "made, is_guarded",
    [
        (lambda: guarded(serving({"base_url": LOCAL})), True),
        (lambda: guarded(serving({})), False),
        (lambda: guarded(serving({"base_url": "https://sim.example/v1"})), False),
        (lambda: guarded(serving(credentials=OPERATORS)), False),
        (lambda: guarded(serving({"base_url": LOCAL}, endpoints={"sim": LOCAL})), False),
        (lambda: guarded(serving(provider="posted", stored={}, documents=(POSTED,)), provider="posted"), True),
        (lambda: guarded(serving({}, provider="azurish", **WITH_TOKENS), provider="azurish"), True),
    ],
    ids=["stored", "stored as declared", "declared said again", "file", "replaced", "posted", "a signer with an address"],
)
def test_whose_address_is_guarded(made: Callable[[], bool], is_guarded: bool):
    assert made() is is_guarded


def test_credentials_of_a_call_are_guarded_in_a_server_and_not_in_a_library():
    given = {"api_key": KEY, "base_url": LOCAL}
    reference = ModelReference("sim", ModelType.LLM, "sim-chat")
    made = serving()
    assert made.runtime().core.resolver.resolve(reference, given).guarded
    assert not made._base.core.resolver.resolve(reference, given).guarded  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Name → what each look-up gives; the last repeats."""
    names: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def resolve(name: str, port: int, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002
        if name not in names:
            return real(name, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        answers = names[name]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (ip, port, 0, 0))
            if ":" in ip
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


SPELLINGS = "127.0.0.1 [::ffff:127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] 2130706433 0177.0.0.1 0x7f.1 169.254.169.254 name.test"


@pytest.mark.parametrize("host", SPELLINGS.split())
async def test_no_spelling_of_a_private_address_is_called(table: dict[str, list[list[str]]], host: str):
    table["name.test"] = [["10.0.0.7"]]
    with RawServer() as server:
        runtime = serving({"base_url": f"http://{host}:{server.port}/v1"}).runtime()
        with pytest.raises(ConnectionFailed) as caught:
            await runtime.llm("sim/sim-chat").invoke("hello")
        assert (caught.value.code, caught.value.retryable) == ("egress", False)
        assert server.connections == 0


@pytest.mark.parametrize("probe", [True, False])
async def test_a_probe_and_a_stream_are_guarded_as_well(probe: bool):
    with RawServer() as server:
        runtime = serving({"base_url": f"http://127.0.0.1:{server.port}/v1"}).runtime()
        asked = runtime.provider("sim").validate_credentials() if probe else runtime.llm("sim/sim-chat").stream("hello").result()
        with pytest.raises(ConnectionFailed) as caught:
            await asked
        assert caught.value.code == "egress"
        assert server.connections == 0


async def test_a_name_that_turns_private_between_two_calls_is_refused(table: dict[str, list[list[str]]]):
    """The first answer is allowed, the second is not: what counts is the address of this connection."""
    table["turning.test"] = [["127.0.0.1"], ["127.0.0.2"]]
    closing = answer(b"{}", "Connection: close", status="503 Later")
    with RawServer((closing, "close")) as server:
        options = TransportOptions(guard_allow_stored=("127.0.0.1",))
        runtime = serving({"base_url": f"http://turning.test:{server.port}/v1"}, transport_options=options).runtime()
        with pytest.raises(ServerUnavailable):
            await runtime.llm("sim/sim-chat").invoke("hello", timeout=0.2)
        seen = server.connections
        assert seen == 1
        with pytest.raises(ConnectionFailed) as caught:
            await runtime.llm("sim/sim-chat").invoke("hello")
        assert (caught.value.code, server.connections) == ("egress", seen)


@pytest.mark.parametrize("allow", ["127.0.0.0/8", "127.0.0.1:{port}"])
async def test_an_operator_allows_a_local_server(allow: str):
    message = {"role": "assistant", "content": "hi"}
    reply = json.dumps({"model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
    with RawServer((answer(reply, "Content-Type: application/json"),)) as server:
        options = TransportOptions(guard_allow_stored=(allow.format(port=server.port),))
        runtime = serving({"base_url": f"http://127.0.0.1:{server.port}/v1"}, transport_options=options).runtime()
        assert (await runtime.llm("sim/sim-chat").invoke("hello")).text == "hi"
        await runtime._lender.aclose()  # type: ignore[union-attr]


async def test_a_redirect_is_not_followed():
    moved = answer(b"", "Location: http://127.0.0.1:1/latest/meta-data", status="302 Found")
    with RawServer((moved,)) as server:
        options = TransportOptions(guard_allow_stored=(f"127.0.0.1:{server.port}",))
        runtime = serving({"base_url": f"http://127.0.0.1:{server.port}/v1"}, transport_options=options).runtime()
        with pytest.raises(ServerUnavailable):
            await runtime.llm("sim/sim-chat").invoke("hello", timeout=0.2)
        assert all(request.startswith(b"POST /v1/chat/completions") for request in server.requests)
        await runtime._lender.aclose()  # type: ignore[union-attr]


async def test_what_stored_credentials_may_name_is_nothing_for_an_attachment():
    with RawServer() as server:
        options = TransportOptions(guard_allow_stored=("127.0.0.0/8",))
        world = serving(transport_options=options).runtime().world
        with pytest.raises(ConnectionFailed) as caught:
            await world.fetch_attachment(server.url, Timeouts())
        assert (caught.value.code, server.connections) == ("egress", 0)
        await world.close()
