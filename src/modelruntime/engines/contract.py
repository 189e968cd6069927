"""What an in-process engine is.

An engine is one loaded model. It is plain blocking code; the host (`engines/host.py`) loads it lazily and once, runs it
on a worker thread behind a bounded queue, unloads it on request, and bridges to async. `stream` yields the same events
as a codec's decoder, `TTS` yields audio bytes. A `should_stop()` that turns true asks the engine to stop soon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from modelruntime.entities.call import LLMCall, ModerationCall, RerankCall, Speech2TextCall, TextEmbeddingCall, TTSCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.rerank_result import RerankResult
from modelruntime.entities.speech_result import SpeechResult, Voice
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.schema.model import ModelSchema


class EngineSpec(msgspec.Struct, frozen=True):
    """What to load: the declared model, its verified files by declared name, and options from credentials and settings
    (`threads`, `context`, …)."""

    schema: ModelSchema
    files: dict[str, Path]
    options: dict[str, Any] = {}


class Engine(Protocol):
    """Common to all engines."""

    def close(self) -> None:
        """Free the memory. Called once, on the worker thread."""
        ...


class LLMEngine(Engine, Protocol):
    """Chat in process."""

    def invoke(self, call: LLMCall) -> LLMResult: ...
    def stream(self, call: LLMCall, should_stop: Callable[[], bool]) -> Iterator[StreamEvent]: ...
    def count_tokens(self, call: LLMCall) -> int: ...


class TextEmbeddingEngine(Engine, Protocol):
    """Embeddings in process."""

    def invoke(self, call: TextEmbeddingCall) -> EmbeddingResult: ...
    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]: ...


class RerankEngine(Engine, Protocol):
    """Rerank in process."""

    def invoke(self, call: RerankCall) -> RerankResult: ...


class Speech2TextEngine(Engine, Protocol):
    """Transcription in process."""

    def invoke(self, call: Speech2TextCall) -> TranscriptionResult: ...


class TTSEngine(Engine, Protocol):
    """Speech in process."""

    def invoke(self, call: TTSCall) -> SpeechResult: ...
    def stream(self, call: TTSCall, should_stop: Callable[[], bool]) -> Iterator[bytes]: ...
    def voices(self, language: str | None = None) -> tuple[Voice, ...]: ...


class ModerationEngine(Engine, Protocol):
    """Moderation in process."""

    def invoke(self, call: ModerationCall) -> ModerationResult: ...
