"""The Messages family on recorded traffic, as the `anthropic` package reads the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from anthropic.lib.streaming._beta_messages import accumulate_event
from anthropic.types.beta import BetaMessage

from modelruntime.codecs.anthropic.messages import CODEC, ON_BEDROCK, ON_VERTEX
from modelruntime.codecs.anthropic.render_blocks import render_blocks
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.machine_decoder import AwsEvents, JsonEvents
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.profile import Profile
from tests.replay import anthropic_requests as requests
from tests.replay.answered import of_another_class, unlike_sent
from tests.replay.family_replay import (
    broken_laws,
    difference,
    result_of,
    without_nulls,
)
from tests.replay.recordings import Recording, recordings
from tests.replay.scope import assign
from tests.replay.verdicts import share


class Played(NamedTuple):
    """A recording, with the call that it answers."""

    row: Recording
    codec: Any
    call: LLMCall
    endpoint: Endpoint
    frames: Any


def played() -> Iterator[Played]:
    """Every recorded call of the family: direct, on Vertex AI, on Bedrock."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if (
            scope is None
            or scope.codec not in ("anthropic_messages", "anthropic_bedrock")
            or "count_tokens" in row.path
            or "messages" not in row.request
        ):
            continue
        direct, bedrock = row.path.startswith("/v1/messages"), scope.codec == "anthropic_bedrock"
        call = requests.parse_request({**row.request, "stream": row.streamed or row.request.get("stream")})
        endpoint = Endpoint("https://vendor.invalid", call.model, Profile(), provider="vendor")
        codec = CODEC if direct else ON_BEDROCK if bedrock else ON_VERTEX
        yield Played(row, codec, call, endpoint, AwsEvents if bedrock else JsonEvents)


def as_the_package_reads_it(item: Played) -> str | None:
    row, codec, call, endpoint, frames = item
    result = result_of(codec, row, call, endpoint)
    theirs = gathered(row, frames) if call.stream else json.loads(row.body)
    return difference(facts(theirs), ours(result)) or returned(theirs, result)


def test_replies_decode_as_the_package_reads_them() -> None:
    good = (item for item in played() if item.row.status < 300)
    assert share("messages", "replies", good, as_the_package_reads_it) == 1.0


def test_streams_keep_the_laws() -> None:
    found = [
        f"{row.id}: {law}"
        for row, codec, call, endpoint, _ in played()
        if call.stream and row.status < 300
        for law in broken_laws(codec, row, call, endpoint, lambda body: b"message_stop" in body or b"bWVzc2FnZV9zdG9w" in body)
    ]
    assert found == []


def as_it_was_sent(item: Played) -> str | None:
    row, codec, call, endpoint, _ = item
    return unlike_sent(codec, requests, row, call, endpoint, assumed=("max_tokens",))


def test_requests_are_rendered_as_they_were_sent() -> None:
    assert share("messages", "requests", played(), as_it_was_sent) >= 0.97


def of_its_class(item: Played) -> str | None:
    row, codec, call, endpoint, _ = item
    return of_another_class(codec, row, call, endpoint)


def test_recorded_errors_have_their_class() -> None:
    failed = (item for item in played() if item.row.status >= 300)
    assert share("messages", "errors", failed, of_its_class) == 1.0


def gathered(row: Recording, frames: Any) -> Any:
    """The message that the package makes of a stream."""
    snapshot: Any = None
    buffers: dict[int, bytes] = {}
    headers: Any = {}
    for message in frames().feed(row.body):
        if message.payload["type"] != "ping":
            event = cast(Any, message.payload)
            snapshot = accumulate_event(event=event, current_snapshot=snapshot, request_headers=headers, json_bufs=buffers)
    return without_nulls(snapshot.to_dict())


def facts(body: Any) -> dict[str, Any]:
    """What the package says of a message."""
    theirs = BetaMessage.construct(**body)
    usage = theirs.usage
    cached = (getattr(usage, "cache_read_input_tokens", 0) or 0) + (getattr(usage, "cache_creation_input_tokens", 0) or 0)
    return {
        "text": "".join(block.text for block in theirs.content if block.type == "text"),
        "reasoning": "".join(block.thinking for block in theirs.content if block.type == "thinking"),
        "calls": [[block.name, block.input] for block in theirs.content if block.type == "tool_use"],
        "finish": theirs.stop_reason,
        "usage": [usage.input_tokens + cached, usage.output_tokens],
    }


def ours(result: LLMResult) -> dict[str, Any]:
    """The same of our result."""
    return {
        "text": result.text,
        "reasoning": result.reasoning or "",
        "calls": [[call.name, call.json()] for call in result.tool_calls],
        "finish": result.finish.raw,
        "usage": [result.usage.input.total, result.usage.output.total],
    }


def returned(body: Any, result: LLMResult) -> str | None:
    """The assistant's turn goes back as it came: signatures, encrypted thinking, citations, the vendor's own blocks."""
    content = [block for block in body["content"] if block != {"type": "text", "text": ""}]
    sent = render_blocks(result.message.content, CallWarnings(strict=True))
    return difference(without_nulls(content), without_nulls(sent))
