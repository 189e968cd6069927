"""What an in-process engine is.

An engine is one loaded model. It is plain blocking code; the host (`engines/host.py`) loads it lazily and once, runs it
on a worker thread behind a bounded queue, unloads it on request, and bridges to async. `stream` yields the same events
as a codec's decoder, `TTS` yields audio bytes. A `should_stop()` that turns true asks the engine to stop soon.

An engine is made by a factory, `factory(spec, context) -> Engine`, which `engines/registry.py` names. The factory is
called on the worker thread too, so it may take its time; it imports its packages itself, so that a missing one is
reported as such. Whatever it raises reaches the caller as a typed error: `ModelRuntimeError` as it is, the rest wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from modelruntime.entities.call import Call, LLMCall, ModerationCall, RerankCall, Speech2TextCall, TextEmbeddingCall, TTSCall
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
    """All files of a model stand in one folder under their declared names."""
    options: dict[str, Any] = {}
    parts: dict[str, EngineSpec] = {}
    """The models a composite one is made of, by their role in it; see `engines/spec.py`."""


class EngineContext(Protocol):
    """What the host offers to one engine."""

    @property
    def threads(self) -> int:
        """How many threads the engine may use: option `threads`, else `MODELRUNTIME_THREADS`, else cores - 1."""
        ...

    def should_stop(self) -> bool:
        """Whether the caller of the running call has gone: for engines that can stop in the middle of `invoke`."""
        ...

    def invoke_part(self, role: str, call: Call) -> Any:
        """Call the part `role` of the spec on its own worker; the part is shared with direct callers of that model."""
        ...

    def progress(self, fraction: float, message: str) -> None:
        """Tell observers how far loading is, 0 to 1."""
        ...


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


EngineFactory = Callable[[EngineSpec, EngineContext], Engine]
