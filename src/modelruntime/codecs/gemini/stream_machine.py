"""Streamed answers: each chunk is a whole reply of a few parts. A part with a signature is never joined with another.

The terminal fact is a candidate's `finishReason`; usage and grounding may follow it, so the end is told when the body ends.
"""

from __future__ import annotations

from modelruntime.codecs.gemini.family import finish_of
from modelruntime.codecs.gemini.parse_logprobs import parse_logprobs
from modelruntime.codecs.gemini.parse_parts import parse_part
from modelruntime.codecs.gemini.parse_reply import as_answer, blocked, facts_about
from modelruntime.codecs.gemini.parse_sources import parse_sources
from modelruntime.codecs.gemini.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, without
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart, UsageEvent
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.parts import Part, ReasoningPart, TextPart, ToolCallPart


class GenerateMachine:
    """The state of one streamed answer."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._count = 0
        self._growing: str | None = None
        self._texts: list[str] = []
        self._calls = False
        self._usage: JSON = {}
        self._candidate: JSON = {}
        self._logprobs: tuple[TokenLogprob, ...] = ()
        self._id: str | None = None
        self._model = context.endpoint.model

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one chunk."""
        payload = message.payload
        told: list[StreamEvent] = []
        if not self._count:
            told.append(self._start(payload))
        candidate = as_object(next(iter(as_array(payload.get("candidates"))), None))
        if not candidate and (error := blocked(payload, self._context.endpoint, self._head)):
            raise error
        for wire in as_array(as_object(candidate.get("content")).get("parts")):
            self._count += 1
            told += self._part(parse_part(as_object(wire), f"{self._id or 'call'}-{self._count}"))
        self._candidate |= without(candidate, ("content",))
        self._logprobs += parse_logprobs(candidate)
        if usage := as_object(payload.get("usageMetadata")):
            self._usage |= usage
            told.append(UsageEvent(parse_usage(self._usage)))
        return told

    def close(self) -> list[StreamEvent]:
        """Citations and the finish, once a finish reason was seen."""
        reason = as_text(self._candidate.get("finishReason"))
        if reason is None:
            return []
        sources = parse_sources(self._candidate, self._texts)
        told = [event for at, source in enumerate(sources) for event in self.parts.whole(f"source-{at}", source)]
        finish = FinishEvent(
            finish_of(reason, calls=self._calls),
            parse_usage(self._usage),
            logprobs=self._logprobs or None,
            provider_metadata=facts_about(self._candidate),
            model=self._model,
            response_id=self._id,
        )
        return [*told, finish]

    def _start(self, payload: JSON) -> StreamStart:
        self._count = 1
        self._id = as_text(payload.get("responseId"))
        self._model = as_text(payload.get("modelVersion")) or self._model
        return StreamStart(self._model, self._head.request_id, self._context.warnings, self._id)

    def _part(self, wire: Part) -> list[StreamEvent]:
        part = as_answer(wire, self._context)
        self._calls |= isinstance(part, ToolCallPart)
        if not isinstance(part, TextPart | ReasoningPart) or part.provider_metadata:
            if isinstance(part, TextPart):
                self._texts.append(part.text)
            return self._end() + self.parts.whole(f"{self._count}", part)
        if not part.text:
            return []
        told: list[StreamEvent] = []
        kind = type(part)
        if self._growing is None or not self._growing.startswith(kind.__name__):
            told = self._end()
            self._growing = f"{kind.__name__}-{self._count}"
            told += self.parts.start(self._growing, kind(""))
            if kind is TextPart:
                self._texts.append("")
        if kind is TextPart:
            self._texts[-1] += part.text
        return told + self.parts.more(self._growing, part.text)

    def _end(self) -> list[StreamEvent]:
        key, self._growing = self._growing, None
        return self.parts.end(key) if key else []
