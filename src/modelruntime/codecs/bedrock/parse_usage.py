"""Usage (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def parse_usage(value: Any, tier: Any = None) -> Usage:
    """`inputTokens` counts neither cache reads nor writes, so the total is their sum."""
    usage = as_object(value)
    fresh, read, write = (as_count(usage.get(name)) for name in ("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"))
    total = None if fresh is None else fresh + (read or 0) + (write or 0)
    kept = [as_object(row) for row in as_array(usage.get("cacheDetails"))]
    hour = next((as_count(row.get("inputTokens")) for row in kept if row.get("ttl") == "1h"), None)
    return Usage(
        InputUsage(total, fresh, read, write, cache_write_1h=hour),
        OutputUsage(as_count(usage.get("outputTokens"))),
        raw=usage or None,
        tier=as_text(as_object(tier).get("type")),
    )
