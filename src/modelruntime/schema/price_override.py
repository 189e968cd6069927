"""An operator's own prices and discounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any, TypeVar

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.price import Price, PriceTier

_EXACT = Context(prec=1000)
P = TypeVar("P", Price, PriceTier)


def override_price(
    price: Price | None, overrides: Mapping[str, Any] | None = None, *, discount: Decimal | None = None
) -> Price | None:
    """The price with an operator's own numbers, then all of its amounts lowered by `discount` (0.2 is 20 % off).

    `overrides` holds fields of `Price` (`input`, `output`, `currency`, `tiers`, …; numbers as `Decimal`, `int` or text);
    where no price is declared they make one. Tiers would hide an overridden amount, so they go unless `tiers` is given too.
    Raises `ParameterInvalid` for a field that prices do not have, a number that is none, or a discount outside 0 … 1.
    """
    if overrides:
        price = _overridden(price or Price(), overrides)
    if discount is None or price is None:
        return price
    if not (discount.is_finite() and 0 <= discount <= 1):
        raise ParameterInvalid("a discount must be between 0 and 1: 0.2 takes a fifth off", field="discount")
    kept = _EXACT.subtract(Decimal(1), discount)
    tiers = tuple(_scaled(tier, kept) for tier in price.tiers)
    return msgspec.structs.replace(_scaled(price, kept), tiers=tiers)


def _overridden(price: Price, overrides: Mapping[str, Any]) -> Price:
    for name, value in overrides.items():
        if name not in Price.__struct_fields__:
            raise ParameterInvalid(f"a price has no {name!r}; it has {', '.join(Price.__struct_fields__)}", field=name)
        if isinstance(value, float):
            raise ParameterInvalid(f"{name} must be a Decimal or text, not a float: money is exact", field=name)
    changed = {"tiers": ()} | dict(overrides) if overrides.keys() & _AMOUNTS else dict(overrides)
    try:
        return msgspec.convert(msgspec.structs.asdict(price) | changed, Price, from_attributes=True)
    except msgspec.ValidationError as cause:
        raise ParameterInvalid(f"the overridden price cannot be read: {cause}", field="price") from cause


_AMOUNTS = frozenset(PriceTier.__struct_fields__) - {"above"}


def _scaled(price: P, kept: Decimal) -> P:
    changes: dict[str, Any] = {}
    for name in price.__struct_fields__:
        value = getattr(price, name)
        if isinstance(value, Decimal) and name != "unit":
            changes[name] = _EXACT.multiply(value, kept)
    return msgspec.structs.replace(price, **changes)
