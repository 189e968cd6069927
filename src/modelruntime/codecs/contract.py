"""What a codec is: one wire family's speech for one model type.

Codecs are stateless objects found by name through `codecs/registry.py`. `invoke` and `stream` render the call at once,
so a call that cannot be said raises `ParameterInvalid` before anything is sent.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from modelruntime.codecs.operation import Endpoint, Operation, StreamingOperation
from modelruntime.entities.call import LLMCall, ModerationCall, RerankCall, Speech2TextCall, TextEmbeddingCall, TTSCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.rerank_result import RerankResult
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.schema.price import Price


class LLMCodec(Protocol):
    """Chat or completion."""

    name: str

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Operation[LLMResult]: ...
    def stream(self, call: LLMCall, endpoint: Endpoint) -> StreamingOperation[StreamEvent]: ...


class TextEmbeddingCodec(Protocol):
    """Embeddings. Splits a call into requests of `profile.embedding_max_batch` inputs."""

    name: str

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> Operation[EmbeddingResult]: ...


class RerankCodec(Protocol):
    """Rerank."""

    name: str

    def invoke(self, call: RerankCall, endpoint: Endpoint) -> Operation[RerankResult]: ...


class Speech2TextCodec(Protocol):
    """Transcription and translation."""

    name: str

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Operation[TranscriptionResult]: ...


class TTSCodec(Protocol):
    """Speech; `stream` yields audio bytes as they come."""

    name: str

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Operation[SpeechResult]: ...
    def stream(self, call: TTSCall, endpoint: Endpoint) -> StreamingOperation[bytes]: ...


class ModerationCodec(Protocol):
    """Moderation."""

    name: str

    def invoke(self, call: ModerationCall, endpoint: Endpoint) -> Operation[ModerationResult]: ...


class RemoteModel(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a vendor's model list: what the vendor itself says, nothing guessed."""

    id: str
    label: str | None = None
    model_type: str | None = None
    context: int | None = None
    max_output: int | None = None
    features: tuple[str, ...] | None = None
    pricing: Price | None = None
    raw: dict[str, Any] = {}


class ListingCodec(Protocol):
    """Remote model listing."""

    name: str

    def list_models(self, endpoint: Endpoint) -> Operation[tuple[RemoteModel, ...]]: ...


Codec = LLMCodec | TextEmbeddingCodec | RerankCodec | Speech2TextCodec | TTSCodec | ModerationCodec | ListingCodec
