"""What attempts say of credentials and models."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.entities import errors as e
from modelruntime.entities.call import LLMCall
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway import health_table
from modelruntime.gateway.health_table import HealthTable
from modelruntime.runtime.observers import CallInfo

Place = tuple[str, str, str]


def info(place: Place) -> CallInfo:
    return CallInfo("call", place[0], place[1], ModelType.LLM, False, LLMCall(place[1]), 1, place[2])


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(clock: Clock) -> HealthTable:
    return HealthTable(clock=clock)


A, SAME_KEY, OTHER_KEY, OTHER_PROVIDER = ("p", "m", "k"), ("p", "n", "k"), ("p", "m", "l"), ("q", "m", "k")


def fail(table: HealthTable, place: Place, error: Exception, times: int = 1) -> None:
    for _ in range(times):
        table.began(info(place))
        table.failed(info(place), error)


@pytest.mark.parametrize(
    ("error", "times", "ill", "seconds"),
    [
        (e.Unauthorized("no", status=401), 1, {A, SAME_KEY}, 120.0),
        (e.Unauthorized("pay", status=402), 1, {A, SAME_KEY}, 120.0),
        (e.Unauthorized("not this model", status=403), 1, {A}, 120.0),
        (e.RateLimited("slow down", retry_after=7.0), 1, {A, SAME_KEY}, 7.0),
        (e.RateLimited("slow down"), 1, {A, SAME_KEY}, 1.0),
        (e.RateLimited("no quota", retryable=False), 1, {A, SAME_KEY}, 120.0),
        (e.ServerUnavailable("down"), 5, {A}, 10.0),
        (e.ServerUnavailable("down"), 4, set(), 0.0),
        (e.BadRequest("no"), 9, set(), 0.0),
        (KeyError("ours"), 9, set(), 0.0),
    ],
)
def test_what_a_failure_concerns(table: HealthTable, clock: Clock, error: Exception, times: int, ill: set[Place], seconds: float):
    fail(table, A, error, times)
    found = {place: table.ill_until(place, clock.now) for place in (A, SAME_KEY, OTHER_KEY, OTHER_PROVIDER)}
    assert {place for place, until in found.items() if until is not None} == ill
    assert {until for until in found.values() if until is not None} == ({clock.now + seconds} if ill else set())
    assert table.all_well == (not ill and times != 4), "a failure or two are remembered"


def test_one_probe_decides(table: HealthTable, clock: Clock):
    fail(table, A, e.RateLimited("x", retry_after=5.0))
    clock.now += 5
    assert table.ill_until(A, clock.now) is None
    table.began(info(A))
    assert table.ill_until(A, clock.now) == clock.now, "the probe is under way"
    table.abandoned(info(A))
    assert table.ill_until(A, clock.now) is None, "it said nothing"
    table.began(info(A))
    table.answered(info(A))
    assert table.all_well, "the first word is enough"
    table.succeeded(info(A), 0.5)
    assert table.all_well
    (row,) = table.rows()
    assert (row.state, row.cooldown, row.in_flight, row.latency, row.attempts, row.failures) == ("closed", 0.0, 0, 0.5, 3, 1)


def test_a_success_of_another_call_does_not_shorten_a_cool_down(table: HealthTable, clock: Clock):
    table.began(info(A))
    fail(table, A, e.RateLimited("x", retry_after=30.0))
    table.succeeded(info(A), 0.5)
    assert table.ill_until(A, clock.now) == clock.now + 30


def test_idle_ones_are_forgotten_when_there_are_too_many(table: HealthTable, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health_table, "PLACES_AT_MOST", 10)
    table.began(info(A))
    fail(table, OTHER_KEY, e.ServerUnavailable("down"), 5)
    for number in range(50):
        place = ("p", f"made-up-{number}", "k")
        table.began(info(place))
        table.succeeded(info(place), 0.1)
    rows = table.rows()
    assert len(rows) <= 10
    assert {(row.provider, row.model, row.credential_id) for row in rows} >= {A, OTHER_KEY}


ENDS: dict[str, Any] = {
    "well": lambda table, one: table.succeeded(one, 0.1),
    "gone": lambda table, one: table.abandoned(one),
    "key": lambda table, one: table.failed(one, e.Unauthorized("x", status=401)),
    "rate": lambda table, one: table.failed(one, e.RateLimited("x", retry_after=3.0)),
    "down": lambda table, one: table.failed(one, e.ServerUnavailable("x")),
}
places = st.sampled_from([A, SAME_KEY, OTHER_KEY])


@given(st.lists(st.tuples(places, st.sampled_from([*ENDS, "begin"]), st.floats(0, 40)), max_size=60))
def test_whatever_happens_it_counts_right_and_heals(history: list[tuple[Place, str, float]]):
    clock = Clock()
    table = HealthTable(clock=clock)
    under_way: dict[Place, int] = {}
    for place, what, gap in history:
        clock.now += gap
        if what == "begin":
            table.began(info(place))
            under_way[place] = under_way.get(place, 0) + 1
        elif under_way.get(place):
            ENDS[what](table, info(place))
            under_way[place] -= 1
        for row in table.rows():
            assert row.in_flight == under_way.get((row.provider, row.model, row.credential_id), 0)
            assert 0 <= row.cooldown <= 120 + 1e-9  # a difference of sums of floats
        if table.all_well:
            assert all(table.ill_until(one, clock.now) is None for one in (A, SAME_KEY, OTHER_KEY))
    for place, count in under_way.items():
        for _ in range(count):
            table.abandoned(info(place))
    clock.now += 121
    for place in (A, SAME_KEY, OTHER_KEY):
        assert table.ill_until(place, clock.now) is None, "nothing stays ill for ever"
        table.began(info(place))
        table.succeeded(info(place), 0.1)
    assert table.all_well
