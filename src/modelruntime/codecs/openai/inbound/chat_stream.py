"""Events as chunks of a chat completion, one server-sent event each, ended by `[DONE]`.

A stream that fails says so in an event with `error` and has no `[DONE]`: a client must not take it for whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.answer_parts import is_refusal, render_media, render_source
from modelruntime.codecs.openai.inbound.chat_reply import render_logprobs
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.finish import render_finish
from modelruntime.codecs.openai.inbound.usage import render_usage
from modelruntime.entities.events import (
    FinishEvent,
    MediaEvent,
    ReasoningDelta,
    SourceEvent,
    StreamEvent,
    StreamStart,
    TextDelta,
    TextEnd,
    ToolCallDelta,
    ToolCallStart,
)

_encode = msgspec.json.encode
DONE = b"data: [DONE]\n\n"


class ChatEncoder:
    """One stream. What every chunk begins and ends with is encoded once."""

    __slots__ = ("_end", "_head", "_opened", "calls", "choice", "stream_usage")

    def __init__(self, call: InboundCall, served: Served) -> None:
        about = {"id": served.id, "object": "chat.completion.chunk", "created": served.created, "model": served.model}
        self._opened = b"data: " + _encode(about)[:-1] + b',"choices":['
        self._head = self._opened + b'{"index":%d,"delta":' % served.choice
        self._end = b',"finish_reason":null}]}\n\n'
        self.stream_usage = call.stream_usage
        self.choice = served.choice
        self.calls: dict[str, int] = {}
        """Part id → index of its call."""

    def feed(self, event: StreamEvent) -> bytes:
        """The chunk that an event becomes; nothing for events the family has no word for."""
        if isinstance(event, TextDelta):
            return self._head + b'{"content":' + _encode(event.text) + b"}" + self._end
        feeder = _FEEDERS.get(type(event))
        return feeder(self, event) if feeder else b""

    def fail(self, fault: Fault) -> bytes:
        """The error in place of an end."""
        return b"data: " + render_fault(fault) + b"\n\n"

    def delta(self, fields: dict[str, Any]) -> bytes:
        """A chunk with something new in it."""
        return self._head + _encode(fields) + self._end

    def last(self, choice: dict[str, Any], usage: dict[str, Any]) -> bytes:
        """The chunk that ends the answer, usage where the client asked for it, and the end of the stream."""
        counted = self._opened + b'],"usage":' + _encode(usage) + b"}\n\n" if self.stream_usage else b""
        return self._opened + _encode(choice) + b"]}\n\n" + counted + DONE


def _start(encoder: ChatEncoder, event: StreamStart) -> bytes:
    return encoder.delta({"role": "assistant", "content": ""})


def _reasoning(encoder: ChatEncoder, event: ReasoningDelta) -> bytes:
    return encoder.delta({"reasoning_content": event.text})


def _text_end(encoder: ChatEncoder, event: TextEnd) -> bytes:
    """That a text was a refusal is known at its end."""
    return encoder.delta({"refusal": event.part.text}) if is_refusal(event.part) else b""


def _call_start(encoder: ChatEncoder, event: ToolCallStart) -> bytes:
    at = encoder.calls[event.id] = len(encoder.calls)
    function = {"name": event.name, "arguments": ""}
    return encoder.delta({"tool_calls": [{"index": at, "id": event.tool_call_id, "type": "function", "function": function}]})


def _call_delta(encoder: ChatEncoder, event: ToolCallDelta) -> bytes:
    return encoder.delta({"tool_calls": [{"index": encoder.calls[event.id], "function": {"arguments": event.arguments}}]})


def _source(encoder: ChatEncoder, event: SourceEvent) -> bytes:
    return encoder.delta({"annotations": [render_source(event.part)]})


def _media(encoder: ChatEncoder, event: MediaEvent) -> bytes:
    media = render_media(event.part)
    if media is None:
        return b""
    field, value = media
    return encoder.delta({field: value if field == "audio" else [value]})


def _finish(encoder: ChatEncoder, event: FinishEvent) -> bytes:
    choice: dict[str, Any] = {"index": encoder.choice, "delta": {}, "finish_reason": render_finish(event.finish)}
    if event.logprobs:
        choice["logprobs"] = render_logprobs(event.logprobs)
    return encoder.last(choice, render_usage(event.usage))


_FEEDERS: dict[type, Callable[[ChatEncoder, Any], bytes]] = {
    StreamStart: _start,
    ReasoningDelta: _reasoning,
    TextEnd: _text_end,
    ToolCallStart: _call_start,
    ToolCallDelta: _call_delta,
    SourceEvent: _source,
    MediaEvent: _media,
    FinishEvent: _finish,
}
