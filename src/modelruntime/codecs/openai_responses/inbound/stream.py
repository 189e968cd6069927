"""Events as the family's numbered server-sent events, ended by `response.completed`, `response.incomplete` or `response.failed`
(https://platform.openai.com/docs/api-reference/responses-streaming, read 2026-11-22). Each part is an item of its own. A stream
that is whole ends with `[DONE]`, which the open specification demands (https://www.openresponses.org/specification, read
2026-11-29)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.chat_stream import DONE
from modelruntime.codecs.openai_responses.inbound.output import item_id, render_annotation, render_item, text_content
from modelruntime.codecs.openai_responses.inbound.response import failed, finished, skeleton
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.events import (
    FinishEvent,
    HostedToolEnd,
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
from modelruntime.entities.parts import Part, ReasoningPart, TextPart, ToolCallPart

_encode = msgspec.json.encode


class ResponsesEncoder:
    """One streamed response."""

    def __init__(self, call: InboundCall, served: Served) -> None:
        self._response = skeleton(call, served)
        self._served = served
        self._number = 0
        self._items: list[JSON | None] = []
        """Finished items by their index; None while one is open."""
        self._open: dict[str, tuple[int, str]] = {}
        """Part id → index and id of its item."""
        self._notes: dict[str, list[JSON]] = {}
        self._text = ""
        """The id of the text that started last: a source belongs to it."""

    def feed(self, event: StreamEvent) -> bytes:
        """The events of the family that an event of ours becomes."""
        return b"".join(self._events(event))

    def fail(self, fault: Fault) -> bytes:
        """The response that failed, in place of one that completed."""
        return self._say("response.failed", response=failed(self._response, self._finished_items(), fault))

    def _events(self, event: StreamEvent) -> Iterator[bytes]:
        match event:
            case StreamStart():
                yield self._say("response.created", response=self._response)
                yield self._say("response.in_progress", response=self._response)
            case TextDelta():
                yield self._delta("response.output_text.delta", event.id, event.text, content_index=0, logprobs=[])
            case ReasoningDelta():
                yield self._delta("response.reasoning_summary_text.delta", event.id, event.text, summary_index=0)
            case ToolCallDelta():
                yield self._delta("response.function_call_arguments.delta", event.id, event.arguments)
            case TextStart() | ReasoningStart() | ToolCallStart():
                yield from self._start(event)
            case SourceEvent():
                yield from self._source(event)
            case TextEnd():
                yield from self._end_text(event)
            case ReasoningEnd():
                yield from self._end_reasoning(event)
            case ToolCallEnd():
                yield self._about(
                    "response.function_call_arguments.done", event.id, arguments=event.part.arguments, name=event.part.name
                )
                yield self._item_done(event.id, event.part)
            case HostedToolEnd() | MediaEvent() | OpaqueEvent():
                yield from self._whole(event.part)
            case FinishEvent():
                ended = finished(self._response, self._finished_items(), event.finish, event.usage, None)
                yield self._say(f"response.{ended['status']}", response=ended)
                yield DONE
            case _:
                pass

    def _start(self, event: TextStart | ReasoningStart | ToolCallStart) -> Iterator[bytes]:
        part: Part
        if isinstance(event, TextStart):
            part, self._text = TextPart(""), event.id
            self._notes[event.id] = []
        elif isinstance(event, ReasoningStart):
            part = ReasoningPart("")
        else:
            part = ToolCallPart(event.tool_call_id, event.name, "")
        at, identifier = len(self._items), item_id(part, self._served.id, len(self._items))
        self._items.append(None)
        self._open[event.id] = (at, identifier)
        begun = {**(render_item(part, identifier) or {}), "status": "in_progress"}
        if isinstance(event, TextStart):
            begun["content"] = []
        yield self._say("response.output_item.added", output_index=at, item=begun)
        if isinstance(event, TextStart):
            yield self._about("response.content_part.added", event.id, content_index=0, part=text_content(TextPart("")))
        elif isinstance(event, ReasoningStart):
            summary = {"type": "summary_text", "text": ""}
            yield self._about("response.reasoning_summary_part.added", event.id, summary_index=0, part=summary)

    def _source(self, event: SourceEvent) -> Iterator[bytes]:
        if (notes := self._notes.get(self._text)) is not None:
            note = render_annotation(event.part)
            notes.append(note)
            if self._text in self._open:
                place = {"content_index": 0, "annotation_index": len(notes) - 1}
                yield self._about("response.output_text.annotation.added", self._text, **place, annotation=note)

    def _end_text(self, event: TextEnd) -> Iterator[bytes]:
        content = text_content(event.part)
        if content["type"] == "output_text":
            content["annotations"] = self._notes[event.id]
            yield self._about("response.output_text.done", event.id, content_index=0, text=event.part.text, logprobs=[])
        yield self._about("response.content_part.done", event.id, content_index=0, part=content)
        yield self._item_done(event.id, event.part, content)

    def _end_reasoning(self, event: ReasoningEnd) -> Iterator[bytes]:
        text = event.part.text
        yield self._about("response.reasoning_summary_text.done", event.id, summary_index=0, text=text)
        summary = {"type": "summary_text", "text": text}
        yield self._about("response.reasoning_summary_part.done", event.id, summary_index=0, part=summary)
        yield self._item_done(event.id, event.part)

    def _item_done(self, part_id: str, part: Part, content: JSON | None = None) -> bytes:
        at, identifier = self._open.pop(part_id)
        item = render_item(part, identifier) or {}
        self._items[at] = item = {**item, "id": identifier, **({"content": [content]} if content else {})}
        return self._say("response.output_item.done", output_index=at, item=item)

    def _whole(self, part: Part) -> Iterator[bytes]:
        item = render_item(part, item_id(part, self._served.id, len(self._items)))
        if item is not None:
            self._items.append(item)
            yield self._say("response.output_item.added", output_index=len(self._items) - 1, item=item)
            yield self._say("response.output_item.done", output_index=len(self._items) - 1, item=item)

    def _finished_items(self) -> list[JSON]:
        return [item for item in self._items if item is not None]

    def _delta(self, kind: str, part_id: str, delta: str, **fields: Any) -> bytes:
        return self._about(kind, part_id, **fields, delta=delta)

    def _about(self, kind: str, part_id: str, **fields: Any) -> bytes:
        at, identifier = self._open[part_id]
        return self._say(kind, item_id=identifier, output_index=at, **fields)

    def _say(self, kind: str, **fields: Any) -> bytes:
        number, self._number = self._number, self._number + 1
        return f"event: {kind}\ndata: ".encode() + _encode({"type": kind, "sequence_number": number, **fields}) + b"\n\n"
