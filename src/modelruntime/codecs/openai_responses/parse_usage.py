"""Usage and log probabilities."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def parse_usage(body: JSON) -> Usage:
    """`input_tokens` counts what came from a cache, `output_tokens` what was reasoned."""
    usage, tier = as_object(body.get("usage")), as_text(body.get("service_tier"))
    if not usage:
        return Usage(tier=tier)
    total, output = as_count(usage.get("input_tokens")), as_count(usage.get("output_tokens"))
    details = as_object(usage.get("input_tokens_details"))
    read, write = as_count(details.get("cached_tokens")), as_count(details.get("cache_write_tokens"))
    reasoning = as_count(as_object(usage.get("output_tokens_details")).get("reasoning_tokens"))
    fresh = None if total is None else total - (read or 0) - (write or 0)
    text = None if reasoning is None or output is None else output - reasoning
    return Usage(
        InputUsage(total, fresh, read, write),
        OutputUsage(output, text, reasoning),
        searches=as_count(as_object(as_object(body.get("tool_usage")).get("web_search")).get("num_requests")),
        raw=usage,
        tier=tier,
    )


def parse_logprobs(items: Any) -> tuple[TokenLogprob, ...] | None:
    """Those of every text, one after the other; None when there are none."""
    contents = (content for item in as_array(items) for content in as_array(as_object(item).get("content")))
    rows = [as_object(row) for content in contents for row in as_array(as_object(content).get("logprobs"))]
    return tuple(map(_row, rows)) or None


def _row(row: JSON) -> TokenLogprob:
    top = tuple((each["token"], each["logprob"]) for each in as_array(row.get("top_logprobs")))
    return TokenLogprob(row["token"], row["logprob"], top)
