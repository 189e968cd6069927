"""What a call consumed. Unknown numbers are None, never 0."""

from __future__ import annotations

from typing import Any

import msgspec


class InputUsage(msgspec.Struct, frozen=True, gc=False):
    """Tokens that went in. `total` includes everything below it; `fresh` is what was neither read from nor written to a cache."""

    total: int | None = None
    fresh: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    audio: int | None = None
    image: int | None = None
    cache_write_1h: int | None = None
    """The part of `cache_write` that is kept for an hour and costs more than the default."""


class OutputUsage(msgspec.Struct, frozen=True, gc=False):
    """Tokens that came out. `total` includes everything below it."""

    total: int | None = None
    text: int | None = None
    reasoning: int | None = None
    audio: int | None = None
    image: int | None = None


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Usage as the vendor reports it, or counted by us and then `estimated`."""

    input: InputUsage = InputUsage()
    output: OutputUsage = OutputUsage()
    characters: int | None = None
    """Characters of text, where speech is billed by them."""
    seconds: float | None = None
    """Seconds of audio."""
    searches: int | None = None
    """Searches or rerank units."""
    estimated: bool = False
    raw: dict[str, Any] | None = None
    """The vendor's usage object, untouched."""
    tier: str | None = None
    """The service tier that served the call, in the vendor's word (`default`, `priority`, `flex`, `batch`, …); prices differ."""
