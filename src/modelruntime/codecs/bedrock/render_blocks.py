"""Parts → content blocks."""

from __future__ import annotations

import re
from typing import Any

from modelruntime.codecs.bedrock.family import FAMILY, cache_point
from modelruntime.codecs.bedrock.render_media import DocumentNames, render_media
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import Content, ToolMessage, parts_of
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    HostedToolPart,
    ImagePart,
    MediaPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
    VideoPart,
)
from modelruntime.schema.profile import Profile

_MEDIA = (ImagePart, DocumentPart, VideoPart, AudioPart, MediaPart)
_NO_ID = re.compile(r"[^a-zA-Z0-9_.:-]")
_LONGEST_ID = 64


class BlockRenderer:
    """Renders the content of one request's messages."""

    __slots__ = ("_names", "_profile", "_warnings")

    def __init__(self, profile: Profile, warnings: CallWarnings) -> None:
        self._profile = profile
        self._warnings = warnings
        self._names = DocumentNames()

    def blocks(self, content: Content) -> list[JSON]:
        """The blocks of a message. Empty texts, which the vendor refuses, are left out; what has no block is dropped with a
        warning."""
        found: list[JSON] = []
        for part in parts_of(content):
            if isinstance(part, SourcePart):
                self._cite(found, part)
            elif block := self._block(part):
                found += [block, *self.mark(getattr(part, "cache", None))]
        return found

    def result(self, message: ToolMessage) -> list[JSON]:
        """A tool's result, which stands in a user's turn; its media beside it, unless the profile puts them inside."""
        found = self.blocks(message.content)
        beside: list[JSON] = []
        if self._profile.tool_result_media == "user_message":
            beside = [block for block in found if "text" not in block]
            found = [block for block in found if "text" in block]
        result: JSON = {"toolUseId": call_id(message.tool_call_id), "content": found}
        if message.is_error:
            result["status"] = "error"
        return [{"toolResult": result | facts_of(FAMILY, message.provider_metadata)}, *beside, *self.mark(message.cache)]

    def mark(self, hint: CacheHint | None) -> list[JSON]:
        """The mark of a hint, for models that take marks: others would refuse the request."""
        return [cache_point(hint)] if hint is not None and self._profile.cache_marks == "cache_point" else []

    def _cite(self, found: list[JSON], part: SourcePart) -> None:
        """Puts a citation of this family back onto the text before it."""
        citation = facts_of(FAMILY, part.provider_metadata)
        if not citation or not found:
            return
        if "text" in found[-1]:
            found[-1] = {"citationsContent": {"content": [{"text": found[-1]["text"]}], "citations": []}}
        if cited := as_object(found[-1].get("citationsContent")):
            cited["citations"].append(citation)

    def _block(self, part: Part) -> JSON | None:
        facts = facts_of(FAMILY, part.provider_metadata)
        match part:
            case TextPart():
                return {"text": part.text} if part.text else None
            case ReasoningPart():
                return self._reasoning(part, facts)
            case ToolCallPart():
                return {"toolUse": {"toolUseId": call_id(part.id), "name": part.name, "input": _input(part), **facts}}
            case HostedToolPart() | OpaquePart() if part.family == FAMILY:
                return dict(part.data)
            case _ if isinstance(part, _MEDIA):
                return render_media(part, self._names)
            case _:
                self._warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it", "messages")
                return None

    def _reasoning(self, part: ReasoningPart, facts: JSON) -> JSON | None:
        if "redacted" in facts:
            return {"reasoningContent": {"redactedContent": facts["redacted"]}}
        if "signature" in facts or (part.text and self._profile.return_reasoning != "never"):
            return {"reasoningContent": {"reasoningText": {"text": part.text, **_signature(facts)}}}
        if part.text:
            self._warnings.map("reasoning without this family's signature is not sent back", "messages")
        return None


def call_id(name: str) -> str:
    """An id that the vendor takes, for calls that another vendor's model made."""
    return _NO_ID.sub("_", name)[:_LONGEST_ID]


def _signature(facts: JSON) -> JSON:
    return {"signature": facts["signature"]} if "signature" in facts else {}


def _input(part: ToolCallPart) -> Any:
    try:
        return part.json()
    except ParameterInvalid:  # what a model wrote is history, not the caller's mistake: it is shown as it was
        return {"invalid_json": part.arguments}
