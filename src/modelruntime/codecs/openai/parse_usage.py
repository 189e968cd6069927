"""Usage, wherever a vendor of this family puts its numbers.

Cached tokens: `prompt_tokens_details.cached_tokens` (the family's own), `prompt_cache_hit_tokens`
(https://api-docs.deepseek.com/guides/kv_cache), `cached_tokens` or `num_cached_tokens` beside the totals; searches:
`num_search_queries` (https://docs.perplexity.ai/api-reference), `server_tool_use_details` (https://openrouter.ai/docs),
`num_sources_used` (https://docs.x.ai/docs/guides/live-search); unverified. The prompt's total includes what a cache
gave. Reasoning is part of the completion's total, except at endpoints whose grand total shows that it was left out.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_count, as_object, at_pointer, is_object
from modelruntime.codecs.openai.plain_usage import ABSURD, NO_COMPLETION_DETAILS, NO_PROMPT_DETAILS, PlainUsage, as_plain
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.schema.profile import Profile

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
    if not profile.cached_tokens_pointers and (plain := as_plain(usage)) is not None:
        return _of_plain(plain, usage, tier)
    return parse_any_usage(usage, profile, tier)


def _of_plain(plain: PlainUsage, usage: dict[str, Any], tier: str | None) -> Usage:
    """What `parse_any_usage` would say of it."""
    prompt = plain.prompt_tokens_details or NO_PROMPT_DETAILS
    made = plain.completion_tokens_details or NO_COMPLETION_DETAILS
    total, read, written = plain.prompt_tokens, prompt.cached_tokens, prompt.cache_write_tokens
    fresh = None if read is None else _fresh(total, read, written)
    return Usage(
        InputUsage(total, fresh, read, written, prompt.audio_tokens, prompt.image_tokens),
        _output(plain.completion_tokens, made.reasoning_tokens, made.audio_tokens, made.image_tokens, total, plain.total_tokens),
        raw=usage,
        tier=tier,
    )


def parse_any_usage(usage: dict[str, Any], profile: Profile, tier: str | None = None) -> Usage:
    """`parse_usage` of a usage object in any words."""
    prompt = _counts(usage.get("prompt_tokens_details")) or _counts(usage.get("input_tokens_details"))
    completion = _counts(usage.get("completion_tokens_details")) or _counts(usage.get("output_tokens_details"))
    counts = _counts(usage)
    total = counts.get("prompt_tokens", counts.get("input_tokens"))
    cache_read = _cache_read(usage, counts, prompt, profile)
    cache_write = prompt.get("cache_write_tokens", prompt.get("cache_creation_tokens"))
    if cache_write is None:
        cache_write = counts.get("cache_creation_input_tokens")
    return Usage(
        input=InputUsage(
            total=total,
            fresh=_fresh(total, cache_read, cache_write),
            cache_read=cache_read,
            cache_write=cache_write,
            audio=prompt.get("audio_tokens", counts.get("audio_prompt_tokens")),
            image=prompt.get("image_tokens"),
        ),
        output=_output(
            counts.get("completion_tokens", counts.get("output_tokens")),
            completion.get("reasoning_tokens", counts.get("reasoning_tokens")),
            completion.get("audio_tokens"),
            completion.get("image_tokens"),
            total,
            counts.get("total_tokens"),
        ),
        seconds=counts.get("prompt_audio_seconds"),
        searches=_searches(usage, counts),
        raw=usage,
        tier=tier,
    )


def _counts(fields: object) -> dict[str, int]:
    """The fields that hold sound numbers: whole, not negative, not absurd. Looked at once, since a reply is asked for many."""
    if not is_object(fields):
        return {}
    return {name: count for name, value in fields.items() if (count := as_count(value)) is not None and count < ABSURD}


def _cache_read(usage: dict[str, Any], counts: dict[str, int], prompt: dict[str, int], profile: Profile) -> int | None:
    for pointer in profile.cached_tokens_pointers:
        found = as_count(at_pointer(usage, pointer))
        if found is not None and found < ABSURD:
            return found
    if (told := prompt.get("cached_tokens")) is not None:
        return told
    return counts.get("prompt_cache_hit_tokens", counts.get("cached_tokens", counts.get("num_cached_tokens")))


def _searches(usage: dict[str, Any], counts: dict[str, int]) -> int | None:
    found = counts.get("num_search_queries")
    for name in ("server_tool_use_details", "server_tool_use"):
        if found is None and name in usage:
            found = _counts(usage[name]).get("web_search_requests")
    return counts.get("num_sources_used") if found is None else found


def _output(
    total: int | None, reasoning: int | None, audio: int | None, image: int | None, prompt_total: int | None, grand: int | None
) -> OutputUsage:
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
