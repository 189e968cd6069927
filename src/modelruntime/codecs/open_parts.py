"""The parts of a streamed answer that have begun and not ended. Whatever happens to the stream, each of them ends."""

from __future__ import annotations

from msgspec.structs import replace

from modelruntime.entities import events
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.parts import (
    HostedToolPart,
    MediaPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)


class OpenParts:
    """Turns what a family's machine finds into balanced events: a part starts, grows, ends."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: dict[str, tuple[Part, list[str]]] = {}

    def is_open(self, key: str) -> bool:
        """Has the part begun and not ended?"""
        return key in self._open

    def text(self, key: str) -> str:
        """The deltas of an open part so far, joined."""
        return "".join(self._open[key][1])

    def start(self, key: str, part: Part) -> list[StreamEvent]:
        """Open a part of the kind of `part`, which holds what is known of it by now."""
        self._open[key] = (part, [])
        match part:
            case TextPart():
                return [events.TextStart(key)]
            case ReasoningPart():
                return [events.ReasoningStart(key)]
            case ToolCallPart():
                return [events.ToolCallStart(key, part.id, part.name)]
            case HostedToolPart():
                return [events.HostedToolStart(key, part.kind)]
            case _:
                raise TypeError(f"{type(part).__name__} comes whole, it is never open")

    def more(self, key: str, text: str) -> list[StreamEvent]:
        """A delta of an open part; nothing for an empty one."""
        if not text:
            return []
        part, texts = self._open[key]
        texts.append(text)
        match part:
            case TextPart():
                return [events.TextDelta(key, text)]
            case ReasoningPart():
                return [events.ReasoningDelta(key, text)]
            case ToolCallPart():
                return [events.ToolCallDelta(key, text)]
            case _:
                return [events.HostedToolDelta(key, "input", text)]

    def end(self, key: str) -> list[StreamEvent]:
        """End an open part that is what its deltas made it."""
        part, texts = self._open.pop(key)
        text = "".join(texts)
        match part:
            case TextPart():
                return [events.TextEnd(key, replace(part, text=text))]
            case ReasoningPart():
                return [events.ReasoningEnd(key, replace(part, text=text))]
            case ToolCallPart():
                return [events.ToolCallEnd(key, replace(part, arguments=text))]
            case HostedToolPart():
                return [events.HostedToolEnd(key, part)]
            case _:
                return []

    def whole(self, key: str, part: Part) -> list[StreamEvent]:
        """All events of a part that came in one piece, or what an open one still lacks, with the part as the vendor has it."""
        match part:
            case SourcePart():
                return [events.SourceEvent(key, part)]
            case MediaPart():
                return [events.MediaEvent(key, part)]
            case OpaquePart():
                return [events.OpaqueEvent(key, part)]
            case _:
                told = [] if self.is_open(key) else self.start(key, part)
                if not self.text(key):
                    told += self.more(key, _said(part))
                del self._open[key]
                return [*told, _end_of(key, part)]

    def end_all(self) -> list[StreamEvent]:
        """End what is open, in the order in which it began."""
        return [event for key in list(self._open) for event in self.end(key)]


def _said(part: Part) -> str:
    match part:
        case TextPart() | ReasoningPart():
            return part.text
        case ToolCallPart():
            return part.arguments
        case _:
            return ""


def _end_of(key: str, part: Part) -> StreamEvent:
    match part:
        case TextPart():
            return events.TextEnd(key, part)
        case ReasoningPart():
            return events.ReasoningEnd(key, part)
        case ToolCallPart():
            return events.ToolCallEnd(key, part)
        case HostedToolPart():
            return events.HostedToolEnd(key, part)
        case _:
            raise TypeError(f"{type(part).__name__} has no end")
