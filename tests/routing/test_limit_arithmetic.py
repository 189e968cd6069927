"""Rates, buckets and windows of money: laws over any history."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.routing import gcra
from modelruntime.routing.money_window import NANOS_AT_MOST, SLOTS, MoneyWindow, nanos_of, slot_of, slot_seconds
from modelruntime.routing.token_bucket import Bucket

gaps = st.lists(st.floats(0, 30), min_size=1, max_size=80)


@given(st.integers(1, 50), gaps)
def test_no_stretch_of_time_admits_more_than_the_rate_and_its_burst(limit, waits):
    state, now, admitted = 0.0, 1000.0, []
    for gap in waits:
        now += gap
        after = gcra.admit(state, limit, now)
        if after is None:
            assert gcra.wait(state, limit, now) > 0
            assert gcra.admit(state, limit, now + gcra.wait(state, limit, now)) is not None
        else:
            state = after
            admitted.append(now)
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            assert last - first + 1 <= limit + limit * (admitted[last] - admitted[first]) / 60 + 1e-3


def test_a_burst_is_as_large_as_the_limit_and_the_next_comes_in_its_turn():
    state = 0.0
    for _ in range(3):
        after = gcra.admit(state, 3, 100.0)
        assert after is not None
        state = after
    assert gcra.admit(state, 3, 100.0) is None
    assert gcra.wait(state, 3, 100.0) == pytest.approx(20.0)
    assert gcra.admit(state, 3, 120.0) is not None


def test_a_limit_of_nothing_admits_nothing():
    assert gcra.admit(0.0, 0, 1.0) is None
    assert gcra.wait(0.0, 0, 1.0) == 60.0
    assert not Bucket(0.0, 0.0).has(0, 0, 1.0)
    assert Bucket(0.0, 0.0).wait(1, 0) == 60.0


@given(st.integers(1, 1000), st.lists(st.tuples(st.floats(0, 30), st.integers(0, 1500), st.integers(0, 1500)), max_size=40))
def test_a_bucket_gives_no_more_than_it_holds_and_fills(limit, calls):
    bucket, now, used = Bucket(float(limit), 0.0), 0.0, 0
    for gap, estimate, actual in calls:
        now += gap
        if not bucket.has(estimate, limit, now):
            wait = bucket.wait(estimate, limit)
            assert wait > 0
            assert Bucket(bucket.level, now).has(estimate, limit, now + wait + 1e-6)
            continue
        bucket.level -= estimate
        assert used <= limit + limit * now / 60 + 1e-3, "what was used before fits the time that has passed"
        used += actual
        bucket.put_back(estimate - actual, limit, now)
        assert bucket.level <= limit


def test_a_call_larger_than_the_bucket_may_go_when_it_is_full():
    assert Bucket(100.0, 0.0).has(250, 100, 0.0)
    assert not Bucket(99.0, 0.0).has(250, 100, 0.0)


def test_a_bucket_in_debt_is_filled_first():
    bucket = Bucket(-150.0, 0.0)
    assert not bucket.has(1, 100, 90.0)
    assert bucket.wait(1, 100) == pytest.approx(0.6)
    assert bucket.has(1, 100, 90.6)


def test_asking_a_bucket_takes_nothing():
    bucket = Bucket(40.0, 0.0)
    assert not bucket.has(60, 100, 6.0)
    assert bucket.has(50, 100, 6.0)
    assert (bucket.level, bucket.at) == (50.0, 6.0)


@pytest.mark.parametrize(
    ("amount", "nanos"),
    [
        ("0", 0),
        ("0.000000001", 1),
        ("0.0000000001", 1),
        ("1.0000000001", 1_000_000_001),
        ("-3", 0),
        ("1e40", NANOS_AT_MOST),
        ("NaN", NANOS_AT_MOST),
    ],
)
def test_money_is_rounded_up_to_a_billionth(amount, nanos):
    assert nanos_of(Decimal(amount)) == nanos


@given(st.lists(st.tuples(st.floats(0, 90), st.integers(0, 100)), max_size=60))
def test_money_counts_for_the_period_and_a_slot_at_most(spends):
    window, now, seconds, seen = MoneyWindow(2), 1e9, 2, []
    for gap, nanos in spends:
        now += gap
        window.add(slot_of(now, seconds), nanos)
        seen.append((now, nanos))
        spent = window.spent(now)
        assert spent >= sum(nanos for at, nanos in seen if now - at <= SLOTS * seconds)
        assert spent <= sum(nanos for at, nanos in seen if now - at <= (SLOTS + 1) * seconds)


def test_what_is_given_back_was_taken():
    window = MoneyWindow(slot_seconds(30))
    window.add(5, 100)
    window.add(5, -40)
    window.add(6, -7)
    assert (window.seconds, window.spent(5 * 86_400.0)) == (86_400, 60)
