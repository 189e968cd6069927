"""What a call cost, exactly."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class UnitPrice(msgspec.Struct, frozen=True, gc=False):
    """One row of the bill: `quantity` of `kind` (`input`, `cache_read`, `output`, `characters`, …) at `price` per `per` units."""

    kind: str
    quantity: Decimal
    price: Decimal
    per: str
    amount: Decimal


class Cost(msgspec.Struct, frozen=True, gc=False):
    """Money in one currency, never rounded. A part whose price or quantity is unknown is None, and so is `total` then."""

    input: Decimal | None
    output: Decimal | None
    total: Decimal | None
    currency: str
    unit_prices: tuple[UnitPrice, ...] = ()
    estimated: bool = False
    """True when the usage behind it was counted by us, or tokens of a kind that vendors price apart (cache, audio) had to be
    billed at the price of plain ones because theirs is not declared."""
