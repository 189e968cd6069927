"""A ranking."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class RerankItem(msgspec.Struct, frozen=True):
    """One document of the call: its position there, the vendor's own score, its text."""

    index: int
    score: float
    document: str


class RerankResult(msgspec.Struct, frozen=True):
    """Items best first. Scores are the vendor's, never rescaled unless the caller asked for it."""

    model: str
    items: tuple[RerankItem, ...]
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    request_id: str | None = None
    provider_metadata: dict[str, Any] | None = None
    raw: RawReply | None = None
