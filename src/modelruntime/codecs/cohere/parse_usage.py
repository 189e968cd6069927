"""Usage: `tokens` are what the model read and wrote, with the vendor's own prompt around them; `billed_units` are what is paid for.

A question of seven tokens was recorded as 502 tokens and 7 billed units. Ours are the billed ones, so that a price times them is
the bill; the others stay in `raw`. For the same reason `cached_tokens`, which counts the former, is not a part of our total.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_count, as_object
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def parse_usage(value: Any) -> Usage:
    """The usage of a chat; a number that is not billed falls back to the tokens."""
    usage = as_object(value)
    billed, tokens = as_object(usage.get("billed_units")), as_object(usage.get("tokens"))
    read, written = (_either(billed, tokens, name) for name in ("input_tokens", "output_tokens"))
    return Usage(
        InputUsage(read),
        OutputUsage(written, reasoning=as_count(tokens.get("reasoning_tokens"))),
        searches=as_count(billed.get("search_units")),
        raw=usage or None,
    )


def _either(first: dict[str, Any], second: dict[str, Any], name: str) -> int | None:
    found = as_count(first.get(name))
    return as_count(second.get(name)) if found is None else found
