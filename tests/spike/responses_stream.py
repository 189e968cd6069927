"""Draft of the OpenAI Responses stream: items open and close, their contents are the parts."""

from __future__ import annotations

from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.parts import HostedToolPart, Part, ReasoningPart, SourcePart, TextPart, ToolCallPart
from tests.spike.responses import error_of, parse_item, parse_reply
from tests.spike.streaming import Lives
from tests.spike.wire import JSON


class Machine:
    """One streamed response. Terminal facts: `response.completed`, `.incomplete`, `.failed`, `error`."""

    def __init__(self) -> None:
        self.lives = Lives()
        self._sources: set[str] = set()

    def close(self) -> FinishEvent | None:
        return None

    def receive(self, name: str, payload: JSON) -> list[StreamEvent]:
        match payload.get("type", name):
            case "response.created":
                return [StreamStart(payload["response"]["model"], response_id=payload["response"]["id"])]
            case "response.output_item.added":
                return self._added(payload["output_index"], payload["item"])
            case "response.content_part.added":
                part: Part = ReasoningPart("") if payload["part"]["type"] == "reasoning_text" else TextPart("")
                return self._open(_content_id(payload), part)
            case "response.output_text.delta" | "response.refusal.delta":
                return self._open(_content_id(payload), TextPart("")) + self.lives.more(_content_id(payload), payload["delta"])
            case "response.reasoning_text.delta":
                return self._open(_content_id(payload), ReasoningPart("")) + self.lives.more(_content_id(payload), payload["delta"])
            case "response.reasoning_summary_part.added":
                return self._open(_summary_id(payload), ReasoningPart(""))
            case "response.reasoning_summary_text.delta":
                return self._open(_summary_id(payload), ReasoningPart("")) + self.lives.more(_summary_id(payload), payload["delta"])
            case "response.function_call_arguments.delta":
                return self.lives.more(f"{payload['output_index']}", payload["delta"])
            case "response.output_text.annotation.added":
                return self._source(f"{_content_id(payload)}:{payload['annotation_index']}", payload["annotation"])
            case "response.output_item.done":
                return self._done(payload["output_index"], payload["item"])
            case "response.completed" | "response.incomplete" | "response.failed":
                result = parse_reply(payload["response"])
                return [
                    FinishEvent(
                        result.finish,
                        result.usage,
                        logprobs=result.logprobs,
                        provider_metadata=result.provider_metadata,
                        model=result.model,
                    )
                ]
            case "error":
                raise error_of(payload.get("error") or payload)
            case kind if kind.endswith(("_call_code.delta", "_call_arguments.delta")):
                return self.lives.more(f"{payload['output_index']}", payload["delta"])
        return []

    def _open(self, key: str, part: Part) -> list[StreamEvent]:
        return [] if self.lives.is_open(key) else self.lives.start(key, part)

    def _added(self, index: int, item: JSON) -> list[StreamEvent]:
        if item["type"] in ("message", "reasoning"):
            return []
        part = parse_item(item)[0]
        return self.lives.start(f"{index}", part) if isinstance(part, ToolCallPart | HostedToolPart) else []

    def _source(self, key: str, note: JSON) -> list[StreamEvent]:
        self._sources.add(key)
        content = {"type": "output_text", "text": "", "annotations": [note]}
        return self.lives.whole(key, parse_item({"type": "message", "content": [content]})[1])

    def _done(self, index: int, item: JSON) -> list[StreamEvent]:
        """The whole item is here: its parts end, and those that were never announced come at once."""
        events: list[StreamEvent] = []
        text, summary = -1, 0
        note = 0
        for part in parse_item(item):
            match part:
                case TextPart():
                    text, note = text + 1, 0
                    key = f"{index}:{text}"
                case SourcePart():
                    key, note = f"{index}:{text}:{note}", note + 1
                    if key in self._sources:
                        continue
                case ReasoningPart():
                    summaries = len(item.get("summary") or ())
                    key = f"{index}:s{summary}" if summary < max(summaries, 1) else f"{index}:{summary - summaries}"
                    summary += 1
                case _:
                    key = f"{index}"
            events += self.lives.whole(key, part)
        return events


def _content_id(payload: JSON) -> str:
    return f"{payload['output_index']}:{payload['content_index']}"


def _summary_id(payload: JSON) -> str:
    return f"{payload['output_index']}:s{payload['summary_index']}"
