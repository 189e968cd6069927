"""The message of a stream, delta by delta, and what is known about it at the end."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_object, as_text, is_object
from modelruntime.codecs.openai.parse_finish import parse_finish
from modelruntime.codecs.openai.parse_logprobs import parse_logprobs
from modelruntime.codecs.openai.parse_media import parse_audio, parse_images
from modelruntime.codecs.openai.parse_message import REASONING_FIELDS, parse_content_item, parse_executed_tools
from modelruntime.codecs.openai.parse_reply import KNOWN_OF_CHOICE, KNOWN_OF_REPLY
from modelruntime.codecs.openai.parse_sources import parse_annotations, parse_source_lists
from modelruntime.codecs.openai.parse_usage import find_usage, parse_usage
from modelruntime.codecs.openai.reasoning_details import FIELD as DETAILS
from modelruntime.codecs.openai.reasoning_details import ReasoningDetails, details_text
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_chunk import KNOWN_OF_DELTA, CallDelta, Chunk, Delta
from modelruntime.codecs.openai.stream_parts import StreamParts
from modelruntime.codecs.openai.tool_call_assembly import ToolCallAssembly
from modelruntime.codecs.openai.vendor_fields import fields_of, identifier, metadata_of, unknown_fields
from modelruntime.entities.events import (
    FinishEvent,
    HostedToolEnd,
    HostedToolStart,
    MediaEvent,
    SourceEvent,
    StreamEvent,
    UsageEvent,
)
from modelruntime.entities.finish import Finish
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.parts import HostedToolPart, MediaPart, Part, ReasoningPart, SourcePart, TextPart
from modelruntime.entities.warning import CallWarning

_Events = list[StreamEvent]


class StreamMessage:
    """`add` deltas and `note` the rest of a chunk; `finish` gives the last events."""

    __slots__ = (
        "_audio",
        "_calls",
        "_context",
        "_count",
        "_details",
        "_fields",
        "_logprobs",
        "_metadata",
        "_own_field",
        "_refused",
        "_sources",
        "_tier",
        "model",
        "parts",
        "response_id",
        "usage",
    )

    def __init__(self, context: ReplyContext) -> None:
        self._context = context
        profile = context.endpoint.profile
        self.model = context.endpoint.model
        self.response_id: str | None = None
        self._tier: str | None = None
        self.usage: dict[str, Any] = {}
        self.parts = StreamParts(profile)
        self._calls = ToolCallAssembly(context.output_tool)
        self._details = ReasoningDetails()
        self._own_field = profile.reasoning_field if profile.reasoning_field not in REASONING_FIELDS else None
        self._refused = False
        self._count = 0
        self._fields: dict[str, Any] = {}
        self._metadata: dict[str, Any] = {}
        self._audio: dict[str, Any] = {}
        self._sources: tuple[SourcePart, ...] = ()
        self._logprobs: list[TokenLogprob] = []

    def note(self, chunk: Chunk, frame: bytes) -> None:
        """Reads what a chunk says beside its delta: model, id, usage in odd places, sources, fields nobody knows."""
        fields = _fields(frame)
        choice = as_object(next(iter(as_array(fields.get("choices"))), None))
        self.model = chunk.model or self.model
        self.response_id = self.response_id or identifier(chunk.id)
        self._tier = as_text(fields.get("service_tier")) or self._tier
        if not self._calls.reply_id:
            self._calls.reply_id = self.response_id or f"{self.model}/{fields.get('created')}"
        self.usage = find_usage(fields, self._context.endpoint.profile) or self.usage
        self._sources = parse_source_lists(fields) or self._sources
        self._metadata |= unknown_fields(fields, KNOWN_OF_REPLY) | unknown_fields(choice, KNOWN_OF_CHOICE)

    @property
    def has_own_field(self) -> bool:
        """Every delta is to be looked at for a field that the profile names."""
        return self._own_field is not None

    def add_logprobs(self, logprobs: object) -> None:
        """Adds the probabilities of a chunk's tokens."""
        self._logprobs.extend(parse_logprobs(logprobs))

    def add(self, delta: Delta, frame: bytes, out: _Events) -> None:
        """Adds a delta: reasoning first, then text, then calls and the rest."""
        content = delta.content
        thought = delta.reasoning_content or delta.reasoning
        if thought:
            self._reason(delta, out)
        if content:
            if isinstance(content, str):
                self.parts.text(content, out)
            else:
                self._add_content(content, out)
        if delta.tool_calls:
            self.parts.end(out)
            for call in delta.tool_calls:
                self._calls.add(call, out)
        elif (not thought and not content) or self._own_field is not None:
            self._add_own_fields(frame, out)
        if (
            delta.reasoning_details
            or delta.refusal
            or delta.annotations
            or delta.images
            or delta.audio
            or delta.function_call
            or delta.executed_tools
        ):
            self._add_rare(delta, out)

    def _reason(self, delta: Delta, out: _Events) -> None:
        wanted = self._context.endpoint.profile.reasoning_field
        if wanted == "reasoning" and delta.reasoning:
            self.parts.reasoning(delta.reasoning, "reasoning", out)
        elif delta.reasoning_content:
            self.parts.reasoning(delta.reasoning_content, "reasoning_content", out)
        elif delta.reasoning:
            self.parts.reasoning(delta.reasoning, "reasoning", out)

    def _add_own_fields(self, frame: bytes, out: _Events) -> None:
        """A delta that says nothing known: it may hold the profile's own reasoning field, or fields to keep."""
        fields = _fields(frame)
        delta = as_object(as_object(next(iter(as_array(fields.get("choices"))), None)).get("delta"))
        known = KNOWN_OF_DELTA
        if self._own_field is not None:
            known = known | {self._own_field}
            if text := as_text(delta.get(self._own_field)):
                self.parts.reasoning(text, self._own_field, out)
        self._fields |= unknown_fields(delta, known)

    def _add_content(self, content: object, out: _Events) -> None:
        if is_object(content):
            self.parts.text(msgspec.json.encode(content).decode(), out)
        for item in as_array(content):
            for part in parse_content_item(as_object(item)):
                self._add_part(part, out)

    def _add_part(self, part: Part, out: _Events) -> None:
        match part:
            case TextPart():
                self.parts.text(part.text, out)
            case ReasoningPart():
                kept = fields_of(part.provider_metadata)
                field = str(kept.pop("field", "content"))
                self.parts.reasoning(part.text, field, out, **kept)
            case _:
                self._emit(part, out)

    def _add_rare(self, delta: Delta, out: _Events) -> None:
        if delta.reasoning_details:
            self._details.add(delta.reasoning_details)
            if not delta.reasoning and not delta.reasoning_content and (text := details_text(delta.reasoning_details)):
                self.parts.reasoning(text, DETAILS, out)
        if delta.refusal:
            self._refused = True
            self.parts.refusal(delta.refusal, out)
        legacy = delta.function_call
        if legacy is not None and (legacy.name or legacy.arguments):
            self.parts.end(out)
            self._calls.add(CallDelta(0, None, legacy), out)
        sources, others = parse_annotations(delta.annotations)
        if others:
            self._fields["annotations"] = [*as_array(self._fields.get("annotations")), *others]
        emitted: list[Part] = [*parse_executed_tools(delta.executed_tools), *sources, *parse_images(delta.images)]
        for part in emitted:
            self._emit(part, out)
        for name, value in (delta.audio or {}).items():
            grows = name in ("data", "transcript") and isinstance(value, str)
            self._audio[name] = self._audio.get(name, "") + value if grows else value

    def _emit(self, part: Part, out: _Events) -> None:
        name = f"part-{self._count}"
        self._count += 1
        match part:
            case HostedToolPart():
                out += (HostedToolStart(name, part.kind), HostedToolEnd(name, part))
            case SourcePart():
                out.append(SourceEvent(name, part))
            case MediaPart():
                out.append(MediaEvent(name, part))
            case _:
                pass

    def end_parts(self, out: _Events) -> None:
        """Ends every open part."""
        self.parts.end(out)
        self._calls.end(out)

    def finish(self, raw: str | None, warnings: tuple[CallWarning, ...], out: _Events) -> None:
        """The last events: open parts end, sources and speech follow, then usage and the finish."""
        self.end_parts(out)
        for source in self._sources:
            self._emit(source, out)
        if audio := parse_audio(self._audio, self._context.audio_format):
            self._emit(audio, out)
        profile = self._context.endpoint.profile
        usage = parse_usage(self.usage, profile, self._tier)
        if self.usage:
            out.append(UsageEvent(usage))
        elif profile.stream_usage != "never":
            warnings += (CallWarning("incomplete", "the stream carried no usage"),)
        if blocks := self._details.blocks():
            self._fields[DETAILS] = blocks
        finish = parse_finish(raw, self._calls.made_calls, self._refused)
        if self._context.output_tool is not None and finish.unified == "tool_calls" and not self._calls.made_calls:
            finish = Finish("stop", raw)
        out.append(
            FinishEvent(
                finish,
                usage,
                warnings=warnings,
                logprobs=tuple(self._logprobs) or None,
                provider_metadata=metadata_of(self._metadata),
                message_metadata=metadata_of(self._fields),
                model=self.model,
                response_id=self.response_id,
            )
        )


def _fields(frame: bytes) -> dict[str, Any]:
    """Everything in a chunk; nothing where a field that no one reads cannot be decoded."""
    try:
        return as_object(msgspec.json.decode(frame))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
