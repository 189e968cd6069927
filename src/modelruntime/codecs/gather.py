"""A stream folded into the result that it amounts to."""

from __future__ import annotations

from collections.abc import Iterable

from modelruntime.entities import events
from modelruntime.entities.errors import StreamIncomplete
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import Part
from modelruntime.entities.usage import Usage


class Gatherer:
    """Takes events one by one; `result()` gives what they add up to. For callers that show events while they gather."""

    __slots__ = ("_finish", "_parts", "_start", "_usage")

    def __init__(self) -> None:
        self._start: events.StreamStart | None = None
        self._parts: dict[str, Part | None] = {}
        self._usage = Usage()
        self._finish: events.FinishEvent | None = None

    def add(self, event: events.StreamEvent) -> None:
        """Takes one event. Raises the error of an `ErrorEvent`."""
        match event:
            case events.StreamStart():
                self._start = event
            case events.TextStart() | events.ReasoningStart() | events.ToolCallStart() | events.HostedToolStart():
                self._parts[event.id] = None
            case events.TextEnd() | events.ReasoningEnd() | events.ToolCallEnd() | events.HostedToolEnd():
                self._parts[event.id] = event.part
            case events.SourceEvent() | events.MediaEvent() | events.OpaqueEvent():
                self._parts[event.id] = event.part
            case events.UsageEvent():
                self._usage = event.usage
            case events.FinishEvent():
                self._finish = event
            case events.ErrorEvent():
                raise event.error
            case _:
                pass

    def result(self) -> LLMResult:
        """The parts in the order in which they began. Raises `StreamIncomplete` when no `FinishEvent` came."""
        finish = self._finish
        if finish is None:
            raise StreamIncomplete("the stream has not finished: there is no whole result to gather")
        start = self._start or events.StreamStart(finish.model or "")
        content = tuple(part for part in self._parts.values() if part is not None)
        return LLMResult(
            model=finish.model or start.model,
            message=AssistantMessage(content, provider_metadata=finish.message_metadata),
            finish=finish.finish,
            usage=finish.usage if finish.usage != Usage() else self._usage,
            cost=finish.cost,
            warnings=(*start.warnings, *finish.warnings),
            request_id=start.request_id,
            response_id=finish.response_id or start.response_id,
            logprobs=finish.logprobs,
            provider_metadata=finish.provider_metadata,
        )


def gather(stream: Iterable[events.StreamEvent]) -> LLMResult:
    """The result of a stream's events. Raises the error of an `ErrorEvent`, and `StreamIncomplete` when none finishes it."""
    gatherer = Gatherer()
    for event in stream:
        gatherer.add(event)
    return gatherer.result()
