"""What a message is made of: an ordered tuple of parts.

Every part may carry `provider_metadata`, keyed by codec name; a codec reads its own entry only. On what a model answered
it holds what the vendor attached (signatures, encrypted reasoning, ids, phases), is opaque, and is sent back. On what the
caller made it holds fields of that vendor's wire block which have no name here, e.g. `{codec: {"citations": {"enabled":
True}}}`. A `source` is a URL (`str`, also `data:`), `bytes`, a `pathlib.Path`, or a `FileRef`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef

MediaSource = str | bytes | Path | FileRef
Metadata = dict[str, Any]


class TextPart(msgspec.Struct, frozen=True, tag="text"):
    """Plain text."""

    text: str
    provider_metadata: Metadata | None = None
    cache: CacheHint | None = None


class ReasoningPart(msgspec.Struct, frozen=True, tag="reasoning"):
    """What the model thought, or a summary of it. `text` is empty when the vendor shows only an encrypted form,
    which then stands in `provider_metadata` and must be sent back."""

    text: str
    provider_metadata: Metadata | None = None


class ToolCallPart(msgspec.Struct, frozen=True, tag="tool_call"):
    """The model asks for a tool. `arguments` is the vendor's JSON text, untouched."""

    id: str
    name: str
    arguments: str
    provider_metadata: Metadata | None = None
    cache: CacheHint | None = None

    def json(self) -> Any:
        """The arguments, parsed; `{}` for an empty text. Raises `ParameterInvalid` when the model wrote no JSON."""
        if not self.arguments.strip():
            return {}
        try:
            return msgspec.json.decode(self.arguments)
        except msgspec.DecodeError as cause:
            raise ParameterInvalid(f"the arguments of tool call {self.name!r} are not JSON: {cause}", field=self.name) from cause


class HostedToolPart(msgspec.Struct, frozen=True, tag="hosted_tool"):
    """A step of a tool that the vendor defines and mostly runs itself (web search, code interpreter, …)."""

    kind: str
    """The vendor's word for the tool, e.g. `web_search`."""
    stage: Literal["call", "result", "call_and_result"]
    id: str | None = None
    data: Any = None
    """The vendor's object, untouched; what must be sent back is here."""
    provider_metadata: Metadata | None = None
    family: str | None = None
    """The codec whose object `data` is: only that family takes it back, others drop it with a warning."""


class SourcePart(msgspec.Struct, frozen=True, tag="source"):
    """A citation. It belongs to the text part before it: to the characters from `start` to `end` where the vendor gives
    them, else to the whole. `text` is the passage of the source, not of the answer."""

    url: str | None = None
    title: str | None = None
    text: str | None = None
    start: int | None = None
    end: int | None = None
    provider_metadata: Metadata | None = None


class ImagePart(msgspec.Struct, frozen=True, tag="image"):
    """An image for the model to look at."""

    source: MediaSource
    media_type: str | None = None
    detail: Literal["auto", "low", "high", "original"] | None = None
    provider_metadata: Metadata | None = None
    cache: CacheHint | None = None


class AudioPart(msgspec.Struct, frozen=True, tag="audio"):
    """Sound for the model to listen to."""

    source: MediaSource
    media_type: str | None = None
    provider_metadata: Metadata | None = None
    cache: CacheHint | None = None


class VideoPart(msgspec.Struct, frozen=True, tag="video"):
    """A film for the model to watch."""

    source: MediaSource
    media_type: str | None = None
    provider_metadata: Metadata | None = None
    cache: CacheHint | None = None


class DocumentPart(msgspec.Struct, frozen=True, tag="document"):
    """A document (PDF, text, …) for the model to read. `filename` is also its title where a family shows one."""

    source: MediaSource
    media_type: str | None = None
    filename: str | None = None
    provider_metadata: Metadata | None = None
    cache: CacheHint | None = None


class MediaPart(msgspec.Struct, frozen=True, tag="media"):
    """Media that the model made: an image, speech, a file."""

    source: MediaSource
    media_type: str | None = None
    id: str | None = None
    transcript: str | None = None
    provider_metadata: Metadata | None = None


class OpaquePart(msgspec.Struct, frozen=True, tag="opaque"):
    """A piece that one family knows and no field here names: a compacted history, a container upload, an item reference,
    a block the vendor added last week. Goes back untouched to that family; others drop it with a warning."""

    family: str
    """The codec whose piece it is."""
    kind: str
    """The vendor's word for it."""
    data: Any
    """The vendor's object, untouched."""
    provider_metadata: Metadata | None = None


Part = (
    TextPart
    | ReasoningPart
    | ToolCallPart
    | HostedToolPart
    | SourcePart
    | ImagePart
    | AudioPart
    | VideoPart
    | DocumentPart
    | MediaPart
    | OpaquePart
)
AttachmentPart = ImagePart | AudioPart | VideoPart | DocumentPart
