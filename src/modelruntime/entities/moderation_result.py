"""A judgement of content."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class Category(msgspec.Struct, frozen=True):
    """One category: was it flagged, and the model's score (0 to 1 for most vendors; None when it gives none)."""

    flagged: bool
    score: float | None = None


class ModerationResult(msgspec.Struct, frozen=True):
    """The judgement of one input; `categories` uses the vendor's own names, unknown ones are kept."""

    model: str
    flagged: bool
    categories: dict[str, Category]
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    request_id: str | None = None
    provider_metadata: dict[str, Any] | None = None
    raw: RawReply | None = None
