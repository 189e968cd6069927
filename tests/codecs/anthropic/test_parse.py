"""What answers of the Messages family become; most of it is proven on recorded traffic (tests/replay)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelruntime.codecs.anthropic.messages import CODEC, ON_BEDROCK
from modelruntime.codecs.gather import gather
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError, RateLimited, ServerUnavailable, StreamIncomplete, Unauthorized
from modelruntime.entities.events import ErrorEvent, StreamEvent, TextDelta
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.output import OutputFormat
from tests.codecs.aws_frames import render_frame
from tests.codecs.calls import answer, drive, endpoint

CALL = LLMCall("m", (UserMessage("Hello"),))
WITH_SCHEMA = LLMCall("m", (UserMessage("Hello"),), output=OutputFormat("json_schema", {"type": "object"}))
USAGE = {"input_tokens": 3, "cache_read_input_tokens": 10, "cache_creation_input_tokens": 5, "output_tokens": 7}
START = {"type": "message_start", "message": {"id": "msg", "model": "claude", "usage": USAGE, "content": []}}
TEXT: list[dict[str, Any]] = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
]
STOP: list[dict[str, Any]] = [
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9, "input_tokens": None}},
    {"type": "message_stop"},
]


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(b"event: " + event["type"].encode() + b"\ndata: " + json.dumps(event).encode() + b"\n\n" for event in events)


def decode(data: bytes, call: LLMCall = CALL, codec: Any = CODEC, **profile: Any) -> list[StreamEvent]:
    decoder = codec.stream(call, endpoint(**profile)).decoder(ResponseHead(200, (("request-id", "r"),)))
    return [*decoder.feed(data), *decoder.close()]


def test_cached_tokens_count_as_input() -> None:
    body = {"id": "i", "model": "claude", "content": [{"type": "text", "text": "a"}], "stop_reason": "max_tokens", "usage": USAGE}
    result = drive(CODEC.invoke(CALL, endpoint()), answer(body))[1]
    usage = result.usage.input
    assert (usage.total, usage.fresh, usage.cache_read, usage.cache_write) == (18, 3, 10, 5)
    assert (result.finish.unified, result.finish.raw, result.response_id) == ("length", "max_tokens", "i")


def test_later_usage_replaces_what_it_says_anew() -> None:
    result = gather(decode(sse(START, *TEXT, *STOP)))
    assert (result.text, result.usage.input.total, result.usage.output.total) == ("Hi", 18, 9)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, ServerUnavailable),
        ({"type": "rate_limit_error", "message": "slow"}, RateLimited),
        ({"type": "authentication_error", "message": "no"}, Unauthorized),
        ({"type": "unheard_of"}, ServerUnavailable),
    ],
)
def test_an_error_inside_a_stream_is_typed(error: dict[str, Any], kind: type[InvokeError]) -> None:
    events = decode(sse(START, *TEXT, {"type": "error", "error": error}))
    assert isinstance(events[-1], ErrorEvent)
    assert type(events[-1].error) is kind
    assert [type(event).__name__ for event in events[-2:]] == ["TextEnd", "ErrorEvent"]


def test_a_stream_without_its_stop_is_incomplete() -> None:
    events = decode(sse(START, *TEXT, *STOP[:2]))
    assert isinstance(events[-1], ErrorEvent)
    assert isinstance(events[-1].error, StreamIncomplete)


@pytest.mark.parametrize("data", [b"data: [1]\n\n", b"data: {\n\n", b'data: {"type":"content_block_delta","index":4}\n\n'])
def test_garbage_is_an_outage_and_no_crash(data: bytes) -> None:
    (event,) = decode(data)
    assert isinstance(event, ErrorEvent)
    assert type(event.error) is ServerUnavailable


def test_an_output_tools_call_is_the_answer() -> None:
    block = {"type": "tool_use", "id": "t", "name": "answer", "input": {"a": 1}}
    body = {"id": "i", "model": "claude", "content": [block], "stop_reason": "tool_use", "usage": {}}
    result = drive(CODEC.invoke(WITH_SCHEMA, endpoint(output_mode="tool")), answer(body))[1]
    assert (result.text, result.tool_calls, result.finish.unified) == ('{"a":1}', (), "stop")
    events = decode(
        sse(
            START,
            {"type": "content_block_start", "index": 0, "content_block": {**block, "input": {}}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"a":'}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": " 1}"}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {}},
            {"type": "message_stop"},
        ),
        WITH_SCHEMA,
        output_mode="tool",
    )
    assert [event.text for event in events if isinstance(event, TextDelta)] == ['{"a":', " 1}"]
    assert gather(events).finish.unified == "stop"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("throttlingException", RateLimited),
        ("modelStreamErrorException", ServerUnavailable),
        ("accessDeniedException", Unauthorized),
    ],
)
def test_an_exception_of_the_event_stream_is_typed(name: str, kind: type[InvokeError]) -> None:
    frame = render_frame({":message-type": "exception", ":exception-type": name}, b'{"message": "wait"}')
    events = decode(frame, codec=ON_BEDROCK)
    assert isinstance(events[-1], ErrorEvent)
    assert type(events[-1].error) is kind
    assert events[-1].error.code == name


def test_a_damaged_frame_is_an_outage() -> None:
    damaged = bytearray(render_frame({":event-type": "chunk"}, b'{"bytes": ""}'))
    damaged[-1] ^= 1
    events = decode(bytes(damaged), codec=ON_BEDROCK)
    assert isinstance(events[-1], ErrorEvent)
    assert type(events[-1].error) is ServerUnavailable


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b'{"content": 3}', b'{"content": [{"type": "text"}, 3]}', b'{"content":[{"type":"tool_use"}]}']
)
def test_a_reply_that_is_none_is_told(body: bytes) -> None:
    if body == b'{"content": [{"type": "text"}, 3]}':
        assert drive(CODEC.invoke(CALL, endpoint()), answer(body))[1].text == ""
        return
    with pytest.raises(ServerUnavailable):
        drive(CODEC.invoke(CALL, endpoint()), answer(body))
