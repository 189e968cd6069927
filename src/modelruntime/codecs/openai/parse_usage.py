"""Usage, wherever a vendor of this family puts its numbers.

Cached tokens: `prompt_tokens_details.cached_tokens` (the family's own), `prompt_cache_hit_tokens`
(https://api-docs.deepseek.com/guides/kv_cache), `cached_tokens` or `num_cached_tokens` beside the totals; searches:
`num_search_queries` (https://docs.perplexity.ai/api-reference), `server_tool_use_details` (https://openrouter.ai/docs),
`num_sources_used` (https://docs.x.ai/docs/guides/live-search); unverified. The prompt's total includes what a cache
gave. Reasoning is part of the completion's total, except at endpoints whose grand total shows that it was left out.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_count, as_object, at_pointer
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.schema.profile import Profile

_ABSURD = 10**10
_NO_USAGE = Usage()


def find_usage(fields: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """The usage object of a reply or chunk; empty when it has none."""
    found = as_object(fields.get("usage"))
    if found:
        return found
    for pointer in (*profile.usage_pointers, "/x_groq/usage", "/choices/0/usage"):
        found = found or as_object(at_pointer(fields, pointer))
    return found


def parse_usage(usage: dict[str, Any], profile: Profile, tier: str | None = None) -> Usage:
    """What the vendor counted; `tier` is the service tier that it names elsewhere. Missing, negative and absurd numbers are
    None."""
    if not usage:
        return Usage(tier=tier) if tier else _NO_USAGE
    prompt = as_object(usage.get("prompt_tokens_details")) or as_object(usage.get("input_tokens_details"))
    completion = as_object(usage.get("completion_tokens_details")) or as_object(usage.get("output_tokens_details"))
    total = _first(usage.get("prompt_tokens"), usage.get("input_tokens"))
    cache_read = _first(
        *(at_pointer(usage, pointer) for pointer in profile.cached_tokens_pointers),
        prompt.get("cached_tokens"),
        usage.get("prompt_cache_hit_tokens"),
        usage.get("cached_tokens"),
        usage.get("num_cached_tokens"),
    )
    cache_write = _first(
        prompt.get("cache_write_tokens"), prompt.get("cache_creation_tokens"), usage.get("cache_creation_input_tokens")
    )
    return Usage(
        input=InputUsage(
            total=total,
            fresh=_fresh(total, cache_read, cache_write),
            cache_read=cache_read,
            cache_write=cache_write,
            audio=_first(prompt.get("audio_tokens"), usage.get("audio_prompt_tokens")),
            image=_first(prompt.get("image_tokens")),
        ),
        output=_output(usage, completion, total),
        seconds=_first(usage.get("prompt_audio_seconds")),
        searches=_first(
            usage.get("num_search_queries"),
            as_object(usage.get("server_tool_use_details")).get("web_search_requests"),
            as_object(usage.get("server_tool_use")).get("web_search_requests"),
            usage.get("num_sources_used"),
        ),
        raw=usage,
        tier=tier,
    )


def _output(usage: dict[str, Any], details: dict[str, Any], prompt_total: int | None) -> OutputUsage:
    total = _first(usage.get("completion_tokens"), usage.get("output_tokens"))
    reasoning = _first(details.get("reasoning_tokens"), usage.get("reasoning_tokens"))
    audio = _first(details.get("audio_tokens"))
    image = _first(details.get("image_tokens"))
    grand = _first(usage.get("total_tokens"))
    if (
        total is not None
        and reasoning
        and grand is not None
        and prompt_total is not None
        and grand == prompt_total + total + reasoning
    ):
        total += reasoning
    text = None if total is None or reasoning is None else max(0, total - reasoning - (audio or 0) - (image or 0))
    return OutputUsage(total, text, reasoning, audio, image)


def _fresh(total: int | None, cache_read: int | None, cache_write: int | None) -> int | None:
    if total is None or cache_read is None:
        return None
    return max(0, total - cache_read - (cache_write or 0))


def _first(*values: object) -> int | None:
    for value in values:
        if value is not None and (count := as_count(value)) is not None and count < _ABSURD:
            return count
    return None
