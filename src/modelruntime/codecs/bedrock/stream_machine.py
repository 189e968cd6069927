"""The family's stream events → ours. A stopped block is parsed like one of a whole reply, so the two cannot disagree.

Events: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html, read 2026-11-28. The
terminal fact is `messageStop`; `metadata` with usage follows it and ends the answer.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from modelruntime.codecs.bedrock.parse_blocks import parse_block, parse_citation, single
from modelruntime.codecs.bedrock.parse_reply import parse_answer
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, without
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.parts import HostedToolPart, Part, ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.warning import CallWarning

_NO_USAGE = CallWarning("incomplete", "the vendor reported no usage", "usage")


class ConverseMachine:
    """The state of one streamed answer."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._started = False
        self._blocks: dict[str, JSON] = {}
        self._sources = 0
        self._called = False
        self._answer: JSON = {}

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one message."""
        name, payload = _named(message)
        told: list[StreamEvent] = []
        if not self._started:
            self._started = True
            told = [StreamStart(self._context.endpoint.model, self._head.request_id, self._context.warnings)]
        match name:
            case "contentBlockStart":
                return told + self._start(str(payload["contentBlockIndex"]), as_object(payload.get("start")))
            case "contentBlockDelta":
                return told + self._delta(str(payload["contentBlockIndex"]), payload["delta"])
            case "contentBlockStop":
                return told + self._stop(str(payload["contentBlockIndex"]))
            case "messageStop":
                self._answer |= payload
            case "metadata":
                self._answer |= payload
                return told + self.close()
            case _:  # messageStart, and what is not known yet
                pass
        return told

    def close(self) -> list[StreamEvent]:
        """The finish, once `messageStop` was seen."""
        return [self._finished()] if "stopReason" in self._answer else []

    def _finished(self) -> FinishEvent:
        result = parse_answer({**self._answer, "output": {}}, self._context)
        finish = result.finish
        if self._called and finish.raw == "tool_use":
            finish = Finish("tool_calls", finish.raw)
        return FinishEvent(
            finish,
            result.usage,
            warnings=() if "usage" in self._answer else (_NO_USAGE,),
            provider_metadata=result.provider_metadata,
            model=result.model,
        )

    def _start(self, key: str, start: JSON) -> list[StreamEvent]:
        kind, value = single(start)
        if kind == "toolUse":
            self._blocks[key] = {"toolUse": {**value, "input": {}}}
            return self.parts.start(key, self._parsed(key))
        if kind:
            self._blocks[key] = {kind: dict(value)}
        return []

    def _delta(self, key: str, delta: JSON) -> list[StreamEvent]:
        kind, value = single(delta)
        match kind:
            case "toolUse":
                return self.parts.more(key, value["input"])
            case "text":
                return self._open(key, TextPart("")) + self.parts.more(key, value)
            case "reasoningContent":
                return self._reason(key, value)
            case "citation":
                return self._cite(key, value)
            case "toolResult":
                block = self._blocks[key]["toolResult"]
                block["content"] = [*block.get("content", ()), *value]
            case "image":
                _add_image(self._blocks[key]["image"], value)
            case _:  # what is not known yet is kept whole
                self._blocks[key] = {kind: value}
        return []

    def _open(self, key: str, part: Part) -> list[StreamEvent]:
        """Begin a block that comes without a start of its own."""
        if self.parts.is_open(key):
            return []
        self._blocks.setdefault(key, {"text": ""} if isinstance(part, TextPart) else {"reasoningContent": {}})
        return self.parts.start(key, part)

    def _reason(self, key: str, value: JSON) -> list[StreamEvent]:
        told = self._open(key, ReasoningPart(""))
        kept = self._blocks[key]["reasoningContent"]
        if "redactedContent" in value:
            kept["redactedContent"] = _joined(kept.get("redactedContent"), value["redactedContent"])
        kept |= without(value, ("text", "redactedContent"))
        return told + self.parts.more(key, value.get("text", ""))

    def _cite(self, key: str, citation: JSON) -> list[StreamEvent]:
        told = self._open(key, TextPart(""))
        self._sources += 1
        return told + self.parts.whole(f"source-{self._sources}", parse_citation(citation))

    def _stop(self, key: str) -> list[StreamEvent]:
        if key not in self._blocks:
            return []  # an empty block
        text = self.parts.text(key) if self.parts.is_open(key) else ""
        block = self._blocks[key]
        if "text" in block:
            block["text"] = text
        elif "reasoningContent" in block and "redactedContent" not in block["reasoningContent"]:
            block["reasoningContent"] = {"reasoningText": {"text": text, **block["reasoningContent"]}}
        part = self._parsed(key)
        if isinstance(part, HostedToolPart) and part.stage == "call":
            block["toolUse"]["input"] = msgspec.json.decode(text) if text.strip() else {}
        elif isinstance(part, ToolCallPart):
            self._called = True
            part = msgspec.structs.replace(part, arguments=text or part.arguments)
        elif "toolUse" in block:
            part = TextPart(text or "{}")
        del self._blocks[key]
        return self.parts.whole(key, part)

    def _parsed(self, key: str) -> Part:
        return parse_block(self._blocks[key], self._context.output_tool)[0]


def _named(message: Message) -> tuple[str, JSON]:
    """Event and payload; inside an invoke stream the event's name is the key of its one member."""
    if message.name:
        return message.name, message.payload
    name, payload = single(message.payload)
    return name, as_object(payload)


def _joined(first: Any, second: str) -> str:
    if first is None:
        return second
    return b64encode((decode_base64(first) or b"") + (decode_base64(second) or b"")).decode("ascii")


def _add_image(image: JSON, more: JSON) -> None:
    """An image comes in pieces of its bytes; anything else of it replaces what stood there."""
    source = as_object(more.get("source"))
    if "bytes" in source:
        source = {"bytes": _joined(as_object(image.get("source")).get("bytes"), source["bytes"])}
    image |= without(more, ("source",)) | ({"source": source} if source else {})
