"""Framing × machine = decoder: what the drafts share to turn bytes into balanced events, and events into a result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from modelruntime.entities.errors import InvokeError, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import (
    ErrorEvent,
    FinishEvent,
    HostedToolDelta,
    HostedToolEnd,
    HostedToolStart,
    MediaEvent,
    OpaqueEvent,
    ReasoningDelta,
    ReasoningEnd,
    ReasoningStart,
    SourceEvent,
    StreamEvent,
    StreamStart,
    TextDelta,
    TextEnd,
    TextStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
)
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
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
from tests.spike.wire import JSON

Message = tuple[str, JSON]
"""What a framing yields: the event's name (may be empty) and its JSON object."""


class Framing(Protocol):
    def feed(self, data: bytes) -> Iterable[Message]: ...


class Machine(Protocol):
    lives: Lives

    def receive(self, name: str, payload: JSON) -> list[StreamEvent]: ...

    def close(self) -> FinishEvent | None:
        """The last event if the terminal fact was seen."""
        ...


class Lives:
    """The parts that are open now; whatever happens, each of them ends."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Part, list[str]]] = {}

    def is_open(self, key: str) -> bool:
        return key in self._open

    def start(self, key: str, part: Part) -> list[StreamEvent]:
        self._open[key] = (part, [])
        match part:
            case TextPart():
                return [TextStart(key)]
            case ReasoningPart():
                return [ReasoningStart(key)]
            case ToolCallPart():
                return [ToolCallStart(key, part.id, part.name)]
            case HostedToolPart():
                return [HostedToolStart(key, part.kind)]
        raise TypeError(part)

    def more(self, key: str, text: str) -> list[StreamEvent]:
        if not text:
            return []
        part, texts = self._open[key]
        texts.append(text)
        match part:
            case TextPart():
                return [TextDelta(key, text)]
            case ReasoningPart():
                return [ReasoningDelta(key, text)]
            case ToolCallPart():
                return [ToolCallDelta(key, text)]
        return [HostedToolDelta(key, "input", text)]

    def text(self, key: str) -> str:
        return "".join(self._open[key][1])

    def end(self, key: str, whole: Part | None = None) -> list[StreamEvent]:
        """The end event. Without the `whole` part of the vendor, the deltas make it."""
        text = self.text(key)
        match whole or self._open[key][0]:
            case TextPart() as part:
                event: StreamEvent = TextEnd(key, part if whole else msgspec.structs.replace(part, text=text))
            case ReasoningPart() as part:
                event = ReasoningEnd(key, part if whole else msgspec.structs.replace(part, text=text))
            case ToolCallPart() as part:
                event = ToolCallEnd(key, part if whole else msgspec.structs.replace(part, arguments=text))
            case HostedToolPart() as part:
                event = HostedToolEnd(key, part)
            case part:
                raise TypeError(part)
        del self._open[key]
        return [event]

    def whole(self, key: str, part: Part) -> list[StreamEvent]:
        """All events of a part that came in one piece, or the rest of those of an open one."""
        match part:
            case SourcePart():
                return [SourceEvent(key, part)]
            case MediaPart():
                return [MediaEvent(key, part)]
            case OpaquePart():
                return [OpaqueEvent(key, part)]
        events = [] if self.is_open(key) else self.start(key, part)
        if not self.text(key) and not isinstance(part, HostedToolPart):
            events += self.more(key, part.arguments if isinstance(part, ToolCallPart) else part.text)  # type: ignore[union-attr]
        return events + self.end(key, part)

    def end_all(self) -> list[StreamEvent]:
        return [event for key in list(self._open) for event in self.end(key)]


class StreamDecoder:
    """The `Decoder` contract over any framing and machine."""

    def __init__(self, framing: Framing, machine: Machine) -> None:
        self._framing, self._machine, self._over = framing, machine, False

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        events: list[StreamEvent] = []
        if self._over:
            return events
        try:
            for name, payload in self._framing.feed(data):
                events += self._machine.receive(name, payload)
                if events and isinstance(events[-1], FinishEvent):
                    break
        except InvokeError as error:
            events += self._fail(error)
        except ValueError:
            events += self._fail(ServerUnavailable("the stream is garbled; try again"))
        if events and isinstance(events[-1], FinishEvent):
            events[-1:] = [*self._machine.lives.end_all(), events[-1]]
            self._over = True
        return events

    def close(self) -> Sequence[StreamEvent]:
        if self._over:
            return []
        if finish := self._machine.close():
            self._over = True
            return [*self._machine.lives.end_all(), finish]
        return self._fail(StreamIncomplete("the stream ended before the answer did; try again"))

    def _fail(self, error: InvokeError) -> list[StreamEvent]:
        self._over = True
        return [*self._machine.lives.end_all(), ErrorEvent(error)]


def gather(events: Iterable[StreamEvent]) -> LLMResult:
    """The result of a whole stream: parts in the order in which they started. Raises the error of a failed one."""
    parts: dict[str, Part | None] = {}
    model, response_id = "", None
    for event in events:
        match event:
            case StreamStart():
                model, response_id = event.model, event.response_id
            case TextStart() | ReasoningStart() | ToolCallStart() | HostedToolStart():
                parts[event.id] = None
            case TextEnd() | ReasoningEnd() | ToolCallEnd() | HostedToolEnd() | SourceEvent() | MediaEvent() | OpaqueEvent():
                parts[event.id] = event.part
            case ErrorEvent():
                raise event.error
            case FinishEvent():
                message = AssistantMessage(tuple(p for p in parts.values() if p), provider_metadata=event.message_metadata)
                return LLMResult(
                    event.model or model,
                    message,
                    event.finish,
                    event.usage,
                    provider_metadata=event.provider_metadata,
                    response_id=response_id,
                )
    raise StreamIncomplete("no last event")


def broken_law(events: Sequence[StreamEvent]) -> str | None:
    """The first law of `entities.events` that these events break."""
    if not events or not isinstance(events[-1], FinishEvent | ErrorEvent):
        return "no final event"
    if any(isinstance(e, FinishEvent | ErrorEvent) for e in events[:-1]):
        return "an event after the final one"
    open_: dict[str, str] = {}
    seen: set[str] = set()
    for event in events:
        match event:
            case TextStart() | ReasoningStart() | ToolCallStart() | HostedToolStart():
                if event.id in seen:
                    return f"{event.id} starts twice"
                seen.add(event.id)
                open_[event.id] = ""
            case TextDelta() | ReasoningDelta():
                open_[event.id] += event.text
            case ToolCallDelta():
                open_[event.id] += event.arguments
            case TextEnd() | ReasoningEnd() if open_.pop(event.id) != event.part.text:
                return f"deltas of {event.id} do not add up"
            case ToolCallEnd() if open_.pop(event.id) != event.part.arguments:
                return f"deltas of {event.id} do not add up"
            case HostedToolEnd():
                open_.pop(event.id)
    return f"{', '.join(open_)} never end" if open_ else None


def shown(events: Iterable[StreamEvent]) -> list[Any]:
    """Events in a form that compares: errors by class and sentence."""
    return [(type(e.error), str(e.error)) if isinstance(e, ErrorEvent) else e for e in events]
