"""What several calls that are one to their caller consumed and cost together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from modelruntime.entities.cost import Cost
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def sum_usage(usages: Sequence[Usage]) -> Usage:
    """The sum, number by number; one that is unknown in any of them is unknown (None)."""
    if len(usages) == 1:
        return usages[0]
    return Usage(
        InputUsage(**{name: _sum([getattr(usage.input, name) for usage in usages]) for name in InputUsage.__struct_fields__}),
        OutputUsage(**{name: _sum([getattr(usage.output, name) for usage in usages]) for name in OutputUsage.__struct_fields__}),
        characters=_sum([usage.characters for usage in usages]),
        seconds=_sum([usage.seconds for usage in usages]),
        searches=_sum([usage.searches for usage in usages]),
        estimated=any(usage.estimated for usage in usages),
    )


def sum_cost(costs: Sequence[Cost | None]) -> Cost | None:
    """The sum; None where one is unknown or the currencies differ."""
    if len(costs) == 1:
        return costs[0]
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs) or len({cost.currency for cost in known}) != 1:
        return None
    return Cost(
        _total([cost.input for cost in known]),
        _total([cost.output for cost in known]),
        _total([cost.total for cost in known]),
        known[0].currency,
        tuple(row for cost in known for row in cost.unit_prices),
        any(cost.estimated for cost in known),
    )


def _sum(numbers: Sequence[Any]) -> Any:
    return None if any(number is None for number in numbers) else sum(numbers)


def _total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
