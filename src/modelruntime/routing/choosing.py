"""The order in which a call tries those that could take it.

The strategy chooses among the ready ones; those that it did not choose are fallbacks, in their order. The ill ones come last, the
one that opens soonest first. Nobody is left out: when all are ill, trying beats refusing. Reads no clock and draws no number.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from modelruntime.routing.strategy import Strategy


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One of those that could take the call, as it stands now."""

    name: str
    """What `sticky` tells it by; stays the same when others come or go."""
    weight: int = 1
    in_flight: int = 0
    latency: float | None = None
    """Seconds lately; None when nothing is known."""
    price: Decimal | None = None
    """Of a sample call, all in one currency; None when unknown."""
    ill_until: float | None = None
    """None: it is ready. Else the moment from which it may be tried again."""


class Chance(msgspec.Struct, frozen=True):
    """What differs from call to call: a count of the calls, two random numbers (0 ≤ x < 1), and what a call sticks by."""

    turn: int = 0
    first: float = 0.0
    second: float = 0.0
    stick: str = ""


def order(strategy: Strategy, standings: Sequence[Standing], chance: Chance) -> tuple[int, ...]:
    """All indexes, each once, the first choice first."""
    ready = [index for index, one in enumerate(standings) if one.ill_until is None]
    ill = sorted((one.ill_until, index) for index, one in enumerate(standings) if one.ill_until is not None)
    chosen = _ORDERS[strategy](standings, ready, chance) if len(ready) > 1 else ready
    return (*chosen, *(index for _, index in ill))


def _ordered(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    return ready


def _round_robin(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    return _first(ready, ready[chance.turn % len(ready)])


def _weighted(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    left = chance.first * sum(max(standings[index].weight, 0) for index in ready)
    for index in ready:
        weight = max(standings[index].weight, 0)
        if left < weight:
            return _first(ready, index)
        left -= weight
    return ready  # no weights at all


def _least_in_flight(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    """The better of two drawn at random: near the best without everybody's running to the same one."""
    one = int(chance.first * len(ready))
    other = int(chance.second * (len(ready) - 1))
    pair = (ready[one], ready[other + (other >= one)])
    return _first(ready, min(pair, key=lambda index: (_load(standings[index]), index)))


def _latency(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    """Those of which nothing is known are tried first, else nothing would ever be known; among equals the less busy."""
    return sorted(ready, key=lambda index: (standings[index].latency or 0.0, standings[index].in_flight, index))


def _cost(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    return sorted(ready, key=lambda index: (standings[index].price is None, standings[index].price or 0, index))


def _sticky(standings: Sequence[Standing], ready: list[int], chance: Chance) -> list[int]:
    """Weighted rendezvous hashing: one that goes away moves its own callers alone."""
    return sorted(ready, key=lambda index: (-_draw(standings[index], chance.stick), index))


def _draw(one: Standing, stick: str) -> float:
    """A number that depends on both names alone; a higher weight wins in proportion."""
    digest = hashlib.blake2b(f"{stick}\0{one.name}".encode(), digest_size=8).digest()
    share = (int.from_bytes(digest, "big") + 1) / (2**64 + 1)
    return max(one.weight, 0) / -math.log(share)


def _load(one: Standing) -> float:
    return (one.in_flight + 1) / one.weight if one.weight > 0 else math.inf


def _first(ready: list[int], chosen: int) -> list[int]:
    return [chosen, *(index for index in ready if index != chosen)]


_ORDERS: dict[Strategy, Callable[[Sequence[Standing], list[int], Chance], list[int]]] = {
    "ordered": _ordered,
    "round_robin": _round_robin,
    "weighted": _weighted,
    "least_in_flight": _least_in_flight,
    "latency": _latency,
    "cost": _cost,
    "sticky": _sticky,
}
