"""The order in which one call tries the candidates of its name, by what is known of them at this moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from modelruntime.gateway.candidates import Candidate, Choices, Group
from modelruntime.gateway.health_table import HealthTable
from modelruntime.routing.choosing import Chance, Standing, order
from modelruntime.routing.strategy import Strategy

LIVE: frozenset[Strategy] = frozenset(("least_in_flight", "latency"))
"""Strategies that ask how busy and how fast each one is."""
NAMES_AT_MOST = 4096
FREE = ("", Decimal(0))
"""The price of what costs nothing, in any currency."""
PriceOf = Callable[[Candidate], tuple[str, Decimal] | None]


class Balancer:
    """Keeps the turns of round robin; everything else is the health table's."""

    def __init__(self, health: HealthTable, clock: Callable[[], float] = time.monotonic) -> None:
        self._health = health
        self._clock = clock
        self._turns: dict[str, int] = {}

    def ordered(self, choices: Choices, stick: str, price_of: PriceOf) -> tuple[Candidate, ...]:
        """All candidates, the first to be tried first: by the route's strategy among its models, then by that of each model among
        its credentials; the ill ones last."""
        now = self._clock()
        groups = choices.groups
        if len(groups) > 1 and choices.strategy != "ordered":
            standings = self._of_groups(choices, now, price_of)
            groups = tuple(groups[index] for index in order(choices.strategy, standings, self._chance(choices.turns, stick)))
        found: list[Candidate] = []
        for group in groups:
            found += self._of_group(group, stick, now)
        if len(groups) == 1 or self._health.all_well:
            return tuple(found)
        ill = [self._health.ill_until(candidate.place, now) for candidate in found]
        if not any(moment is not None for moment in ill):
            return tuple(found)
        standings = [Standing(name="", ill_until=moment) for moment in ill]
        return tuple(found[index] for index in order("ordered", standings, Chance()))

    def _of_group(self, group: Group, stick: str, now: float) -> list[Candidate]:
        candidates = group.candidates
        if len(candidates) == 1 or (group.strategy == "ordered" and self._health.all_well):
            return list(candidates)
        standings: Sequence[Standing] = group.standings
        if group.strategy in LIVE or not self._health.all_well:
            standings = [self._standing(candidate, now) for candidate in candidates]
        chance = self._chance(group.turns, stick)
        return [candidates[index] for index in order(group.strategy, standings, chance)]

    def _standing(self, candidate: Candidate, now: float) -> Standing:
        known = self._health.known(candidate.place)
        row = candidate.credential
        return Standing(
            name=candidate.place[2],
            weight=1 if row is None else row.weight,
            in_flight=0 if known is None else known.in_flight,
            latency=None if known is None or known.latency is None else known.latency.faded(now),
            ill_until=self._health.ill_until(candidate.place, now),
        )

    def _of_groups(self, choices: Choices, now: float, price_of: PriceOf) -> list[Standing]:
        """A model stands as well as the best of its credentials; prices count in the currency of the first that has one."""
        prices: list[tuple[str, Decimal] | None] = []
        if choices.strategy == "cost":
            prices = [price_of(group.candidates[0]) for group in choices.groups]
        currency = next((price[0] for price in prices if price is not None and price != FREE), None)
        found: list[Standing] = []
        for at, group in enumerate(choices.groups):
            ones = [self._standing(candidate, now) for candidate in group.candidates]
            ready = [one for one in ones if one.ill_until is None]
            known = [one.latency for one in ready if one.latency is not None]
            price = prices[at] if prices else None
            found.append(
                Standing(
                    name=group.name,
                    weight=group.weight,
                    in_flight=sum(one.in_flight for one in ones),
                    latency=min(known, default=None),
                    price=price[1] if price is not None and (price == FREE or price[0] == currency) else None,
                    ill_until=None if ready else min(one.ill_until or now for one in ones),
                )
            )
        return found

    def _chance(self, name: str, stick: str) -> Chance:
        if len(self._turns) >= NAMES_AT_MOST:
            self._turns = {}
        turn = self._turns.get(name, -1) + 1
        self._turns[name] = turn
        return Chance(turn, random.random(), random.random(), stick)  # noqa: S311 (no secret)
