"""Usage in the family's words. Unknown numbers are left out, totals excepted: clients add them up, so they are 0 then."""

from __future__ import annotations

from typing import Any

from modelruntime.entities.usage import Usage


def render_usage(usage: Usage) -> dict[str, Any]:
    """`prompt_tokens`, `completion_tokens`, `total_tokens` and the known details."""
    prompt, completion = usage.input.total or 0, usage.output.total or 0
    body: dict[str, Any] = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    read = {
        "cached_tokens": usage.input.cache_read,
        "cache_write_tokens": usage.input.cache_write,
        "audio_tokens": usage.input.audio,
    }
    made = {"reasoning_tokens": usage.output.reasoning, "audio_tokens": usage.output.audio}
    for name, details in (("prompt_tokens_details", read), ("completion_tokens_details", made)):
        if known := {key: count for key, count in details.items() if count is not None}:
            body[name] = known
    return body
