"""One call, as codecs and engines see it: validated, attachments resolved, nothing vendor-specific.

`parameters` are model parameters after the parameter policy, under their wire names (a dotted
name is a nested field). `extra` is merged into the
request body last, objects member by member. A codec reads what it knows, passes on the rest, and warns about what it must drop.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.entities.messages import Message
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, ImagePart, MediaSource, TextPart, VideoPart
from modelruntime.entities.stored_bytes import StoredBytes
from modelruntime.entities.token_ids import TokenIds
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice


class LLMCall(msgspec.Struct, frozen=True):
    """A chat or completion call. `prompt` is set, and `messages` empty, for a model in completion mode."""

    model: str
    messages: tuple[Message, ...] = ()
    prompt: str | None = None
    parameters: dict[str, Any] = {}
    tools: tuple[Tool | HostedTool, ...] = ()
    tool_choice: ToolChoice | None = None
    output: OutputFormat | None = None
    stream: bool = False
    strict: bool = False
    extra: dict[str, Any] = {}
    verbatim: dict[str, msgspec.Raw] | None = None
    """Fields of the body as a client of the codec's own family wrote them, in place of messages, tools and output. For codecs
    that say so (`takes_verbatim`)."""


EmbeddingInput = str | TextPart | ImagePart | VideoPart | AudioPart | TokenIds


class TextEmbeddingCall(msgspec.Struct, frozen=True):
    """Inputs to embed. `input_type` says what the vectors are for; families without the notion ignore it."""

    model: str
    inputs: tuple[EmbeddingInput, ...]
    input_type: Literal["query", "document"] | None = None
    parameters: dict[str, Any] = {}
    strict: bool = False
    extra: dict[str, Any] = {}


class RerankCall(msgspec.Struct, frozen=True):
    """Documents to order by how well they answer `query`."""

    model: str
    query: str
    documents: tuple[str, ...]
    top_n: int | None = None
    score_threshold: float | None = None
    parameters: dict[str, Any] = {}
    strict: bool = False
    extra: dict[str, Any] = {}


class Speech2TextCall(msgspec.Struct, frozen=True):
    """A recording to write down; `task` `translate` asks for English text."""

    model: str
    audio: bytes
    """Empty where it is `stored`."""
    filename: str = "audio.wav"
    media_type: str = "audio/wav"
    task: Literal["transcribe", "translate"] = "transcribe"
    parameters: dict[str, Any] = {}
    strict: bool = False
    extra: dict[str, Any] = {}
    stored: StoredBytes | None = None
    """A recording that is not held in memory, for codecs that send it from where it is (`streams_audio`)."""

    @property
    def recording(self) -> bytes | StoredBytes:
        """What is to be written down, wherever it is."""
        return self.audio if self.stored is None else self.stored


class TTSCall(msgspec.Struct, frozen=True):
    """Text to speak. `voice` None means the model's default voice."""

    model: str
    text: str
    voice: str | None = None
    parameters: dict[str, Any] = {}
    strict: bool = False
    extra: dict[str, Any] = {}


ModerationInput = str | tuple[TextPart | ImagePart, ...]


class ModerationCall(msgspec.Struct, frozen=True):
    """Content to judge: a text, or parts judged together."""

    model: str
    input: ModerationInput
    parameters: dict[str, Any] = {}
    strict: bool = False
    extra: dict[str, Any] = {}


Call = LLMCall | TextEmbeddingCall | RerankCall | Speech2TextCall | TTSCall | ModerationCall

__all__ = [
    "Call",
    "EmbeddingInput",
    "LLMCall",
    "MediaSource",
    "ModerationCall",
    "ModerationInput",
    "RerankCall",
    "Speech2TextCall",
    "TTSCall",
    "TextEmbeddingCall",
]
