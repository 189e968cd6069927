"""Several stored credentials and several models behind one name, over real sockets: each credential has a server of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from modelruntime.entities.model_type import ModelType
from modelruntime.routing.strategy import Strategy
from modelruntime.store.configuration import OwnPrice, Route, RouteTarget, StoredCredential
from modelruntime.store.gateway_key import GatewayKey, new_key
from modelruntime.transports.contract import TransportOptions
from tests.gateway.serving import KEY, PEPPER, Running, configuration, serving
from tests.simulators.openai_family import DECLARATION
from tests.simulators.raw_server import CHUNKED, RawServer, Script, answer, chunk, closed_port

CHAT = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello"}]}
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def said(text: str) -> Script:
    message = {"role": "assistant", "content": text}
    body = {"id": "c", "object": "chat.completion", "model": "m", "usage": USAGE}
    whole = {**body, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    return (answer(json.dumps(whole).encode(), "Content-Type: application/json"),)


def event(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice], **more}
    return chunk(b"data: " + json.dumps(data).encode() + b"\n\n")


def streamed(text: str) -> Script:
    end = event({}, "stop", usage=USAGE) + chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    return (CHUNKED, event({"role": "assistant", "content": text}), end)


def refused(status: str, *headers: str, code: str = "no") -> Script:
    return (answer(json.dumps({"error": {"message": "no", "code": code}}).encode(), *headers, status=status),)


def credential(name: str, server: RawServer | int, **changes: Any) -> StoredCredential:
    port = server if isinstance(server, int) else server.port
    values = {"api_key": f"key-{name}", "base_url": f"http://127.0.0.1:{port}/v1"}
    return StoredCredential(id=name, provider="sim", **{"values": values, "active": name == "a", **changes})


class Bench:
    """Servers by name, and gateways over them."""

    def __init__(self, stack: ExitStack, compiled: Path) -> None:
        self._stack = stack
        self._compiled = compiled
        self.servers: dict[str, RawServer] = {}

    def server(self, name: str, *scripts: Script) -> RawServer:
        self.servers[name] = self._stack.enter_context(RawServer(*(scripts or (said(name),))))
        return self.servers[name]

    def gateway(self, *credentials: StoredCredential, **changes: Any) -> Running:
        runtime = {
            "documents": [DECLARATION],
            "environ": {"MODELRUNTIME_CACHE": str(self._compiled)},
            "transport_options": TransportOptions(guard_allow_stored=("127.0.0.0/8",)),
        }
        return self._stack.enter_context(serving(runtime, configuration(credentials=credentials, **changes)))

    def counts(self) -> dict[str, int]:
        return {name: len(server.requests) for name, server in self.servers.items()}


@pytest.fixture
def bench(compiled: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(stack, compiled)


def ask(gateway: Running, body: dict[str, Any] | None = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = HTTPConnection(*gateway.address, timeout=20)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = json.dumps({**CHAT, **(body or {})}).encode()
        connection.request("POST", "/v1/chat/completions", data, {"authorization": f"Bearer {KEY}", **named})
        reply = connection.getresponse()
        return reply.status, reply.read(), {name.lower(): value for name, value in reply.getheaders()}
    finally:
        connection.close()


def text_of(answered: tuple[int, bytes, dict[str, str]]) -> str:
    status, body, _ = answered
    assert status == 200, body
    return str(json.loads(body)["choices"][0]["message"]["content"])


def code_of(answered: tuple[int, bytes, dict[str, str]]) -> tuple[int, str]:
    status, body, _ = answered
    return status, json.loads(body)["error"]["code"]


def used(gateway: Running) -> list[list[tuple[str, str | None]]]:
    """Credential and end of each attempt of each call."""
    return [[(attempt.credential_id, attempt.error) for attempt in record.attempts] for record in gateway.kept.records]


def test_without_balancing_the_active_one_is_used_alone(bench: Bench):
    one, other = bench.server("a"), bench.server("b")
    gateway = bench.gateway(credential("b", other), credential("a", one))
    assert [text_of(ask(gateway)) for _ in range(3)] == ["a", "a", "a"]
    assert used(gateway) == [[("a", None)]] * 3


@pytest.mark.parametrize("key", ["sim", "sim/sim-chat"])
def test_a_providers_credentials_take_turns(bench: Bench, key: str):
    rows = [credential(name, bench.server(name)) for name in "abc"]
    gateway = bench.gateway(*rows, balancing={key: "round_robin"})
    assert [text_of(ask(gateway)) for _ in range(6)] == ["a", "b", "c", "a", "b", "c"]


def test_weights_and_stickiness(bench: Bench):
    rows = [credential("a", bench.server("a"), weight=0), credential("b", bench.server("b"), weight=1)]
    weighted = bench.gateway(*rows, balancing={"sim": "weighted"})
    assert {text_of(ask(weighted)) for _ in range(8)} == {"b"}
    even = [credential(name, bench.servers[name]) for name in "ab"]
    sticky = bench.gateway(*even, balancing={"sim": "sticky"})
    of_user = {user: {text_of(ask(sticky, {"user": user})) for _ in range(3)} for user in map(str, range(12))}
    assert all(len(seen) == 1 for seen in of_user.values())
    assert set.union(*of_user.values()) == {"a", "b"}


@pytest.mark.parametrize("strategy", ["least_in_flight", "latency"])
def test_the_other_strategies_answer(bench: Bench, strategy: Strategy):
    rows = [credential(name, bench.server(name)) for name in "ab"]
    gateway = bench.gateway(*rows, balancing={"sim": strategy})
    assert {text_of(ask(gateway)) for _ in range(4)} <= {"a", "b"}


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (refused("401 Unauthorized"), "Unauthorized"),
        (refused("402 Payment Required"), "Unauthorized"),
        (refused("429 Too Many Requests", code="insufficient_quota"), "RateLimited"),
        (refused("429 Too Many Requests", "Retry-After: 90"), "RateLimited"),
        (refused("403 Forbidden"), "Unauthorized"),
    ],
)
def test_a_bad_key_rotates_at_once_and_is_left_alone_then(bench: Bench, script: Script, error: str):
    rows = [credential("a", bench.server("a", script)), credential("b", bench.server("b"))]
    gateway = bench.gateway(*rows, balancing={"sim": "ordered"})
    assert [text_of(ask(gateway)) for _ in range(4)] == ["b"] * 4
    assert bench.counts() == {"a": 1, "b": 4}
    assert used(gateway) == [[("a", error), ("b", None)], *[[("b", None)]] * 3]
    (row,) = [row for row in gateway.gateway.plane.health().targets if row.credential_id == "a"]
    assert (row.state, row.last_error, row.failures) == ("open", error, 1)
    assert 60 < row.cooldown <= 120


def test_a_refused_key_is_refused_for_all_models_a_missing_right_for_one(bench: Bench):
    for status, second in (("401 Unauthorized", 1), ("403 Forbidden", 2)):
        a, b = bench.server("a", refused(status)), bench.server("b")
        gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"})
        ask(gateway)
        ask(gateway, {"model": "sim/unknown"})
        assert bench.counts()["a"] == second, status


def test_an_outage_is_passed_over_after_some_failures(bench: Bench):
    a, b = bench.server("a", refused("503 Service Unavailable")), bench.server("b")
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"})
    assert {text_of(ask(gateway)) for _ in range(10)} == {"b"}
    assert bench.counts() == {"a": 5, "b": 10}


def test_nobody_listens_at_the_first(bench: Bench):
    gateway = bench.gateway(credential("a", closed_port()), credential("b", bench.server("b")), balancing={"sim": "ordered"})
    assert text_of(ask(gateway)) == "b"
    assert used(gateway) == [[("a", "ConnectionFailed"), ("b", None)]]


@pytest.mark.parametrize("stream", [False, True])
def test_all_keys_are_bad(bench: Bench, stream: bool):
    rows = [credential(name, bench.server(name, refused("401 Unauthorized"))) for name in "abcd"]
    gateway = bench.gateway(*rows, balancing={"sim": "round_robin"})
    for _ in range(2):
        assert code_of(ask(gateway, {"stream": stream})) == (502, "upstream_credentials_exhausted")
    assert bench.counts() == dict.fromkeys("abcd", 2), "when all are ill, trying beats refusing"


def test_no_quota_left_anywhere_is_no_rate_limit_of_the_clients(bench: Bench):
    gateway = bench.gateway(credential("a", bench.server("a", refused("429 Too Many Requests", code="insufficient_quota"))))
    assert code_of(ask(gateway)) == (502, "upstream_credentials_exhausted")


def test_streams_take_turns_and_fail_over_before_their_first_word(bench: Bench):
    start = event({"role": "assistant", "content": ""})
    a = bench.server("a", (CHUNKED, start, "reset"))
    b, c = bench.server("b", refused("429 Too Many Requests", "Retry-After: 9")), bench.server("c", streamed("c"))
    rows = [credential("a", a), credential("b", b), credential("c", c)]
    gateway = bench.gateway(*rows, balancing={"sim": "ordered"})
    status, body, _ = ask(gateway, {"stream": True})
    assert status == 200
    assert b'"c"' in body
    assert body.endswith(b"data: [DONE]\n\n")
    assert [one for one, _ in used(gateway)[0]] == ["a", "b", "c"]
    assert a.all_closed(), "the one that was cut is closed"


def test_a_stream_that_breaks_after_its_first_word_is_not_made_again(bench: Bench):
    a, b = bench.server("a", (CHUNKED, event({"role": "assistant", "content": "he"}), "reset")), bench.server("b", streamed("b"))
    gateway = bench.gateway(credential("a", a), credential("b", b), balancing={"sim": "ordered"})
    _, body, _ = ask(gateway, {"stream": True})
    assert b"[DONE]" not in body
    assert bench.counts() == {"a": 1, "b": 0}


def test_locked_and_disabled_ones_are_never_used(bench: Bench):
    a, b, c = (bench.server(name) for name in "abc")
    rows = [credential("a", a, locked=True), credential("b", b, enabled=False), credential("c", c)]
    gateway = bench.gateway(*rows, balancing={"sim": "round_robin"})
    assert {text_of(ask(gateway)) for _ in range(4)} == {"c"}


@pytest.mark.parametrize(("changes", "word"), [({"locked": True}, "locked"), ({"enabled": False}, "switched off")])
def test_when_none_is_left_the_client_is_told_why(bench: Bench, changes: dict[str, Any], word: str):
    gateway = bench.gateway(credential("a", bench.server("a"), **changes))
    answered = ask(gateway)
    assert code_of(answered) == (424, "not_configured")
    assert word in answered[1].decode()
    assert bench.counts() == {"a": 0}


def test_those_of_another_workspace_are_not_ours(bench: Bench):
    rows = [credential("a", bench.server("a"), workspace="other"), credential("b", bench.server("b"))]
    gateway = bench.gateway(*rows, balancing={"sim": "round_robin"})
    assert {text_of(ask(gateway)) for _ in range(3)} == {"b"}


def test_each_workspace_takes_its_own_turns(bench: Bench):
    a, b, made = bench.server("a"), bench.server("b"), new_key(PEPPER)
    keys = {**configuration().keys, made.id: GatewayKey(id=made.id, digest=made.digest, workspace="other")}
    rows = [credential("a", a), credential("b", b), credential("c", a, workspace="other"), credential("d", b, workspace="other")]
    gateway = bench.gateway(*rows, keys=keys, balancing={"sim": "round_robin"})
    for _ in range(2):
        ask(gateway)
        ask(gateway, authorization=f"Bearer {made.text}")
    assert [attempts[0][0] for attempts in used(gateway)] == ["a", "c", "b", "d"]


def test_a_route_chooses_among_models_and_pins_credentials(bench: Bench):
    rows = [credential(name, bench.server(name)) for name in "ab"]
    targets = (RouteTarget("sim/sim-chat", credential="b"), RouteTarget("sim/sim-chat", credential="a"))
    gateway = bench.gateway(*rows, routes={"best": Route("best", targets, "round_robin")})
    assert [text_of(ask(gateway, {"model": "best"})) for _ in range(4)] == ["b", "a", "b", "a"]


def test_a_pinned_credential_that_cannot_be_used_leaves_its_place_to_the_next(bench: Bench):
    rows = [credential("a", bench.server("a")), credential("b", bench.server("b"), locked=True)]
    targets = tuple(RouteTarget("sim/sim-chat", credential=name) for name in ("b", "gone", "a"))
    gateway = bench.gateway(*rows, routes={"best": Route("best", targets)})
    assert text_of(ask(gateway, {"model": "best"})) == "a"
    alone = bench.gateway(*rows, routes={"best": Route("best", targets[:1])})
    assert code_of(ask(alone, {"model": "best"})) == (424, "not_configured")


def test_the_cheapest_model_by_the_operators_prices(bench: Bench):
    row = credential("a", bench.server("a"))
    prices = {
        "sim/dear": OwnPrice(overrides={"input": Decimal(5), "output": Decimal(5)}),
        "sim/cheap": OwnPrice(overrides={"input": Decimal(4), "output": Decimal(5)}),
        "sim/foreign": OwnPrice(overrides={"input": Decimal(1), "output": Decimal(1), "currency": "EUR"}),
    }
    targets = tuple(RouteTarget(f"sim/{name}") for name in ("unknown", "dear", "foreign", "cheap"))
    gateway = bench.gateway(row, routes={"best": Route("best", targets, "cost")}, prices=prices)
    _, _, headers = ask(gateway, {"model": "best"})
    assert headers["x-modelruntime-model"] == "sim/cheap"
    (record,) = gateway.kept.records
    assert record.cost is not None
    assert record.cost.total == Decimal("0.000065"), "10 tokens at 4 and 5 at 5 a million"


def test_a_discount_of_the_provider_counts_unless_the_model_has_a_price_of_its_own(bench: Bench):
    price = OwnPrice(overrides={"input": Decimal(4), "output": Decimal(8)}, discount=Decimal("0.5"))
    gateway = bench.gateway(
        credential("a", bench.server("a")), prices={"sim": price, "sim/own": OwnPrice(overrides={"input": 1, "output": 1})}
    )
    for model in ("sim-chat", "own"):
        ask(gateway, {"model": f"sim/{model}"})
    assert [record.cost and record.cost.total for record in gateway.kept.records] == [Decimal("0.00004"), Decimal("0.000015")]


def test_a_models_own_credentials_go_before_its_providers(bench: Bench):
    own = {"model": "mine", "model_type": ModelType.LLM}
    rows = [
        credential("a", bench.server("a")),
        credential("b", bench.server("b"), **own),
        credential("c", bench.server("c"), **own),
    ]
    plane = bench.gateway(*rows, balancing={"sim": "round_robin"}).gateway.plane
    serving_now = plane.in_force.current()

    def places(model: str) -> list[str]:
        found = plane.candidates(model, ModelType.LLM, serving_now, "default", "")
        return [candidate.place[2] for candidate in found]

    assert places("sim/mine") == ["b", "c"]
    assert places("sim/sim-chat") == ["a"]


def test_nothing_is_left_in_flight(bench: Bench):
    rows = [credential("a", bench.server("a", refused("500 Oops"))), credential("b", bench.server("b", said("b"), streamed("b")))]
    gateway = bench.gateway(*rows, balancing={"sim": "ordered"})
    ask(gateway)
    ask(gateway, {"stream": True})
    health = gateway.gateway.plane.health()
    assert [(row.in_flight, row.attempts) for row in health.targets] == [(0, 2), (0, 2)]
    assert (health.under_way, health.waiting) == (0, 0)
