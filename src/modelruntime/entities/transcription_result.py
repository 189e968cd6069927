"""What was said."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class TranscriptionSegment(msgspec.Struct, frozen=True):
    """A stretch of speech; `start` and `end` in seconds from the beginning."""

    start: float
    end: float
    text: str
    speaker: str | None = None


class TranscriptionResult(msgspec.Struct, frozen=True):
    """The text of a recording. `language` is a BCP 47 or ISO 639 word as the model gave it, `duration` in seconds."""

    model: str
    text: str
    language: str | None = None
    duration: float | None = None
    segments: tuple[TranscriptionSegment, ...] = ()
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    request_id: str | None = None
    provider_metadata: dict[str, Any] | None = None
    raw: RawReply | None = None
