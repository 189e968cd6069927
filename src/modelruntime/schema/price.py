"""Prices as declared."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class PriceTier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Prices that hold when the input of a call has more than `above` tokens (and no higher tier applies)."""

    above: int
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None


class Price(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Prices in one currency. None is unknown, 0 is free.

    Each price counts `unit` tokens-worth: amount = quantity × price × unit (`0.000001`: the price is per million).
    `per` names the unit for people and for what is not tokens: `1M tokens`, `1k tokens`, `1k characters`,
    `1M characters`, `minute`, `hour`, `second`, `search`, `1k searches`, `request`. For those the quantity is counted in
    the noun (minutes for `minute`, searches for `1k searches`); a declaration in the original's form may also have
    other counts of tokens or characters, e.g. `10k tokens`.
    """

    currency: str = "USD"
    per: str = "1M tokens"
    unit: Decimal = Decimal("0.000001")
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    """Price of what is kept in the cache for an hour, where that costs more than the vendor's default."""
    reasoning: Decimal | None = None
    """Price of reasoning tokens where it differs from output."""
    audio_input: Decimal | None = None
    audio_output: Decimal | None = None
    image_input: Decimal | None = None
    request: Decimal | None = None
    """Flat price of a call."""
    tiers: tuple[PriceTier, ...] = ()
    source: str | None = None
