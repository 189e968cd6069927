"""What keys may use, counted in this process and in a server: the same tests over both."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelruntime.routing.breaker import Breaker
from modelruntime.store import limits_valkey
from modelruntime.store.gateway_key import KeyLimits
from modelruntime.store.limits_contract import Ask, Denied, Held, LimitStore, Spent
from modelruntime.store.limits_memory import MemoryLimits
from modelruntime.store.limits_valkey import ValkeyLimits
from modelruntime.store.script_pipe import ScriptPipe
from modelruntime.store.steady_clock import steady_time
from tests.servers.valkey import Valkey

DAY = 86_400.0


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Ledger:
    """What was spent before this process began."""

    def __init__(self) -> None:
        self.rows: list[Spent] = []
        self.asked: list[tuple[str, str]] = []
        self.gone = False

    async def __call__(self, key: str, currency: str, since: float) -> list[Spent]:
        self.asked.append((key, currency))
        await asyncio.sleep(0)
        if self.gone:
            raise OSError("the database is gone")
        return [row for row in self.rows if row.at >= since]


class Bench:
    """A store with a clock and a ledger of the test's, and a key of its own."""

    def __init__(self, store: LimitStore, clock: Clock, ledger: Ledger) -> None:
        self.store = store
        self.clock = clock
        self.ledger = ledger
        self.key = uuid.uuid4().hex

    async def admit(self, limits: KeyLimits, tokens: int = 0, money: str = "0") -> Held | Denied:
        ask = Ask(key=self.key, limits=limits, tokens=tokens, nanos=nanos(money))
        return self.store.admit_at_once(ask) or await self.store.admit(ask)

    async def held(self, limits: KeyLimits, tokens: int = 0, money: str = "0") -> Held:
        found = await self.admit(limits, tokens, money)
        assert isinstance(found, Held), found
        return found

    async def denied(self, limits: KeyLimits, tokens: int = 0, money: str = "0") -> tuple[str, float | None]:
        found = await self.admit(limits, tokens, money)
        assert isinstance(found, Denied), found
        return found.code, None if found.retry_after is None else round(found.retry_after, 3)

    async def settle(self, held: Held, tokens: int | None = None, money: str | None = None) -> None:
        self.store.settle(held, tokens, None if money is None else nanos(money))
        if isinstance(self.store, ValkeyLimits):
            await settled(self.store)


def nanos(money: str) -> int:
    return int(Decimal(money) * 10**9)


async def settled(store: ValkeyLimits) -> None:
    """Until everything that is on its way has arrived."""
    while store._tasks:
        await asyncio.wait(store._tasks)
        await asyncio.sleep(0)


@pytest.fixture(params=["memory", "valkey"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    clock, ledger = Clock(), Ledger()
    store: LimitStore
    if request.param == "memory":
        store = MemoryLimits(ledger, clock=clock)
    else:
        server: Valkey = request.getfixturevalue("valkey")
        store = ValkeyLimits(server.url, ledger, clock=clock)
    yield Bench(store, clock, ledger)
    await store.aclose()


async def test_requests_come_at_a_rate(bench: Bench):
    limits = KeyLimits(requests_per_minute=3)
    for _ in range(3):
        await bench.settle(await bench.held(limits))
    assert await bench.denied(limits) == ("rate_limited", 20.0)
    bench.clock.now += 19.9
    assert await bench.denied(limits) == ("rate_limited", 0.1)
    bench.clock.now += 0.1
    await bench.held(limits)
    assert await bench.denied(limits) == ("rate_limited", 20.0)


async def test_tokens_are_reserved_and_then_put_right(bench: Bench):
    limits = KeyLimits(tokens_per_minute=100)
    first = await bench.held(limits, tokens=80)
    assert await bench.denied(limits, tokens=30) == ("token_rate_limited", 6.0)
    await bench.settle(first, tokens=50)
    second = await bench.held(limits, tokens=30)
    await bench.settle(second, tokens=90)
    assert await bench.denied(limits, tokens=1) == ("token_rate_limited", 24.6)
    bench.clock.now += 24.6
    await bench.held(limits, tokens=1)


async def test_a_call_of_unknown_use_keeps_what_was_reserved(bench: Bench):
    limits = KeyLimits(tokens_per_minute=100, budget=Decimal(1))
    await bench.settle(await bench.held(limits, tokens=80, money="0.7"))
    assert (await bench.denied(limits, tokens=30))[0] == "token_rate_limited"
    assert (await bench.denied(limits, tokens=10, money="0.4"))[0] == "budget_exhausted"
    await bench.held(limits, tokens=10, money="0.3")


async def test_a_place_is_held_until_the_call_is_over(bench: Bench):
    limits = KeyLimits(concurrent=2)
    first, _ = await bench.held(limits), await bench.held(limits)
    assert await bench.denied(limits) == ("too_many_concurrent", 1.0)
    await bench.settle(first)
    await bench.held(limits)
    assert (await bench.denied(limits))[0] == "too_many_concurrent"


async def test_money_is_reserved_put_right_and_comes_back_after_the_period(bench: Bench):
    limits = KeyLimits(budget=Decimal("1.00"), period_days=30)
    first = await bench.held(limits, money="0.60")
    assert await bench.denied(limits, money="0.50") == ("budget_exhausted", None)
    await bench.settle(first, money="0.45")
    second = await bench.held(limits, money="0.55")
    assert (await bench.denied(limits, money="0.000000001"))[0] == "budget_exhausted"
    await bench.settle(second, money="0.70")
    await bench.denied(limits)
    bench.clock.now += 30 * DAY
    await bench.denied(limits, money="0.01")
    bench.clock.now += DAY
    await bench.held(limits, money="1.00")


async def test_who_is_denied_has_used_nothing(bench: Bench):
    limits = KeyLimits(requests_per_minute=2, tokens_per_minute=100, concurrent=5, budget=Decimal(1))
    for _ in range(5):
        await bench.denied(limits, tokens=10, money="2")
    await bench.held(limits, tokens=60, money="0.5")
    for _ in range(5):
        assert (await bench.denied(limits, tokens=60))[0] == "token_rate_limited"
    await bench.held(limits, tokens=40, money="0.5")


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (KeyLimits(requests_per_minute=0), "rate_limited"),
        (KeyLimits(tokens_per_minute=0), "token_rate_limited"),
        (KeyLimits(concurrent=0), "too_many_concurrent"),
    ],
)
async def test_a_limit_of_nothing(bench: Bench, limits: KeyLimits, code: str):
    assert (await bench.denied(limits))[0] == code


async def test_what_the_ledger_knows_counts(bench: Bench):
    limits, now = KeyLimits(budget=Decimal(1)), bench.clock.now
    bench.ledger.rows = [
        Spent(now - DAY, Decimal("0.25")),
        Spent(now - 2 * DAY, Decimal("0.25")),
        Spent(now - 40 * DAY, Decimal(9)),
    ]
    await bench.denied(limits, money="0.51")
    await bench.settle(await bench.held(limits, money="0.5"), money="0.4")
    await bench.denied(limits, money="0.11")
    assert bench.ledger.asked == [(bench.key, "USD")], "once"


async def test_callers_that_come_together_ask_the_ledger_once_and_share_one_budget(bench: Bench):
    limits = KeyLimits(budget=Decimal(1))
    bench.ledger.rows = [Spent(bench.clock.now - DAY, Decimal("0.5"))]
    found = await asyncio.gather(*(bench.admit(limits, money="0.1") for _ in range(20)))
    assert sum(isinstance(one, Held) for one in found) == 5


async def test_budgets_of_two_currencies_and_periods_are_apart(bench: Bench):
    dollars = await bench.held(KeyLimits(budget=Decimal(1)), money="1")
    await bench.held(KeyLimits(budget=Decimal(1), currency="EUR"), money="1")
    await bench.settle(dollars, money="1")
    bench.ledger.rows = [Spent(bench.clock.now, Decimal("0.8"))]
    await bench.denied(KeyLimits(budget=Decimal(1), period_days=1), money="0.3")
    await bench.held(KeyLimits(budget=Decimal(1), period_days=1), money="0.2")


async def test_a_call_that_began_under_another_period_does_not_count_for_ever(bench: Bench):
    old, new = KeyLimits(budget=Decimal(1), period_days=1), KeyLimits(budget=Decimal(1), period_days=30)
    held = await bench.held(old, money="0.5")
    await bench.settle(await bench.held(new, money="0.1"), money="0")
    await bench.settle(held, money="0.9")
    bench.clock.now += 31 * DAY
    await bench.held(new, money="1")


async def test_a_ledger_that_is_gone(bench: Bench, caplog: pytest.LogCaptureFixture):
    bench.ledger.gone = True
    assert await bench.denied(KeyLimits(budget=Decimal(1), fail_closed=True)) == ("limits_unavailable", 30.0)
    await bench.held(KeyLimits(budget=Decimal(1)), money="0.9")
    await bench.denied(KeyLimits(budget=Decimal(1)), money="0.2")
    assert "could not be asked" in caplog.text


LIMITS = KeyLimits(requests_per_minute=30, tokens_per_minute=300, concurrent=4, budget=Decimal("0.000002"), period_days=1 / 1440)
steps = st.lists(
    st.tuples(st.floats(0, 20), st.integers(0, 200), st.integers(0, 700), st.sampled_from(["go", "settle", "both"])), max_size=25
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_both_count_alike(valkey: Valkey, history: list[tuple[float, int, int, str]]):
    async def follow(here: MemoryLimits, there: ValkeyLimits, clock: Clock) -> None:
        key, open_calls = uuid.uuid4().hex, list[tuple[Held, Held]]()
        for gap, tokens, money, what in history:
            clock.now += gap
            await there.renew()
            if what != "go" and open_calls:
                one, other = open_calls.pop(0)
                here.settle(one, tokens, money)
                there.settle(other, tokens, money)
                await settled(there)
            if what != "settle":
                ask = Ask(key=key, limits=LIMITS, tokens=tokens, nanos=money)
                found = await here.admit(ask), await there.admit(ask)
                if isinstance(found[0], Held) and isinstance(found[1], Held):
                    open_calls.append((found[0], found[1]))
                else:
                    assert isinstance(found[0], Denied), found
                    assert isinstance(found[1], Denied), found
                    assert found[0].code == found[1].code
                    assert found[0].retry_after == pytest.approx(found[1].retry_after, abs=1e-3)

    async def both() -> None:
        clock = Clock()
        there = ValkeyLimits(valkey.url, clock=clock)
        try:
            await follow(MemoryLimits(clock=clock), there, clock)
        finally:
            await there.aclose()

    asyncio.run(both())


async def test_many_at_once_get_no_more_than_there_is(valkey: Valkey):
    one, other = ValkeyLimits(valkey.url), ValkeyLimits(valkey.url)
    key, limits = uuid.uuid4().hex, KeyLimits(concurrent=7, requests_per_minute=1000)
    ask = Ask(key=key, limits=limits)
    found = await asyncio.gather(*(store.admit(ask) for _, store in zip(range(60), itertools.cycle((one, other)), strict=False)))
    assert sum(isinstance(held, Held) for held in found) == 7
    for held in found:
        if isinstance(held, Held):
            one.settle(held, None, None)
            other.settle(held, None, None)
    await settled(one)
    await settled(other)
    again = await asyncio.gather(*(one.admit(ask) for _ in range(10)))
    assert sum(isinstance(held, Held) for held in again) == 7, "each place came back, and came back once"
    await one.aclose()
    await other.aclose()


async def test_the_places_of_a_replica_that_died_are_free_after_a_while(valkey: Valkey):
    clock, key, limits = Clock(), uuid.uuid4().hex, KeyLimits(concurrent=2)
    dead, alive = ValkeyLimits(valkey.url, clock=clock), ValkeyLimits(valkey.url, clock=clock)
    ask = Ask(key=key, limits=limits)
    assert isinstance(await dead.admit(ask), Held)
    held = await alive.admit(ask)
    assert isinstance(held, Held)
    for _ in range(3):
        clock.now += limits_valkey.RENEW_SECONDS - 0.01
        await alive.renew()
        assert isinstance(await alive.admit(ask), Denied)
    clock.now += 0.1
    assert isinstance(await alive.admit(ask), Held), "the dead one's place"
    assert isinstance(await alive.admit(ask), Denied), "its own is still held"
    await dead.aclose()
    await alive.aclose()


async def test_the_time_is_the_servers(valkey: Valkey):
    store, ask = ValkeyLimits(valkey.url), Ask(key=uuid.uuid4().hex, limits=KeyLimits(requests_per_minute=1))
    assert isinstance(await store.admit(ask), Held)
    denied = await store.admit(ask)
    assert isinstance(denied, Denied)
    assert denied.retry_after == pytest.approx(60, abs=5)
    await store.aclose()


async def test_a_lost_server_leaves_each_replica_its_share(caplog: pytest.LogCaptureFixture):
    server = Valkey.make()
    try:
        ledger = Ledger()
        store = ValkeyLimits(server.url, ledger, replicas=4)
        key, limits = uuid.uuid4().hex, KeyLimits(concurrent=8, budget=Decimal(1))
        closed = Ask(key=key, limits=KeyLimits(concurrent=8, fail_closed=True))
        ask = Ask(key=key, limits=limits, nanos=nanos("0.01"))
        before = await store.admit(ask)
        assert isinstance(before, Held)
        server.kill()
        assert not store.degraded
        found = [await store.admit(ask) for _ in range(8)]
        assert sum(isinstance(held, Held) for held in found) == 2
        assert store.degraded
        assert await store.admit(closed) == Denied("limits_unavailable", 5.0)
        big = Ask(key=key, limits=KeyLimits(budget=Decimal(1)), nanos=nanos("0.24"))
        assert await store.admit(big) == Denied("budget_exhausted"), "4 × 0.24 and what is reserved is more than 1"
        store.settle(before, None, nanos("0.5"))
        await settled(store)
        server.start()
        store._breaker = Breaker()
        assert isinstance(await store.admit(ask), Held)
        assert not store.degraded
        for held in found:
            if isinstance(held, Held):
                store.settle(held, 0, 0)
        await settled(store)
        assert "is lost" in caplog.text
        assert "is back" in caplog.text
        await store.aclose()
    finally:
        server.close()


async def test_a_server_that_forgot_everything_is_told_what_was_spent():
    server = Valkey.make()
    try:
        ledger = Ledger()
        store = ValkeyLimits(server.url, ledger)
        ask = Ask(key=uuid.uuid4().hex, limits=KeyLimits(budget=Decimal(1)), nanos=nanos("0.9"))
        held = await store.admit(ask)
        assert isinstance(held, Held)
        store.settle(held, None, None)
        await settled(store)
        ledger.rows = [Spent(steady_time(), Decimal("0.9"))]
        server.kill()
        server.start()
        assert await store.admit(ask) == Denied("budget_exhausted")
        assert len(ledger.asked) == 2
        await store.aclose()
    finally:
        server.close()


async def test_what_could_not_be_settled_is_settled_later():
    server = Valkey.make()
    try:
        store, key = ValkeyLimits(server.url), uuid.uuid4().hex
        ask = Ask(key=key, limits=KeyLimits(tokens_per_minute=100), tokens=100)
        held = await store.admit(ask)
        assert isinstance(held, Held)
        pipe, store._pipe = store._pipe, ScriptPipe("redis://127.0.0.1:1/0", 0.2)
        store.settle(held, 10, None)
        await settled(store)
        store._pipe = pipe
        assert (await store.admit(ask)).code == "token_rate_limited"  # type: ignore[union-attr]
        await settled(store)
        small = Ask(key=key, limits=ask.limits, tokens=85)
        assert isinstance(await store.admit(small), Held)
        await store.aclose()
    finally:
        server.close()


async def test_what_is_sent_twice_is_settled_once(valkey: Valkey):
    store, key, limits = ValkeyLimits(valkey.url), uuid.uuid4().hex, KeyLimits(tokens_per_minute=100)
    held = await store.admit(Ask(key=key, limits=limits, tokens=40))
    assert isinstance(held, Held)
    assert isinstance(await store.admit(Ask(key=key, limits=limits, tokens=60)), Held)
    store.settle(held, 0, None)
    store._unsettled.append(store._unsettled[0])
    await settled(store)
    assert isinstance(await store.admit(Ask(key=key, limits=limits, tokens=50)), Denied), "40 came back, not 80"
    await store.aclose()
