"""Events as the family's named server-sent events, ended by `message_stop`
(https://docs.anthropic.com/en/docs/build-with-claude/streaming, read 2026-11-22).

The family streams one block at a time and numbers them; parts of ours may overlap. What belongs to a later block waits until
the block before it has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from modelruntime.codecs.anthropic.family import FAMILY
from modelruntime.codecs.anthropic.inbound.fault import render_fault
from modelruntime.codecs.anthropic.inbound.reply import about, render_block, render_citation, render_stop, render_usage
from modelruntime.codecs.dialect import Fault, Served
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.events import (
    FinishEvent,
    HostedToolEnd,
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
    UsageEvent,
)
from modelruntime.entities.usage import Usage

_encode = msgspec.json.encode
_STARTS = (TextStart, ReasoningStart, ToolCallStart)
_ENDS = (TextEnd, ReasoningEnd, ToolCallEnd)


class MessagesEncoder:
    """One streamed message."""

    __slots__ = ("_index", "_open", "_served", "_usage", "_waiting")

    def __init__(self, served: Served) -> None:
        self._served = served
        self._index = -1
        self._open: str | None = None
        """The id of the part whose block is open."""
        self._waiting: list[StreamEvent] = []
        self._usage = Usage()

    def feed(self, event: StreamEvent) -> bytes:
        """The events of the family that an event of ours becomes."""
        if isinstance(event, TextDelta) and event.id == self._open:
            return self._delta(b'{"type":"text_delta","text":' + _encode(event.text) + b"}")
        return b"".join(self._events(event))

    def fail(self, fault: Fault) -> bytes:
        """The error in place of `message_stop`."""
        return b"event: error\ndata: " + render_fault(fault) + b"\n\n"

    def _events(self, event: StreamEvent) -> Iterator[bytes]:
        if isinstance(event, StreamStart):
            yield self._message_start()
        elif isinstance(event, UsageEvent):
            self._usage = event.usage
        elif isinstance(event, FinishEvent):
            yield from self._finish(event)
        elif self._open is not None and getattr(event, "id", None) != self._open and not isinstance(event, SourceEvent):
            self._waiting.append(event)
        else:
            yield from self._part(event)
            if isinstance(event, _ENDS):
                yield from self._catch_up()

    def _part(self, event: StreamEvent) -> Iterator[bytes]:
        if isinstance(event, _STARTS):
            self._index += 1
            self._open = event.id
            yield self._say("content_block_start", index=self._index, content_block=_empty(event))
        elif isinstance(event, TextDelta):
            yield self._delta(_encode({"type": "text_delta", "text": event.text}))
        elif isinstance(event, ReasoningDelta):
            yield self._delta(_encode({"type": "thinking_delta", "thinking": event.text}))
        elif isinstance(event, ToolCallDelta):
            yield self._delta(_encode({"type": "input_json_delta", "partial_json": event.arguments}))
        elif isinstance(event, SourceEvent):
            if self._open is not None:
                yield self._delta(_encode({"type": "citations_delta", "citation": render_citation(event.part)}))
        elif isinstance(event, _ENDS):
            yield from self._end(event)
        elif isinstance(event, HostedToolEnd | OpaqueEvent):
            yield from self._whole(render_block(event.part))

    def _end(self, event: TextEnd | ReasoningEnd | ToolCallEnd) -> Iterator[bytes]:
        if isinstance(event, ReasoningEnd):
            facts = facts_of(FAMILY, event.part.provider_metadata)
            yield self._delta(_encode({"type": "signature_delta", "signature": facts.get("signature", "")}))
        yield self._say("content_block_stop", index=self._index)
        self._open = None

    def _whole(self, block: JSON | None) -> Iterator[bytes]:
        if block is not None:
            self._index += 1
            yield self._say("content_block_start", index=self._index, content_block=block)
            yield self._say("content_block_stop", index=self._index)

    def _catch_up(self) -> Iterator[bytes]:
        """What waited for the block that has just ended."""
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            yield from self._events(event)

    def _finish(self, event: FinishEvent) -> Iterator[bytes]:
        delta = {"stop_reason": render_stop(event.finish), "stop_sequence": None}
        yield self._say("message_delta", delta=delta, usage=render_usage(event.usage))
        yield self._say("message_stop")

    def _message_start(self) -> bytes:
        message: JSON = {**about(self._served.id, self._served.model), "content": [], "stop_reason": None, "stop_sequence": None}
        return self._say("message_start", message={**message, "usage": render_usage(self._usage)})

    def _delta(self, delta: bytes) -> bytes:
        head = b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,"delta":' % self._index
        return head + delta + b"}\n\n"

    def _say(self, kind: str, **fields: Any) -> bytes:
        return f"event: {kind}\ndata: ".encode() + _encode({"type": kind, **fields}) + b"\n\n"


def _empty(event: TextStart | ReasoningStart | ToolCallStart) -> JSON:
    """The block as it begins."""
    if isinstance(event, TextStart):
        return {"type": "text", "text": ""}
    if isinstance(event, ReasoningStart):
        return {"type": "thinking", "thinking": "", "signature": ""}
    return {"type": "tool_use", "id": event.tool_call_id, "name": event.name, "input": {}}
