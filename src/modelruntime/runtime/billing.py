"""What a call cost, put on its result."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.rerank_result import RerankResult
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.runtime.job import Prepared
from modelruntime.runtime.target import Target
from modelruntime.schema.pricing import cost_of

R = TypeVar("R", EmbeddingResult, RerankResult, TranscriptionResult, SpeechResult, ModerationResult)


def billed(target: Target, prepared: Prepared, result: R) -> R:
    """The result with its cost by the target's price, and with the warnings of its preparation first."""
    cost = cost_of(target.schema.pricing, result.usage)
    return replace(result, cost=cost, warnings=prepared.warnings + result.warnings)
