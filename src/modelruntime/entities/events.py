"""A streamed answer as typed events.

    StreamStart
      TextStart (TextDelta)* TextEnd              any number, in any order;
      ReasoningStart (ReasoningDelta)* ReasoningEnd   deltas of different ids may interleave
      ToolCallStart (ToolCallDelta)* ToolCallEnd
      HostedToolStart (HostedToolDelta)* HostedToolEnd
      SourceEvent | MediaEvent | OpaqueEvent
      UsageEvent                                  where the vendor reports usage while it streams
    FinishEvent | ErrorEvent                      exactly one, last

Laws: every id that starts ends before the last event, also before an error; the deltas of an id add up to the part of
its end event; end events carry the whole part, so that gathering is a list of parts in the order in which they started.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.finish import Finish
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.parts import HostedToolPart, MediaPart, OpaquePart, ReasoningPart, SourcePart, TextPart, ToolCallPart
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class StreamStart(msgspec.Struct, frozen=True, tag="start"):
    """The vendor accepted the call. Carries no content: a failure after it may still be retried."""

    model: str
    request_id: str | None = None
    warnings: tuple[CallWarning, ...] = ()
    response_id: str | None = None


class TextStart(msgspec.Struct, frozen=True, tag="text_start"):
    """A text part begins."""

    id: str


class TextDelta(msgspec.Struct, frozen=True, tag="text_delta", gc=False):
    """More text of part `id`."""

    id: str
    text: str


class TextEnd(msgspec.Struct, frozen=True, tag="text_end"):
    """A text part is whole."""

    id: str
    part: TextPart


class ReasoningStart(msgspec.Struct, frozen=True, tag="reasoning_start"):
    """A reasoning part begins."""

    id: str


class ReasoningDelta(msgspec.Struct, frozen=True, tag="reasoning_delta", gc=False):
    """More reasoning of part `id`."""

    id: str
    text: str


class ReasoningEnd(msgspec.Struct, frozen=True, tag="reasoning_end"):
    """A reasoning part is whole; signatures are in `part.provider_metadata`."""

    id: str
    part: ReasoningPart


class ToolCallStart(msgspec.Struct, frozen=True, tag="tool_call_start"):
    """A tool call begins. `id` is the part's; `tool_call_id` and `name` are what `ToolCallPart` will hold."""

    id: str
    tool_call_id: str
    name: str


class ToolCallDelta(msgspec.Struct, frozen=True, tag="tool_call_delta", gc=False):
    """More of the arguments' JSON text."""

    id: str
    arguments: str


class ToolCallEnd(msgspec.Struct, frozen=True, tag="tool_call_end"):
    """A tool call is whole."""

    id: str
    part: ToolCallPart


class HostedToolStart(msgspec.Struct, frozen=True, tag="hosted_tool_start"):
    """The vendor starts one of its own tools."""

    id: str
    kind: str


class HostedToolDelta(msgspec.Struct, frozen=True, tag="hosted_tool_delta"):
    """Progress or input of a vendor-run tool: the vendor's own word, and its JSON text or object."""

    id: str
    status: str
    data: Any = None


class HostedToolEnd(msgspec.Struct, frozen=True, tag="hosted_tool_end"):
    """A step of a vendor-run tool is whole."""

    id: str
    part: HostedToolPart


class SourceEvent(msgspec.Struct, frozen=True, tag="source"):
    """A citation."""

    id: str
    part: SourcePart


class MediaEvent(msgspec.Struct, frozen=True, tag="media"):
    """Generated media, whole."""

    id: str
    part: MediaPart


class OpaqueEvent(msgspec.Struct, frozen=True, tag="opaque"):
    """A piece that only its family understands, whole."""

    id: str
    part: OpaquePart


class UsageEvent(msgspec.Struct, frozen=True, tag="usage"):
    """Usage so far; the last one is final."""

    usage: Usage


class FinishEvent(msgspec.Struct, frozen=True, tag="finish"):
    """The answer is whole."""

    finish: Finish
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    """Warnings that arose while streaming (those of the request came with `StreamStart`)."""
    logprobs: tuple[TokenLogprob, ...] | None = None
    provider_metadata: dict[str, Any] | None = None
    message_metadata: dict[str, Any] | None = None
    """`provider_metadata` of the assistant message."""
    model: str | None = None
    """The model that answered, where the vendor names it only later than the start."""
    response_id: str | None = None
    """The vendor's id of the answer, where it names it only later than the start."""


class VerbatimEvent(msgspec.Struct, frozen=True, tag="verbatim", gc=False):
    """The family's own events, as bytes, from which the events after it were read. Comes only where a call is relayed to a client
    that speaks the same family (`codecs/relay.py`): whoever passes these on passes nothing else on."""

    data: bytes


class ErrorEvent(msgspec.Struct, frozen=True, tag="error"):
    """The stream failed. A decoder emits it as its last event; the library raises `error` in its place."""

    error: InvokeError


SEMANTIC_EVENTS = (
    TextDelta,
    ReasoningDelta,
    ToolCallStart,
    HostedToolStart,
    SourceEvent,
    MediaEvent,
    OpaqueEvent,
    TextEnd,
    ReasoningEnd,
)
"""Events that show the caller something: the first of them is the commit point."""

StreamEvent = (
    StreamStart
    | TextStart
    | TextDelta
    | TextEnd
    | ReasoningStart
    | ReasoningDelta
    | ReasoningEnd
    | ToolCallStart
    | ToolCallDelta
    | ToolCallEnd
    | HostedToolStart
    | HostedToolDelta
    | HostedToolEnd
    | SourceEvent
    | MediaEvent
    | OpaqueEvent
    | UsageEvent
    | VerbatimEvent
    | FinishEvent
    | ErrorEvent
)
