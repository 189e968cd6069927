"""Money: exact, never 0 for unknown."""

import decimal
import math
import time
from decimal import Decimal
from itertools import product
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.schema import pricing
from modelruntime.schema.price import Price, PriceTier
from modelruntime.schema.price_unit import parse_per
from modelruntime.schema.pricing import cost_of, override_price


def d(text: str) -> Decimal:
    return Decimal(text)


def tokens(total: int | None = None, out: int | None = None, **kinds: int | None) -> Usage:
    outs: dict[str, int | None] = {name: kinds.pop(name) for name in ("reasoning", "text") if name in kinds}
    if "audio_out" in kinds:
        outs["audio"] = kinds.pop("audio_out")
    return Usage(InputUsage(total=total, **kinds), OutputUsage(total=out, **outs))


CHAT = Price(input=d("2.5"), output=d("10"))
FULL = Price(
    input=d("3"),
    output=d("15"),
    cache_read=d("0.3"),
    cache_write=d("3.75"),
    reasoning=d("20"),
    audio_input=d("40"),
    audio_output=d("80"),
    image_input=d("5"),
    request=d("0.01"),
)
HOURLY = replace(FULL, cache_write_1h=d("6"))
TIERED = Price(
    input=d("1"),
    output=d("2"),
    cache_read=d("0.1"),
    tiers=(PriceTier(above=100, input=d("3")), PriceTier(above=1000, input=d("5"), output=d("7"))),
)


@pytest.mark.parametrize(
    ("price", "usage", "input_", "output", "total"),
    [
        (CHAT, tokens(1000, 100), "0.0025", "0.001", "0.0035"),
        (CHAT, tokens(0, 0), "0", "0", "0"),
        (CHAT, tokens(1000), "0.0025", None, None),
        (CHAT, tokens(None, 100), None, "0.001", None),
        (CHAT, tokens(fresh=600, cache_read=400, out=0), "0.0025", "0", "0.0025"),
        (CHAT, tokens(-5, 1), None, "0.00001", None),
        (Price(input=d("0.02")), tokens(1_000_000), "0.02", "0", "0.02"),
        (Price(input=d("0.02")), tokens(1_000_000, 5), "0.02", None, None),
        (Price(input=d("0"), output=d("0")), tokens(), "0", "0", "0"),
        (Price(input=d("0.002"), output=d("0.002"), unit=d("0.001")), tokens(1500, 500), "0.003", "0.001", "0.004"),
        (FULL, tokens(1000, 100), "0.003", "0.0015", "0.0145"),
        (FULL, tokens(1000, 0, cache_read=600, cache_write=300), "0.001605", "0", "0.011605"),
        (HOURLY, tokens(1000, 0, cache_write=300, cache_write_1h=100), "0.00345", "0", "0.01345"),
        (HOURLY, tokens(1000, 0, cache_write_1h=100), "0.0033", "0", "0.0133"),
        (FULL, tokens(1000, 0, cache_write=300, cache_write_1h=100), "0.003225", "0", "0.013225"),
        (FULL, tokens(1000, 0, audio=500, image=100), "0.0217", "0", "0.0317"),
        (FULL, tokens(0, 100, reasoning=40, audio_out=10), "0", "0.00235", "0.01235"),
        (FULL, tokens(0, reasoning=40, text=50, audio_out=10), "0", "0.00235", "0.01235"),
        (FULL, tokens(100, 0, cache_read=100), "0.00003", "0", "0.01003"),
        (TIERED, tokens(100, 10), "0.0001", "0.00002", "0.00012"),
        (TIERED, tokens(101, 10), "0.000303", "0.00002", "0.000323"),
        (TIERED, tokens(1001, 10), "0.005005", "0.00007", "0.005075"),
        (TIERED, tokens(1001, 10, cache_read=1000), "0.000105", "0.00007", "0.000175"),
        (TIERED, tokens(None, 10), None, None, None),
        (Price(input=d("15"), per="1M characters"), Usage(characters=2000), "0.03", "0", "0.03"),
        (Price(input=d("0.015"), output=d("0"), per="1k characters"), Usage(characters=2000), "0.03", "0", "0.03"),
        (Price(input=d("0.015"), per="1k characters"), Usage(), None, "0", None),
        (Price(input=d("0.006"), per="minute"), Usage(seconds=90.5), "0.00905", "0", "0.00905"),
        (Price(input=d("0.36"), per="hour"), Usage(seconds=10), "0.001", "0", "0.001"),
        (Price(output=d("0.6"), per="minute"), Usage(seconds=30), "0", "0.3", "0.3"),
        (Price(input=d("0.0001"), per="second"), Usage(seconds=0.1), "0.00001", "0", "0.00001"),
        (Price(input=d("2"), per="1k searches"), Usage(searches=3), "0.006", "0", "0.006"),
        (Price(input=d("0.01"), per="search", request=d("0.1")), Usage(searches=3), "0.03", "0", "0.13"),
        (Price(input=d("0.04"), per="request"), Usage(), "0.04", "0", "0.04"),
        (Price(input=d("0.04"), per="minute"), Usage(seconds=math.nan), None, "0", None),
    ],
)
def test_amounts(price, usage, input_, output, total):
    cost = cost_of(price, usage)
    assert cost is not None
    wanted = tuple(None if text is None else d(text) for text in (input_, output, total))
    assert (cost.input, cost.output, cost.total) == wanted
    if total is not None:
        assert sum(row.amount for row in cost.unit_prices) == cost.total


@pytest.mark.parametrize("price", [None, Price(), Price(currency="EUR"), Price(input=d("1"), per="furlong")])
def test_an_unknown_price_is_none(price):
    assert cost_of(price, tokens(10, 10)) is None


def test_the_bill_lists_each_kind_once_and_bills_no_token_twice():
    cost = cost_of(FULL, tokens(1000, 100, cache_read=600, audio=100, reasoning=30))
    assert cost is not None
    rows = [(row.kind, int(row.quantity), str(row.price)) for row in cost.unit_prices]
    assert rows == [
        ("cache_read", 600, "0.3"),
        ("audio_input", 100, "40"),
        ("input", 300, "3"),
        ("reasoning", 30, "20"),
        ("output", 70, "15"),
        ("request", 1, "0.01"),
    ]


@pytest.mark.parametrize(
    ("price", "usage", "estimated"),
    [
        (CHAT, tokens(10, 10), False),
        (CHAT, tokens(10, 10, reasoning=5, image=3), False),
        (CHAT, tokens(10, 10, cache_read=0), False),
        (CHAT, tokens(10, 10, cache_read=5), True),
        (CHAT, tokens(10, 10, cache_write=5), True),
        (CHAT, tokens(10, 10, audio_out=5), True),
        (HOURLY, tokens(10, 10, cache_write=5, cache_write_1h=5), False),
        (FULL, tokens(10, 10, cache_write=5, cache_write_1h=5), True),
        (Price(input=d("0"), output=d("0")), tokens(10, 10, cache_read=5), False),
        (FULL, tokens(10, 10, cache_read=50), True),
        (CHAT, Usage(InputUsage(1), OutputUsage(1), estimated=True), True),
    ],
)
def test_a_cost_says_when_it_is_an_estimate(price, usage, estimated):
    cost = cost_of(price, usage)
    assert cost is not None
    assert cost.estimated is estimated


def test_the_threads_decimal_context_changes_nothing():
    exact = cost_of(CHAT, tokens(123_456_789, 987_654_321))
    with decimal.localcontext() as context:
        context.prec = 3
        assert cost_of(CHAT, tokens(123_456_789, 987_654_321)) == exact


WHOLES = (None, 0, 7, 1000, -1)
KINDS = ("cache_read", "cache_write", "cache_write_1h", "audio", "image", "reasoning", "audio_out")
LARGE = Price(input=d("0"), output=d("2E+9"))


@pytest.mark.parametrize("price", [CHAT, FULL, TIERED, LARGE, Price(input=d("3")), replace(CHAT, request=d("1"))])
def test_a_plain_bill_says_what_an_itemised_one_would(price):
    usages = [tokens(*pair, **{kind: count}) for pair in product(WHOLES, WHOLES) for kind in KINDS for count in WHOLES]
    bills = [repr(cost_of(price, usage)) for usage in usages]
    with mock.patch.object(pricing, "_plain_cost", return_value=None):
        assert bills == [repr(cost_of(price, usage)) for usage in usages]


PRICES = st.decimals("0", "1000", places=6)
COUNTS = st.integers(0, 10**12)


@settings(deadline=None)
@given(PRICES, PRICES, COUNTS, COUNTS)
def test_the_sum_is_exact(price_in, price_out, count_in, count_out):
    cost = cost_of(Price(input=price_in, output=price_out), tokens(count_in, count_out))
    assert cost is not None
    assert cost.total is not None
    micro = int(price_in.scaleb(6)) * count_in + int(price_out.scaleb(6)) * count_out
    assert int(cost.total.scaleb(12)) == micro


@settings(deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_quantities_of_the_input_add_up_to_the_total(total, read, write, audio, image):
    cost = cost_of(FULL, tokens(total, 0, cache_read=read, cache_write=write, audio=audio, image=image))
    assert cost is not None
    kinds = {"input", "cache_read", "cache_write", "audio_input", "image_input"}
    assert sum(row.quantity for row in cost.unit_prices if row.kind in kinds) == total


@pytest.mark.parametrize(
    ("per", "kind", "factor", "divisor"),
    [
        ("1M tokens", "tokens", "0.000001", 1),
        ("1k tokens", "tokens", "0.001", 1),
        ("token", "tokens", "1", 1),
        ("1K Characters", "characters", "0.001", 1),
        ("1M characters", "characters", "0.000001", 1),
        ("minute", "seconds", "1", 60),
        ("1 minute", "seconds", "1", 60),
        ("hours", "seconds", "1", 3600),
        ("second", "seconds", "1", 1),
        ("search", "searches", "1", 1),
        ("1k searches", "searches", "0.001", 1),
        ("request", "request", "1", 1),
        ("1k requests", "request", "0.001", 1),
    ],
)
def test_units_by_their_words(per, kind, factor, divisor):
    unit = parse_per(per)
    assert unit is not None
    assert (unit.kind, unit.factor, unit.divisor) == (kind, d(factor), divisor)


@pytest.mark.parametrize("per", ["", "furlong", "2M tokens", "k", "1M", "1G tokens"])
def test_words_that_name_no_unit(per):
    assert parse_per(per) is None


def test_an_operator_may_override_and_discount():
    price = override_price(TIERED, {"output": "4"}, discount=d("0.25"))
    assert price == Price(input=d("0.75"), output=d("3"), cache_read=d("0.075"))
    assert override_price(Price(tiers=TIERED.tiers), discount=d("0.5")) == Price(
        tiers=(PriceTier(above=100, input=d("1.5")), PriceTier(above=1000, input=d("2.5"), output=d("3.5")))
    )
    assert override_price(Price(tiers=TIERED.tiers), {"currency": "EUR"}) == Price(currency="EUR", tiers=TIERED.tiers)
    assert override_price(None, {"input": d("1"), "currency": "EUR"}) == Price(input=d("1"), currency="EUR")
    assert override_price(None, discount=d("0.5")) is None
    assert override_price(CHAT) is CHAT


@pytest.mark.parametrize(
    ("overrides", "discount", "field"),
    [
        ({"inputs": "1"}, None, "inputs"),
        ({"input": 0.1}, None, "input"),
        ({"input": "cheap"}, None, "price"),
        (None, d("1.1"), "discount"),
        (None, d("-0.1"), "discount"),
        (None, d("NaN"), "discount"),
    ],
)
def test_a_wrong_override_is_refused_by_name(overrides: Any, discount, field):
    with pytest.raises(ParameterInvalid) as caught:
        override_price(CHAT, overrides, discount=discount)
    assert caught.value.field == field


def test_a_bill_costs_microseconds():
    usage = tokens(1000, 100)
    best = math.inf
    for _ in range(5):
        start = time.process_time()
        for _ in range(2000):
            cost_of(CHAT, usage)
        best = min(best, (time.process_time() - start) / 2000)
    print(f"cost_of: {best * 1e6:.2f} µs")
    assert best < 25e-6  # several times the target: this catches a lost cache, not a busy machine
