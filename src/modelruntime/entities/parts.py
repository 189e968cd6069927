"""What a message is made of: an ordered tuple of parts.

Every part may carry `provider_metadata`: what one vendor attached to it (signatures, encrypted reasoning, ids), keyed
by codec name. It is opaque, and a codec sends back what its own family needs. A `source` is a URL (`str`, also
`data:`), `bytes`, or a `pathlib.Path`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from modelruntime.entities.errors import ParameterInvalid

MediaSource = str | bytes | Path
Metadata = dict[str, Any]


class TextPart(msgspec.Struct, frozen=True, tag="text"):
    """Plain text."""

    text: str
    provider_metadata: Metadata | None = None


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

    def json(self) -> Any:
        """The arguments, parsed; `{}` for an empty text. Raises `ParameterInvalid` when the model wrote no JSON."""
        if not self.arguments.strip():
            return {}
        try:
            return msgspec.json.decode(self.arguments)
        except msgspec.DecodeError as cause:
            raise ParameterInvalid(f"the arguments of tool call {self.name!r} are not JSON: {cause}", field=self.name) from cause


class HostedToolPart(msgspec.Struct, frozen=True, tag="hosted_tool"):
    """A step of a tool that the vendor runs itself (web search, code interpreter, …)."""

    kind: str
    """The vendor's word for the tool, e.g. `web_search`."""
    stage: Literal["call", "result", "call_and_result"]
    id: str | None = None
    data: Any = None
    """The vendor's object, untouched; what must be sent back is here."""
    provider_metadata: Metadata | None = None


class SourcePart(msgspec.Struct, frozen=True, tag="source"):
    """A citation. `start` and `end` are character offsets into the text part before it, where the vendor gives them."""

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


class AudioPart(msgspec.Struct, frozen=True, tag="audio"):
    """Sound for the model to listen to."""

    source: MediaSource
    media_type: str | None = None
    provider_metadata: Metadata | None = None


class VideoPart(msgspec.Struct, frozen=True, tag="video"):
    """A film for the model to watch."""

    source: MediaSource
    media_type: str | None = None
    provider_metadata: Metadata | None = None


class DocumentPart(msgspec.Struct, frozen=True, tag="document"):
    """A document (PDF, text, …) for the model to read."""

    source: MediaSource
    media_type: str | None = None
    filename: str | None = None
    provider_metadata: Metadata | None = None


class MediaPart(msgspec.Struct, frozen=True, tag="media"):
    """Media that the model made: an image, speech, a file."""

    source: MediaSource
    media_type: str | None = None
    id: str | None = None
    transcript: str | None = None
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
)
AttachmentPart = ImagePart | AudioPart | VideoPart | DocumentPart
