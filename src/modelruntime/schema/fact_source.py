"""Where a fact comes from."""

from __future__ import annotations

import msgspec


class FactSource(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A URL, or the word `unverified`, and the day it was read (ISO date). `facts` limits it to some keys."""

    url: str
    date: str | None = None
    facts: tuple[str, ...] = ()
