"""What a price counts: the words of `Price.per`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

Quantity = Literal["tokens", "characters", "seconds", "searches", "request"]
"""The field of `Usage` that is counted; `request` counts calls."""


class PriceUnit(msgspec.Struct, frozen=True):
    """`kind` is what is counted; one of it costs price × `factor` ÷ `divisor` (`1k characters`: 0.001; `minute`: ÷ 60)."""

    kind: Quantity
    factor: Decimal = Decimal(1)
    divisor: int = 1


_WORDS: dict[str, tuple[Quantity, int]] = {
    "token": ("tokens", 1),
    "character": ("characters", 1),
    "second": ("seconds", 1),
    "minute": ("seconds", 60),
    "hour": ("seconds", 3600),
    "search": ("searches", 1),
    "request": ("request", 1),
}
_SCALES = {"": 0, "k": -3, "m": -6}
_PER = re.compile(r"(?:(1)?\s*([km]?)\s+|1\s+)?([a-z]+?)(?:es|s)?", re.IGNORECASE)


@lru_cache(maxsize=256)
def parse_per(per: str) -> PriceUnit | None:
    """The unit that `per` names: `1M tokens`, `1k characters`, `minute`, `hour`, `second`, `search`, `request`, …; None for
    words that name none."""
    match = _PER.fullmatch(per.strip())
    if match is None or match[3].lower() not in _WORDS:
        return None
    kind, divisor = _WORDS[match[3].lower()]
    return PriceUnit(kind, Decimal(1).scaleb(_SCALES[(match[2] or "").lower()]), divisor)
