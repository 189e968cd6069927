"""The family's stream events → ours. A stopped block is parsed like one of a whole reply, so the two cannot disagree.

Events: https://docs.anthropic.com/en/docs/build-with-claude/streaming, read 2026-11-22. The terminal fact is `message_stop`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.anthropic.parse_blocks import parse_block, parse_citation
from modelruntime.codecs.anthropic.parse_reply import parse_message
from modelruntime.codecs.anthropic.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, without
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart, UsageEvent
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.parts import TextPart, ToolCallPart

_HOSTED = ("server_tool_use", "mcp_tool_use")
_GROWING = ("text", "thinking", "tool_use", *_HOSTED)


class MessagesMachine:
    """The state of one streamed message."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._blocks: dict[int, JSON] = {}
        self._message: JSON = {}
        self._sources = 0
        self._called = False
        self._stopped = False

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one message."""
        payload = message.payload
        match payload.get("type", message.name):
            case "message_start":
                self._message = dict(payload["message"])
                return [self._started()]
            case "content_block_start":
                return self._start(payload["index"], dict(payload["content_block"]))
            case "content_block_delta":
                return self._delta(payload["index"], payload["delta"])
            case "content_block_stop":
                return self._stop(payload["index"])
            case "message_delta":
                return [self._changed(payload)]
            case "message_stop":
                self._stopped = True
                return self.close()
            case _:  # ping, and what is not known yet
                return []

    def close(self) -> list[StreamEvent]:
        """The finish, once `message_stop` was seen."""
        return [self._finished()] if self._stopped else []

    def _finished(self) -> FinishEvent:
        result = parse_message({**self._message, "content": []}, self._context)
        finish = result.finish
        if self._context.output_tool and finish.unified == "tool_calls" and not self._called:
            finish = Finish("stop", finish.raw)
        elif self._called and finish.unified == "stop" and finish.raw == "tool_use":
            finish = Finish("tool_calls", finish.raw)
        return FinishEvent(
            finish,
            result.usage,
            provider_metadata=result.provider_metadata,
            message_metadata=result.message.provider_metadata,
            model=result.model,
            response_id=result.response_id,
        )

    def _started(self) -> StreamStart:
        model = as_text(self._message.get("model")) or self._context.endpoint.model
        return StreamStart(model, self._head.request_id, self._context.warnings, as_text(self._message.get("id")))

    def _changed(self, payload: JSON) -> UsageEvent:
        delta = as_object(payload.get("delta"))
        container = delta.get("container") or self._message.get("container")
        usage = {**as_object(self._message.get("usage")), **without_nulls(as_object(payload.get("usage")))}
        self._message = {**self._message, **delta, "container": container, "usage": usage}
        return UsageEvent(parse_usage(usage))

    def _start(self, index: int, block: JSON) -> list[StreamEvent]:
        self._blocks[index] = block
        if block["type"] not in _GROWING:
            return []
        told = self.parts.start(str(index), self._parsed(block))
        if block["type"] == "tool_use":
            return told
        return told + self.parts.more(str(index), block.get("text") or block.get("thinking") or "")

    def _delta(self, index: int, delta: JSON) -> list[StreamEvent]:
        block, key = self._blocks[index], str(index)
        match delta["type"]:
            case "text_delta":
                block["text"] += delta["text"]
                return self.parts.more(key, delta["text"])
            case "thinking_delta":
                block["thinking"] += delta["thinking"]
                return self.parts.more(key, delta["thinking"])
            case "input_json_delta":
                return self.parts.more(key, delta["partial_json"])
            case "citations_delta":
                block["citations"] = [*as_array(block.get("citations")), delta["citation"]]
                self._sources += 1
                return self.parts.whole(f"source-{self._sources}", parse_citation(delta["citation"]))
            case _:  # signature_delta, compaction_delta: members of the block
                block.update(without(delta, ("type",)))
                return []

    def _stop(self, index: int) -> list[StreamEvent]:
        key, block = str(index), self._blocks.pop(index)
        text = self.parts.text(key) if self.parts.is_open(key) else ""
        if block["type"] in _HOSTED and text.strip():
            block["input"] = msgspec.json.decode(text)
        part = self._parsed(block)
        if isinstance(part, ToolCallPart):
            self._called = True
            part = msgspec.structs.replace(part, arguments=text or part.arguments)
        elif block["type"] == "tool_use":
            part = TextPart(text or "{}")
        return self.parts.whole(key, part)

    def _parsed(self, block: JSON) -> Any:
        return parse_block(block, self._context.output_tool)[0]


def without_nulls(values: JSON) -> JSON:
    """Later usage says null where it has nothing new."""
    return {name: value for name, value in values.items() if value is not None}
