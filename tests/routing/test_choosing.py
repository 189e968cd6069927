"""Which of several takes a call: each strategy by example, and laws over any standing."""

from collections import Counter
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.routing.choosing import Chance, Standing, order
from modelruntime.routing.hedge_allowance import HedgeAllowance
from modelruntime.routing.latency import HALF_LIFE, Latency
from modelruntime.routing.strategy import Strategy

STRATEGIES = get_args(Strategy)
A, B, C = Standing(name="a"), Standing(name="b"), Standing(name="c")

standings = st.lists(
    st.builds(
        Standing,
        name=st.text(max_size=3),
        weight=st.integers(0, 5),
        in_flight=st.integers(0, 50),
        latency=st.none() | st.floats(0.001, 60),
        price=st.none() | st.decimals(0, 9, places=3),
        ill_until=st.none() | st.floats(1, 100),
    ),
    min_size=1,
    max_size=8,
)
below_one = st.floats(0, 1, exclude_max=True)
chances = st.builds(Chance, turn=st.integers(0, 1000), first=below_one, second=below_one, stick=st.text(max_size=5))


@given(st.sampled_from(STRATEGIES), standings, chances)
def test_everyone_is_tried_once_the_ready_ones_first_and_the_ill_by_when_they_open(strategy, ones, chance):
    found = order(strategy, ones, chance)
    assert sorted(found) == list(range(len(ones)))
    until = [ones[index].ill_until or 0.0 for index in found]
    assert until == sorted(until)


@given(standings, chances)
def test_those_that_are_not_chosen_keep_their_order(ones, chance):
    for strategy in ("ordered", "round_robin", "weighted", "least_in_flight"):
        ready = [index for index in order(strategy, ones, chance) if ones[index].ill_until is None]
        assert ready[1:] == sorted(ready[1:])


@pytest.mark.parametrize(
    ("strategy", "ones", "chance", "expected"),
    [
        ("ordered", (A, B, C), Chance(turn=2, first=0.9), (0, 1, 2)),
        ("round_robin", (A, B, C), Chance(turn=0), (0, 1, 2)),
        ("round_robin", (A, B, C), Chance(turn=1), (1, 0, 2)),
        ("round_robin", (A, B, C), Chance(turn=5), (2, 0, 1)),
        ("round_robin", (A, Standing(name="b", ill_until=9.0), C), Chance(turn=1), (2, 0, 1)),
        ("weighted", (Standing(name="a", weight=3), B), Chance(first=0.74), (0, 1)),
        ("weighted", (Standing(name="a", weight=3), B), Chance(first=0.76), (1, 0)),
        ("weighted", (Standing(name="a", weight=0), B), Chance(first=0.0), (1, 0)),
        ("weighted", (Standing(name="a", weight=0), Standing(name="b", weight=0)), Chance(first=0.9), (0, 1)),
        ("least_in_flight", (Standing(name="a", in_flight=2), Standing(name="b", in_flight=1)), Chance(), (1, 0)),
        ("least_in_flight", (Standing(name="a", in_flight=2, weight=4), Standing(name="b", in_flight=1)), Chance(), (0, 1)),
        ("least_in_flight", (Standing(name="a", in_flight=9), Standing(name="b", in_flight=9), C), Chance(first=0.0), (0, 1, 2)),
        ("latency", (Standing(name="a", latency=0.9), Standing(name="b", latency=0.2), C), Chance(), (2, 1, 0)),
        ("latency", (Standing(name="a", in_flight=1), B), Chance(), (1, 0)),
        ("cost", (A, Standing(name="b", price=Decimal(2)), Standing(name="c", price=Decimal(1))), Chance(), (2, 1, 0)),
        ("cost", (Standing(name="a", price=Decimal(1)), Standing(name="b", price=Decimal(0))), Chance(), (1, 0)),
    ],
)
def test_each_strategy(strategy, ones, chance, expected):
    assert order(strategy, ones, chance) == expected


def test_turns_and_weights_come_out_even():
    turns = Counter(order("round_robin", (A, B, C), Chance(turn=turn))[0] for turn in range(30))
    assert turns == {0: 10, 1: 10, 2: 10}
    weighted = (Standing(name="a", weight=1), Standing(name="b", weight=3))
    assert Counter(order("weighted", weighted, Chance(first=at / 100))[0] for at in range(100)) == {0: 25, 1: 75}


def test_the_same_user_gets_the_same_one_and_only_those_of_one_that_leaves_move():
    users = [str(number) for number in range(2000)]
    before = {user: "abc"[order("sticky", (A, B, C), Chance(stick=user))[0]] for user in users}
    after = {user: "ac"[order("sticky", (A, C), Chance(stick=user))[0]] for user in users}
    assert all(after[user] == one for user, one in before.items() if one != "b")
    assert all(500 < count < 850 for count in Counter(before.values()).values())
    heavy = Counter(order("sticky", (Standing(name="a", weight=3), B), Chance(stick=user))[0] for user in users)
    assert 1350 < heavy[0] < 1650


def test_a_latency_follows_what_is_seen_and_fades():
    seen = Latency(1.0, 0.0).observed(2.0, 10.0)
    assert seen == Latency(1.2, 10.0)
    assert seen.faded(10.0 + HALF_LIFE) == pytest.approx(0.6)
    assert seen.faded(0.0) == pytest.approx(1.2), "a clock that stands still"


def test_hedges_are_few():
    allowance, hedges = HedgeAllowance(), 0
    for _ in range(1000):
        allowance = allowance.called()
        if (after := allowance.hedged()) is not None:
            allowance, hedges = after, hedges + 1
    assert 200 <= hedges <= 210
