"""What is asked of every family's recordings, whoever's they are.

A *reply* decodes to what the vendor's own SDK reads in the same bytes. A *stream* keeps the laws of `entities/events`: any split
of its bytes gives the same events, a cut one is incomplete, and its parts are balanced. A recorded *request* that is read into
our types and rendered again is the same JSON.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from modelruntime.codecs.gather import gather
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import (
    ErrorEvent,
    FinishEvent,
    HostedToolDelta,
    HostedToolEnd,
    HostedToolStart,
    MediaEvent,
    ReasoningDelta,
    ReasoningEnd,
    ReasoningStart,
    SourceEvent,
    StreamEvent,
    StreamStart,
    TextDelta,
    TextEnd,
    TextStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
)
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from tests.replay.ledger import LEDGER
from tests.replay.recordings import Recording

JSON = dict[str, Any]
BYTE_BY_BYTE = 48_000
"""Longer streams are split at random."""


def request_of(codec: Any, call: LLMCall, endpoint: Endpoint) -> HttpRequest:
    """What the codec sends first."""
    if call.stream:
        request = codec.stream(call, endpoint).start()
        assert isinstance(request, HttpRequest)
        return request
    step = codec.invoke(call, endpoint).start()
    assert isinstance(step, Send)
    return step.request


def events_of(codec: Any, row: Recording, call: LLMCall, endpoint: Endpoint, pieces: Iterable[bytes]) -> list[StreamEvent]:
    """All events of a stream that comes in these pieces."""
    decoder = codec.stream(call, endpoint).decoder(ResponseHead(row.status, row.headers))
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.close()]


def result_of(codec: Any, row: Recording, call: LLMCall, endpoint: Endpoint) -> LLMResult:
    """The result of a recorded reply, streamed or whole. Raises the error that it is."""
    LEDGER.touch(row)
    response = HttpResponse(ResponseHead(row.status, row.headers), row.body)
    if call.stream:
        if row.status >= 300:
            raise codec.stream(call, endpoint).fail(response)
        return gather(events_of(codec, row, call, endpoint, [row.body]))
    operation = codec.invoke(call, endpoint)
    operation.start()
    step = operation.receive(response)
    assert isinstance(step, Done)
    result = step.result
    assert isinstance(result, LLMResult)
    return result


def broken_laws(codec: Any, row: Recording, call: LLMCall, endpoint: Endpoint, terminal: Callable[[bytes], bool]) -> list[str]:
    """What a recorded stream breaks. `terminal` tells whether a prefix of the body already holds the terminal fact."""
    found = list(_broken_laws(codec, row, call, endpoint, terminal))
    LEDGER.judge("streams", row, "; ".join(found) or None)
    return found


def _broken_laws(codec: Any, row: Recording, call: LLMCall, endpoint: Endpoint, terminal: Callable[[bytes], bool]) -> Iterator[str]:
    whole = events_of(codec, row, call, endpoint, [row.body])
    yield from unbalanced(whole)
    size = 1 if len(row.body) <= BYTE_BY_BYTE else 977
    pieces = [row.body[at : at + size] for at in range(0, len(row.body), size)]
    if shown(events_of(codec, row, call, endpoint, pieces)) != shown(whole):
        yield "another split gives other events"
    chance = random.Random(row.id)
    for at in chance.sample(range(1, len(row.body)), min(8, len(row.body) - 1)):
        split = events_of(codec, row, call, endpoint, [row.body[:at], row.body[at:]])
        if shown(split) != shown(whole):
            yield f"a split at {at} gives other events"
        if terminal(row.body[:at]):
            continue
        cut = events_of(codec, row, call, endpoint, [row.body[:at]])
        yield from (f"cut at {at}: {law}" for law in unbalanced(cut))
        if not isinstance(cut[-1], ErrorEvent):
            yield f"cut at {at} is a success"


def unbalanced(events: Sequence[StreamEvent]) -> Iterator[str]:
    """The laws of `entities.events` that these events break."""
    if not events or not isinstance(events[-1], FinishEvent | ErrorEvent):
        yield "no final event"
    if any(isinstance(event, FinishEvent | ErrorEvent) for event in events[:-1]):
        yield "an event after the final one"
    if events and not isinstance(events[0], StreamStart) and not (len(events) == 1 and isinstance(events[0], ErrorEvent)):
        yield "no start"
    parts: dict[str, str] = {}
    seen: set[str] = set()
    for event in events:
        match event:
            case TextStart() | ReasoningStart() | ToolCallStart() | HostedToolStart():
                if event.id in seen:
                    yield f"{event.id} starts twice"
                seen.add(event.id)
                parts[event.id] = ""
            case SourceEvent() | MediaEvent():
                if event.id in seen:
                    yield f"{event.id} comes twice"
                seen.add(event.id)
            case TextDelta() | ReasoningDelta() | ToolCallDelta() | HostedToolDelta() if event.id not in parts:
                yield f"a delta of {event.id}, which is not open"
            case TextEnd() | ReasoningEnd() | ToolCallEnd() | HostedToolEnd() if event.id not in parts:
                yield f"{event.id} ends and is not open"
            case TextDelta() | ReasoningDelta():
                parts[event.id] += event.text
            case ToolCallDelta():
                parts[event.id] += event.arguments
            case TextEnd() | ReasoningEnd():
                if parts.pop(event.id) != event.part.text:
                    yield f"the deltas of {event.id} do not add up"
            case ToolCallEnd():
                if parts.pop(event.id) != event.part.arguments:
                    yield f"the deltas of {event.id} do not add up"
            case HostedToolEnd():
                parts.pop(event.id)
            case _:
                pass
    if parts:
        yield f"{', '.join(parts)} never end"


def shown(events: Iterable[StreamEvent]) -> list[Any]:
    """Events in a form that compares: errors by class and sentence."""
    return [(type(event.error), str(event.error)) if isinstance(event, ErrorEvent) else event for event in events]


def body_of(request: HttpRequest) -> JSON:
    """The JSON that is sent."""
    body = json.loads(request.body or b"{}")
    assert isinstance(body, dict)
    return body


def without_nulls(value: Any) -> Any:
    """The value without null members and empty lists in objects, which vendors take as not given."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None and item != []}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def difference(recorded: Any, rendered: Any, path: str = "") -> str | None:
    """Where two JSON values differ first; None when they are equal. 1 and 1.0 are."""
    if isinstance(recorded, dict) and isinstance(rendered, dict):
        for key in sorted(recorded.keys() | rendered.keys()):
            if key not in recorded or key not in rendered:
                return f"{path}.{key} only {'recorded' if key in recorded else 'rendered'}"
            if found := difference(recorded[key], rendered[key], f"{path}.{key}"):
                return found
        return None
    if isinstance(recorded, list) and isinstance(rendered, list):
        if len(recorded) != len(rendered):
            return f"{path}: {len(recorded)} items recorded, {len(rendered)} rendered"
        pairs = enumerate(zip(recorded, rendered, strict=True))
        return next((found for at, (a, b) in pairs if (found := difference(a, b, f"{path}[{at}]"))), None)
    return None if recorded == rendered else f"{path}: {str(recorded)[:60]!r} recorded, {str(rendered)[:60]!r} rendered"


def leaves(value: Any) -> int:
    """How many values stand in a JSON value: the measure of what goes through `extra`."""
    if isinstance(value, dict):
        return sum(leaves(item) for item in value.values())
    return sum(leaves(item) for item in value) if isinstance(value, list) else 1


def error_of(work: Callable[[], object]) -> InvokeError | None:
    """The error that some work raises."""
    try:
        work()
    except InvokeError as error:
        return error
    return None
