"""Usage (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching, read 2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_count, as_object, as_text
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def parse_usage(value: Any) -> Usage:
    """`input_tokens` counts neither cache reads nor writes, so the total is their sum."""
    usage = as_object(value)
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    fresh, read, write = (as_count(usage.get(name)) for name in names)
    total = None if fresh is None else fresh + (read or 0) + (write or 0)
    hour = as_count(as_object(usage.get("cache_creation")).get("ephemeral_1h_input_tokens"))
    reasoning = as_count(as_object(usage.get("output_tokens_details")).get("thinking_tokens"))
    return Usage(
        InputUsage(total, fresh, read, write, cache_write_1h=hour),
        OutputUsage(as_count(usage.get("output_tokens")), reasoning=reasoning),
        searches=as_count(as_object(usage.get("server_tool_use")).get("web_search_requests")),
        raw=usage or None,
        tier=as_text(usage.get("service_tier")),
    )
