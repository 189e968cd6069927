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
    total = _first(usage, "prompt_tokens", "input_tokens")
    cache_read = _cache_read(usage, prompt, profile)
    cache_write = _first(prompt, "cache_write_tokens", "cache_creation_tokens")
    if cache_write is None:
        cache_write = _first(usage, "cache_creation_input_tokens")
    audio = _first(prompt, "audio_tokens")
    return Usage(
        input=InputUsage(
            total=total,
            fresh=_fresh(total, cache_read, cache_write),
            cache_read=cache_read,
            cache_write=cache_write,
            audio=_first(usage, "audio_prompt_tokens") if audio is None else audio,
            image=_first(prompt, "image_tokens"),
        ),
        output=_output(usage, completion, total),
        seconds=_first(usage, "prompt_audio_seconds"),
        searches=_searches(usage),
        raw=usage,
        tier=tier,
    )


def _cache_read(usage: dict[str, Any], prompt: dict[str, Any], profile: Profile) -> int | None:
    for pointer in profile.cached_tokens_pointers:
        if (found := _sound(at_pointer(usage, pointer))) is not None:
            return found
    found = _first(prompt, "cached_tokens")
    return _first(usage, "prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens") if found is None else found


def _searches(usage: dict[str, Any]) -> int | None:
    found = _first(usage, "num_search_queries")
    for name in ("server_tool_use_details", "server_tool_use"):
        if found is None and name in usage:
            found = _first(as_object(usage[name]), "web_search_requests")
    return _first(usage, "num_sources_used") if found is None else found


def _output(usage: dict[str, Any], details: dict[str, Any], prompt_total: int | None) -> OutputUsage:
    total = _first(usage, "completion_tokens", "output_tokens")
    reasoning = _first(details, "reasoning_tokens")
    if reasoning is None:
        reasoning = _first(usage, "reasoning_tokens")
    audio = _first(details, "audio_tokens")
    image = _first(details, "image_tokens")
    grand = _first(usage, "total_tokens")
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


def _first(fields: dict[str, Any], *names: str) -> int | None:
    """The first of these fields that holds a sound number."""
    for name in names:
        value = fields.get(name)
        if value is not None and (count := _sound(value)) is not None:
            return count
    return None


def _sound(value: object) -> int | None:
    count = as_count(value)
    return count if count is not None and count < _ABSURD else None
