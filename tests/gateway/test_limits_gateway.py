"""Limits of keys and of the process, as clients meet them over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import msgspec
import pytest

from modelruntime.gateway.key_limiter import KeyLimiter
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.refusal_log import EACH_MINUTE
from modelruntime.store.configuration import OwnPrice
from modelruntime.store.gateway_key import KeyLimits
from modelruntime.store.limits_memory import MemoryLimits
from modelruntime.store.limits_valkey import ValkeyLimits
from tests.gateway.serving import KEY, MADE, Running, configuration, serving
from tests.gateway.test_edge import wait_until
from tests.servers.valkey import Valkey
from tests.simulators.openai_family import OpenAISimulator

CHAT = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello there"}], "max_tokens": 100}


class Bench:
    """Gateways over the simulated vendor, and clients that may wait."""

    def __init__(self, stack: ExitStack, settings: dict[str, Any], vendor: OpenAISimulator) -> None:
        self._stack = stack
        self._settings = settings
        self.vendor = vendor

    def gateway(
        self, key: KeyLimits | None = None, edge: EdgeLimits | None = None, url: str | None = None, **changes: Any
    ) -> Running:
        config = configuration(**changes)
        made = msgspec.structs.replace(config.keys[MADE.id], limits=key)
        config = msgspec.structs.replace(config, keys={MADE.id: made})

        def limiter() -> KeyLimiter:
            return KeyLimiter(MemoryLimits() if url is None else ValkeyLimits(url))

        return self._stack.enter_context(serving(self._settings, config, limits=edge, limiter=limiter))

    def begin(self, gateway: Running, **changes: Any) -> HTTPConnection:
        """A call that has been sent."""
        connection = HTTPConnection(*gateway.address, timeout=20)
        self._stack.callback(connection.close)
        path = "/v1/embeddings" if "input" in changes else "/v1/chat/completions"
        body = changes if "input" in changes else {**CHAT, **changes}
        connection.request("POST", path, json.dumps(body).encode(), {"authorization": f"Bearer {KEY}"})
        return connection

    def hold(self, gateway: Running) -> HTTPResponse:
        """A stream that has begun and goes on until the vendor's gate opens."""
        self.vendor.gate = self.vendor.gate or threading.Event()
        reply = self.begin(gateway, stream=True).getresponse()
        assert reply.status == 200
        while b"You" not in reply.readline():
            pass
        return reply

    def ask(self, gateway: Running, **changes: Any) -> tuple[int, Any, str | None]:
        """Status, code or answer, and `Retry-After`."""
        return ended(self.begin(gateway, **changes))


def ended(connection: HTTPConnection) -> tuple[int, Any, str | None]:
    reply = connection.getresponse()
    body = json.loads(reply.read())
    return reply.status, body["error"]["code"] if "error" in body else None, reply.getheader("retry-after")


@pytest.fixture
def bench(settings: dict[str, Any], vendor: OpenAISimulator) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(stack, settings, vendor)


GOOD = (200, None, None)


def test_a_key_without_limits(bench: Bench):
    gateway = bench.gateway()
    assert [bench.ask(gateway) for _ in range(3)] == [GOOD] * 3


def test_too_many_requests(bench: Bench):
    gateway = bench.gateway(KeyLimits(requests_per_minute=2))
    assert [bench.ask(gateway) for _ in range(3)] == [GOOD, GOOD, (429, "rate_limited", "30")]
    assert len(bench.vendor.requests) == 2


def test_tokens_are_reserved_by_what_is_asked_for_and_put_right_by_what_is_used(bench: Bench):
    gateway = bench.gateway(KeyLimits(tokens_per_minute=200))
    assert bench.ask(gateway) == GOOD, "about 30 + 100 reserved, 15 used"
    assert bench.ask(gateway) == GOOD
    status, code, after = bench.ask(gateway, max_tokens=170)
    assert (status, code) == (429, "token_rate_limited")
    assert after is not None
    assert 1 <= int(after) <= 15


@pytest.mark.parametrize("shared", [False, True])
def test_a_place_is_held_as_long_as_the_stream(bench: Bench, valkey: Valkey, shared: bool):
    gateway = bench.gateway(KeyLimits(concurrent=1), url=valkey.url if shared else None)
    stream = bench.hold(gateway)
    assert bench.ask(gateway) == (429, "too_many_concurrent", "1")
    assert bench.vendor.gate is not None
    bench.vendor.gate.set()
    assert b"[DONE]" in stream.read()
    assert wait_until(lambda: bench.ask(gateway) == GOOD)


def test_a_client_that_leaves_gives_its_place_back(bench: Bench):
    gateway = bench.gateway(KeyLimits(concurrent=1))
    connection = bench.begin(gateway, stream=True)
    bench.vendor.gate = threading.Event()
    reply = connection.getresponse()
    reply.readline()
    reply.close()
    connection.close()
    assert gateway.kept.settled.wait(2)
    bench.vendor.gate.set()
    assert bench.ask(gateway) == GOOD


def test_a_failed_call_gives_everything_back(bench: Bench):
    gateway = bench.gateway(KeyLimits(concurrent=1, tokens_per_minute=200, budget=Decimal("0.001")))
    for _ in range(5):
        assert bench.ask(gateway, model="sim/unknown", max_tokens=150)[1] in ("price_unknown", "model_not_found")
        assert bench.ask(gateway, messages=[])[0] == 400
    assert bench.ask(gateway) == GOOD


def test_a_budget(bench: Bench):
    gateway = bench.gateway(KeyLimits(budget=Decimal("0.00028")))
    assert bench.ask(gateway) == GOOD, "reserves about 0.00023, costs 0.00002"
    assert bench.ask(gateway) == GOOD
    assert bench.ask(gateway, max_tokens=200)[:2] == (402, "budget_exhausted")
    assert bench.ask(gateway) == GOOD
    assert bench.ask(gateway)[:2] == (402, "budget_exhausted")
    paid = [record.cost and record.cost.total for record in gateway.kept.records if not record.refused]
    assert paid == [Decimal("0.00002")] * 3


@pytest.mark.parametrize(
    ("limits", "changes", "expected"),
    [
        (KeyLimits(budget=Decimal(1)), {}, (402, "price_unknown", None)),
        (KeyLimits(budget=Decimal(1), unpriced=True), {}, GOOD),
        (KeyLimits(tokens_per_minute=1000), {}, GOOD),
        (KeyLimits(budget=Decimal(1)), {"prices": {"sim": OwnPrice(overrides={"input": 1, "output": 1})}}, GOOD),
        (
            KeyLimits(budget=Decimal(1), currency="EUR"),
            {"prices": {"sim": OwnPrice(overrides={"input": 1})}},
            (402, "price_unknown", None),
        ),
    ],
)
def test_a_model_without_a_price(bench: Bench, limits: KeyLimits, changes: dict[str, Any], expected: Any):
    gateway = bench.gateway(limits, **changes)
    assert bench.ask(gateway, model="sim/sim-embed", input="good morning") == expected


def test_calls_line_up_and_the_line_has_an_end(bench: Bench):
    gateway = bench.gateway(edge=EdgeLimits(calls=1, waiting=1))
    stream = bench.hold(gateway)
    second = bench.begin(gateway)
    plane = gateway.gateway.plane
    assert wait_until(lambda: plane.health().waiting == 1)
    assert bench.ask(gateway) == (503, "overloaded", "5")
    assert bench.vendor.gate is not None
    bench.vendor.gate.set()
    assert b"[DONE]" in stream.read()
    assert ended(second) == GOOD
    assert wait_until(lambda: (plane.health().under_way, plane.health().waiting) == (0, 0))
    assert [record.code for record in gateway.kept.records] == ["overloaded", None, None]


def test_nobody_waits_for_ever(bench: Bench):
    gateway = bench.gateway(edge=EdgeLimits(calls=1, waiting=5, waiting_seconds=0.1))
    bench.hold(gateway)
    assert bench.ask(gateway) == (503, "overloaded", "1")
    assert gateway.gateway.plane.health().waiting == 0


def test_who_leaves_the_line_takes_no_place(bench: Bench):
    gateway = bench.gateway(edge=EdgeLimits(calls=1, waiting=5))
    stream = bench.hold(gateway)
    left = bench.begin(gateway)
    plane = gateway.gateway.plane
    assert wait_until(lambda: plane.health().waiting == 1)
    left.close()
    assert wait_until(lambda: plane.health().waiting == 0)
    assert bench.vendor.gate is not None
    bench.vendor.gate.set()
    stream.read()
    assert bench.ask(gateway) == GOOD
    assert wait_until(lambda: plane.health().under_way == 0)
    assert len(bench.vendor.requests) == 2


def test_a_call_that_is_turned_away_is_in_the_log_without_attempts(bench: Bench):
    gateway = bench.gateway(KeyLimits(requests_per_minute=1))
    assert bench.ask(gateway)[0] == 200
    assert bench.ask(gateway)[1] == "rate_limited"
    served, turned_away = gateway.kept.records
    assert (served.status, served.refused) == (200, False)
    assert (turned_away.status, turned_away.code, turned_away.refused) == (429, "rate_limited", True)
    assert (turned_away.asked_model, turned_away.provider, turned_away.attempts, turned_away.cost) == (
        "sim/sim-chat",
        None,
        (),
        None,
    )
    assert gateway.gateway.refused == {"rate_limited": 1}


def test_a_flood_of_refusals_does_not_fill_the_log(bench: Bench):
    gateway = bench.gateway(KeyLimits(requests_per_minute=0))
    for _ in range(EACH_MINUTE + 5):
        assert bench.ask(gateway)[0] == 429
    kept = gateway.kept.records
    assert EACH_MINUTE <= len(kept) < EACH_MINUTE + 5  # one more may come while the flood lasts
    assert len({record.id for record in kept}) == len(kept)
    assert gateway.gateway.refused == {"rate_limited": EACH_MINUTE + 5}
