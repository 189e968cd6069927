"""Text and reasoning of a stream as parts: one is open at a time, and another kind of content ends it."""

from __future__ import annotations

from typing import Any, Literal

from modelruntime.codecs.openai.think_tags import ThinkTags
from modelruntime.codecs.openai.vendor_fields import metadata_of
from modelruntime.entities.events import (
    ReasoningDelta,
    ReasoningEnd,
    ReasoningStart,
    StreamEvent,
    TextDelta,
    TextEnd,
    TextStart,
)
from modelruntime.entities.parts import ReasoningPart, TextPart
from modelruntime.schema.profile import Profile

Kind = Literal["text", "reasoning", "refusal"]


class StreamParts:
    """`text`, `reasoning` and `refusal` add to the open part or begin one; `end` ends it."""

    __slots__ = ("_count", "_id", "_kind", "_metadata", "_pieces", "_strip", "_tags")

    def __init__(self, profile: Profile) -> None:
        self._kind: Kind | None = None
        self._id = ""
        self._count = 0
        self._pieces: list[str] = []
        self._metadata: dict[str, Any] = {}
        self._strip = profile.text_lstrip
        self._tags = ThinkTags(profile.think_tags, begins_inside=profile.think_open) if profile.think_tags else None

    def text(self, text: str, out: list[StreamEvent]) -> None:
        """More text; what stands between think tags is reasoning."""
        if self._kind == "text" and self._tags is None:
            self._pieces.append(text)
            out.append(TextDelta(self._id, text))
        elif self._tags is None:
            self._say("text", text, {}, out)
        else:
            for kind, piece in self._tags.feed(text):
                self._say(kind, piece, {"field": "tags"} if kind == "reasoning" else {}, out)

    def reasoning(self, text: str, field: str, out: list[StreamEvent], **kept: Any) -> None:
        """More reasoning; `field` names where it stood, `kept` what stood beside it."""
        if self._tags is not None:
            self._tags.begin_outside()
        self._say("reasoning", text, {"field": field, **kept}, out)

    def refusal(self, text: str, out: list[StreamEvent]) -> None:
        """More of a refusal."""
        self._say("refusal", text, {"refusal": True}, out)

    def end(self, out: list[StreamEvent]) -> None:
        """Ends the open part."""
        if self._tags is not None:
            for kind, piece in self._tags.close():
                self._say(kind, piece, {"field": "tags"} if kind == "reasoning" else {}, out)
        self._end_open(out)

    def _say(self, kind: Kind, text: str, metadata: dict[str, Any], out: list[StreamEvent]) -> None:
        if kind == "text" and self._strip:
            text = text.lstrip()
            self._strip = not text
        if self._kind != kind:
            if not text:
                return
            self._end_open(out)
            self._kind = kind
            self._id = f"{'reasoning' if kind == 'reasoning' else 'text'}-{self._count}"
            self._count += 1
            out.append(ReasoningStart(self._id) if kind == "reasoning" else TextStart(self._id))
        self._metadata.update(metadata)
        if text:
            self._pieces.append(text)
            out.append(ReasoningDelta(self._id, text) if kind == "reasoning" else TextDelta(self._id, text))

    def _end_open(self, out: list[StreamEvent]) -> None:
        if self._kind is None:
            return
        text, metadata = "".join(self._pieces), metadata_of(self._metadata)
        if self._kind == "reasoning":
            out.append(ReasoningEnd(self._id, ReasoningPart(text, metadata)))
        else:
            out.append(TextEnd(self._id, TextPart(text, metadata)))
        self._kind, self._pieces, self._metadata = None, [], {}
