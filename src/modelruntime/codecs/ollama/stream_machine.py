"""The family's lines → events. The terminal fact is `done: true`; a line with `error` alone is the other end."""

from __future__ import annotations

from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.ollama.family import finish_of, logprobs_of, metadata_from, usage_of
from modelruntime.codecs.ollama.parse_reply import THOUGHT, parse_call, parse_pictures, said
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.parts import Part, ReasoningPart, TextPart, ToolCallPart


class LinesMachine:
    """The state of one streamed answer."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._created: str | None = None
        self._model: str | None = None
        self._done: JSON | None = None
        self._logprobs: list[TokenLogprob] = []
        self._open: tuple[str, str] | None = None
        """Kind and key of the part that grows."""
        self._number = 0
        self._called = False

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one line."""
        body = message.payload
        told: list[StreamEvent] = []
        if self._created is None:
            self._created = as_text(body.get("created_at")) or ""
            self._model = as_text(body.get("model")) or self._context.endpoint.model
            told.append(StreamStart(self._model, self._head.request_id, self._context.warnings))
        piece = said(body)
        self._logprobs += logprobs_of(body.get("logprobs"))
        told += self._grow("thinking", as_text(piece.get("thinking")) or "", ReasoningPart("", THOUGHT))
        told += self._grow("text", as_text(piece.get("content")) or "", TextPart(""))
        for picture in parse_pictures(piece):
            told += self._whole(picture)
        for call in as_array(piece.get("tool_calls")):
            told += self._call(as_object(call))
        if body.get("done") is True:
            self._done = body
            told += self.close()
        return told

    def close(self) -> list[StreamEvent]:
        """The finish, once `done` was seen."""
        if self._done is None:
            return []
        return [
            FinishEvent(
                finish_of(as_text(self._done.get("done_reason")), calls=self._called),
                usage_of(self._done),
                logprobs=tuple(self._logprobs) or None,
                provider_metadata=metadata_from(self._done),
                model=self._model,
            )
        ]

    def _grow(self, kind: str, text: str, part: Part) -> list[StreamEvent]:
        """More of the part that grows; another kind ends it and begins the next."""
        if not text:
            return []
        if self._open is not None and self._open[0] == kind:
            return self.parts.more(self._open[1], text)
        told = self._end()
        key = self._key(kind)
        self._open = (kind, key)
        return told + self.parts.start(key, part) + self.parts.more(key, text)

    def _call(self, call: JSON) -> list[StreamEvent]:
        part = parse_call(call, f"{self._created}/{self._number}", self._context.output_tool)
        self._called = self._called or isinstance(part, ToolCallPart)
        return self._whole(part)

    def _whole(self, part: Part) -> list[StreamEvent]:
        return self._end() + self.parts.whole(self._key("part"), part)

    def _end(self) -> list[StreamEvent]:
        open_part, self._open = self._open, None
        return self.parts.end(open_part[1]) if open_part else []

    def _key(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._number}"
