"""A hint where a prompt may be cached."""

from __future__ import annotations

import msgspec


class CacheHint(msgspec.Struct, frozen=True):
    """Everything up to and including what carries this hint stays the same over many calls: cache it.

    A hint changes cost and speed, never the answer. Families that take explicit marks render it; families that cache by
    themselves ignore it without a warning. `ttl` is the vendor's word for how long (`5m`, `1h`); None is its default.
    """

    ttl: str | None = None
