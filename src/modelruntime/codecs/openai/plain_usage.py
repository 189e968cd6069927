"""Usage as the family's inventor says it, which nearly every vendor does: looked at in one go. See `parse_usage` for all others."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

ABSURD = 10**10
"""No honest count of tokens is as large."""
_Count = Annotated[int, msgspec.Meta(ge=0, lt=ABSURD)] | None


class PromptDetails(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """Parts of the prompt."""

    cached_tokens: _Count = None
    audio_tokens: _Count = None
    image_tokens: _Count = None
    text_tokens: _Count = None
    cache_write_tokens: _Count = None


class CompletionDetails(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """Parts of the answer."""

    reasoning_tokens: _Count = None
    audio_tokens: _Count = None
    image_tokens: _Count = None
    text_tokens: _Count = None
    accepted_prediction_tokens: _Count = None
    rejected_prediction_tokens: _Count = None


class PlainUsage(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The usage object."""

    prompt_tokens: _Count = None
    completion_tokens: _Count = None
    total_tokens: _Count = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


NO_PROMPT_DETAILS = PromptDetails()
NO_COMPLETION_DETAILS = CompletionDetails()


def as_plain(usage: dict[str, Any]) -> PlainUsage | None:
    """The usage, where it holds sound numbers under these names and nothing else."""
    try:
        return msgspec.convert(usage, PlainUsage)
    except msgspec.ValidationError:
        return None
