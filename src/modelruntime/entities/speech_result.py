"""Spoken text."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class SpeechResult(msgspec.Struct, frozen=True):
    """Audio bytes in the container or encoding that `media_type` names; `sample_rate` in Hz where known."""

    model: str
    audio: bytes
    media_type: str
    sample_rate: int | None = None
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    request_id: str | None = None
    provider_metadata: dict[str, Any] | None = None


class Voice(msgspec.Struct, frozen=True):
    """A voice of a text-to-speech model: the id to pass as `voice`, a name to show, the languages it speaks (BCP 47)."""

    id: str
    name: str
    languages: tuple[str, ...] = ()
