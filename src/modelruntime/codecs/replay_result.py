"""A whole result told as a stream: what an endpoint that cannot stream, or did not, amounts to."""

from __future__ import annotations

from modelruntime.entities import events
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import (
    HostedToolPart,
    MediaPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)


def replay_result(result: LLMResult) -> list[events.StreamEvent]:
    """The events of a result, one delta a part. `gather` of them gives the result again, without its raw body."""
    start = events.StreamStart(result.model, result.request_id, result.warnings, result.response_id)
    told: list[events.StreamEvent] = [start]
    for at, part in enumerate(parts_of(result.message.content)):
        told += _tell(part, str(at))
    told.append(
        events.FinishEvent(
            result.finish,
            result.usage,
            result.cost,
            logprobs=result.logprobs,
            provider_metadata=result.provider_metadata,
            message_metadata=result.message.provider_metadata,
            model=result.model,
            response_id=result.response_id,
        )
    )
    return told


def _tell(part: Part, name: str) -> list[events.StreamEvent]:
    match part:
        case TextPart():
            return [events.TextStart(name), events.TextDelta(name, part.text), events.TextEnd(name, part)]
        case ReasoningPart():
            return [events.ReasoningStart(name), events.ReasoningDelta(name, part.text), events.ReasoningEnd(name, part)]
        case ToolCallPart():
            start = events.ToolCallStart(name, part.id, part.name)
            return [start, events.ToolCallDelta(name, part.arguments), events.ToolCallEnd(name, part)]
        case HostedToolPart():
            return [events.HostedToolStart(name, part.kind), events.HostedToolEnd(name, part)]
        case SourcePart():
            return [events.SourceEvent(name, part)]
        case MediaPart():
            return [events.MediaEvent(name, part)]
        case OpaquePart():
            return [events.OpaqueEvent(name, part)]
        case _:
            return []
