"""Streamed responses: items open and close, their contents are the parts.

Events: https://platform.openai.com/docs/api-reference/responses-streaming, read 2026-11-22. Terminal facts:
`response.completed`, `response.incomplete`, `response.failed`, `error`. Azure sends a `response.failed` that does not say
why, and then an `error` that does (https://github.com/earendil-works/pi/issues/7983, read 2026-11-29).
"""

from __future__ import annotations

from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.openai_responses.family import failure
from modelruntime.codecs.openai_responses.parse_items import parse_annotation, parse_item
from modelruntime.codecs.openai_responses.parse_reply import parse_response
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.parts import HostedToolPart, Part, ReasoningPart, SourcePart, TextPart, ToolCallPart

_INPUTS = ("_call_code.delta", "_call_arguments.delta", "_call_input.delta", "_call_command.delta")
"""What a tool of the vendor's is told, as it is written: code, arguments, free text, a command."""
_TEXTS = ("response.output_text.delta", "response.refusal.delta")


class ResponsesMachine:
    """The state of one streamed response."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._sources: set[str] = set()
        self._failed: InvokeError | None = None
        """A failure that did not say why, until an `error` does."""

    def close(self) -> list[StreamEvent]:
        """The failure that nothing explained; else nothing: the last event was the vendor's, or the answer is not whole."""
        return [ErrorEvent(self._failed)] if self._failed else []

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one event."""
        payload = message.payload
        kind = str(payload.get("type") or message.name)
        match kind:
            case "response.created":
                return [self._started(payload["response"])]
            case "response.output_item.added":
                return self._added(payload["output_index"], payload["item"])
            case "response.content_part.added":
                part: Part = ReasoningPart("") if payload["part"]["type"] == "reasoning_text" else TextPart("")
                return self._open(_content_id(payload), part)
            case _ if kind in _TEXTS:
                return self._open(_content_id(payload), TextPart("")) + self.parts.more(_content_id(payload), payload["delta"])
            case "response.reasoning_text.delta":
                return self._open(_content_id(payload), ReasoningPart("")) + self.parts.more(_content_id(payload), payload["delta"])
            case "response.reasoning_summary_part.added":
                return self._open(_summary_id(payload), ReasoningPart(""))
            case "response.reasoning_summary_text.delta":
                return self._open(_summary_id(payload), ReasoningPart("")) + self.parts.more(_summary_id(payload), payload["delta"])
            case "response.function_call_arguments.delta":
                return self.parts.more(f"{payload['output_index']}", payload["delta"])
            case "response.output_text.annotation.added":
                return self._source(f"{_content_id(payload)}:{payload['annotation_index']}", payload["annotation"])
            case "response.output_item.done":
                return self._done(payload["output_index"], payload["item"])
            case "response.completed" | "response.incomplete":
                return [self._finished(payload["response"])]
            case "response.failed":
                return self._fail(payload["response"])
            case "error":
                raise failure(payload, self._context.endpoint, self._head)
            case _ if kind.endswith(_INPUTS):
                key = f"{payload['output_index']}"
                return self.parts.more(key, payload["delta"]) if self.parts.is_open(key) else []
            case _:
                return []

    def _started(self, response: JSON) -> StreamStart:
        model = as_text(response.get("model")) or self._context.endpoint.model
        return StreamStart(model, self._head.request_id, self._context.warnings, as_text(response.get("id")))

    def _finished(self, response: JSON) -> FinishEvent:
        result = parse_response(response, self._context)
        return FinishEvent(
            result.finish,
            result.usage,
            logprobs=result.logprobs,
            provider_metadata=result.provider_metadata,
            model=result.model,
            response_id=result.response_id,
        )

    def _fail(self, response: JSON) -> list[StreamEvent]:
        error = failure(response, self._context.endpoint, self._head)
        if as_object(response.get("error")):
            raise error
        self._failed = error
        return []

    def _open(self, key: str, part: Part) -> list[StreamEvent]:
        return [] if self.parts.is_open(key) else self.parts.start(key, part)

    def _added(self, index: int, item: JSON) -> list[StreamEvent]:
        if item["type"] in ("message", "reasoning"):
            return []
        part = next(iter(parse_item(item, self._context.output_tool)), None)
        opens = isinstance(part, ToolCallPart | HostedToolPart | TextPart)
        return self.parts.start(f"{index}", part) if opens and part is not None else []

    def _source(self, key: str, note: JSON) -> list[StreamEvent]:
        self._sources.add(key)
        return self.parts.whole(key, parse_annotation(note))

    def _done(self, index: int, item: JSON) -> list[StreamEvent]:
        """The whole item is here: its parts end, and those that were never announced come at once."""
        told: list[StreamEvent] = []
        text, note, thought = -1, 0, 0
        summaries = len(as_array(item.get("summary")))
        for part in parse_item(item, self._context.output_tool):
            key = f"{index}"
            match part:
                case TextPart() if item["type"] == "message":
                    text, note = text + 1, 0
                    key = f"{index}:{text}"
                case SourcePart():
                    key, note = f"{index}:{text}:{note}", note + 1
                    if key in self._sources:
                        continue
                case ReasoningPart():
                    key = f"{index}:s{thought}" if thought < max(summaries, 1) else f"{index}:{thought - summaries}"
                    thought += 1
                case _:
                    pass
            told += self.parts.whole(key, part)
        return told


def _content_id(payload: JSON) -> str:
    return f"{payload['output_index']}:{payload['content_index']}"


def _summary_id(payload: JSON) -> str:
    return f"{payload['output_index']}:s{payload['summary_index']}"
