"""What answers and streams of Converse become."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from modelruntime.codecs.bedrock.converse import CODEC
from modelruntime.codecs.gather import gather
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, FinishEvent, HostedToolDelta, StreamEvent, StreamStart
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import HostedToolPart, MediaPart, OpaquePart, ReasoningPart, SourcePart, TextPart, ToolCallPart
from tests.codecs.aws_frames import render_frame
from tests.codecs.calls import answer, drive, endpoint
from tests.replay.family_replay import shown, unbalanced

CALL = LLMCall("m", (UserMessage("Hello"),))
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
AS_TOOL = LLMCall("m", CALL.messages, output=OutputFormat("json_schema", SCHEMA, "thing"))
CITATION = {
    "title": "T",
    "sourceContent": [{"text": "the "}, {"text": "passage"}],
    "location": {"web": {"url": "https://a.test", "domain": "a.test"}},
}
PNG = base64.b64encode(b"\x89PNG").decode()
BLOCKS: list[Any] = [
    {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "s"}}},
    {"reasoningContent": {"redactedContent": "AAAA"}},
    {"text": "Hello"},
    {"citationsContent": {"content": [{"text": "Cited"}], "citations": [CITATION]}},
    {"toolUse": {"toolUseId": "1", "name": "look", "input": {"a": 1}, "type": "tool_use"}},
    {"toolUse": {"toolUseId": "2", "name": "nova_grounding", "input": {"q": "x"}, "type": "server_tool_use"}},
    {"toolResult": {"toolUseId": "2", "type": "nova_grounding_result", "content": [{"text": "found"}], "status": "success"}},
    {"image": {"format": "png", "source": {"bytes": PNG}}},
]
PARTS = (
    ReasoningPart("Hm.", {"bedrock": {"signature": "s"}}),
    ReasoningPart("", {"bedrock": {"redacted": "AAAA"}}),
    TextPart("Hello"),
    TextPart("Cited"),
    SourcePart("https://a.test", "T", "the passage", provider_metadata={"bedrock": CITATION}),
    ToolCallPart("1", "look", '{"a":1}'),
    HostedToolPart("nova_grounding", "call", "2", BLOCKS[5], family="bedrock"),
    HostedToolPart("nova_grounding_result", "result", "2", BLOCKS[6], family="bedrock"),
    MediaPart(b"\x89PNG", "image/png"),
)
USAGE = {
    "inputTokens": 5, "outputTokens": 3, "totalTokens": 20, "cacheReadInputTokens": 8, "cacheWriteInputTokens": 4,
    "cacheDetails": [{"ttl": "5m", "inputTokens": 1}, {"ttl": "1h", "inputTokens": 3}],
}  # fmt: skip


def reply(*blocks: Any, stop: str = "end_turn", **more: Any) -> Any:
    return answer(
        {"output": {"message": {"role": "assistant", "content": list(blocks)}}, "stopReason": stop, "usage": USAGE, **more}
    )


def whole(response: Any, call: LLMCall = CALL, **profile: Any) -> LLMResult:
    result = drive(CODEC.invoke(call, endpoint(**profile)), response)[1]
    assert isinstance(result, LLMResult)
    return result


def test_an_answer_is_its_parts_in_order() -> None:
    result = whole(reply(*BLOCKS, stop="tool_use", serviceTier={"type": "flex"}, trace={"guardrail": {}}, metrics={"latencyMs": 3}))
    assert result.message.content == PARTS
    assert (result.finish.unified, result.finish.raw) == ("tool_calls", "tool_use")
    usage = result.usage
    assert (usage.input.total, usage.input.fresh, usage.input.cache_read, usage.input.cache_write) == (17, 5, 8, 4)
    assert (usage.input.cache_write_1h, usage.output.total, usage.tier, usage.raw) == (3, 3, "flex", USAGE)
    assert result.provider_metadata == {"bedrock": {"trace": {"guardrail": {}}, "metrics": {"latencyMs": 3}}}


def test_what_nobody_knows_yet_is_kept() -> None:
    assert whole(reply({"hologram": {"x": 1}})).message.content == (OpaquePart("bedrock", "hologram", {"hologram": {"x": 1}}),)


def test_the_model_that_a_router_chose_is_named() -> None:
    assert whole(reply(trace={"promptRouter": {"invokedModelId": "arn:x"}})).model == "arn:x"
    assert whole(reply()).model == "m"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"), ("model_context_window_exceeded", "length"),
        ("guardrail_intervened", "content_filter"), ("content_filtered", "content_filter"), ("malformed_tool_use", "error"),
        ("malformed_model_output", "error"), ("refusal", "refusal"), ("brand_new", "other"),
    ],
)  # fmt: skip
def test_reasons_to_stop(word: str, reason: str) -> None:
    assert (whole(reply(stop=word)).finish.unified, whole(reply(stop=word)).finish.raw) == (reason, word)


def test_the_call_of_the_output_tool_is_the_answer() -> None:
    block = {"toolUse": {"toolUseId": "1", "name": "thing", "input": {"a": 1}}}
    result = whole(reply(block, stop="tool_use"), AS_TOOL, output_mode="tool")
    assert (result.text, result.finish.unified, result.tool_calls) == ('{"a":1}', "stop", ())
    start = ("contentBlockStart", {"start": {"toolUse": {"toolUseId": "1", "name": "thing"}}, "contentBlockIndex": 0})
    events = [start, delta(0, toolUse={"input": '{"a":1}'}), stopped(0), *ENDS("tool_use")]
    streamed = gather(decoded(frames(events), AS_TOOL, output_mode="tool"))
    assert (streamed.text, streamed.finish.unified, streamed.tool_calls) == ('{"a":1}', "stop", ())


@pytest.mark.parametrize("body", [b"<html>", {}, {"output": {}}, {"output": {"message": {"content": [{"toolUse": {}}]}}}, []])
def test_an_answer_that_is_none(body: Any) -> None:
    with pytest.raises(ServerUnavailable):
        whole(answer(body))


def delta(index: int, **value: Any) -> tuple[str, Any]:
    return "contentBlockDelta", {"delta": value, "contentBlockIndex": index}


def stopped(index: int) -> tuple[str, Any]:
    return "contentBlockStop", {"contentBlockIndex": index}


def ENDS(reason: str) -> list[tuple[str, Any]]:
    return [("messageStop", {"stopReason": reason}), ("metadata", {"usage": USAGE, "metrics": {"latencyMs": 3}})]


STREAM: list[tuple[str, Any]] = [
    ("messageStart", {"role": "assistant"}),
    delta(0, reasoningContent={"text": "H"}),
    delta(0, reasoningContent={"text": "m."}),
    delta(0, reasoningContent={"signature": "s"}),
    stopped(0),
    delta(1, reasoningContent={"redactedContent": "AA=="}),
    delta(1, reasoningContent={"redactedContent": "AAA="}),
    stopped(1),
    delta(2, text="Hel"),
    delta(2, text="lo"),
    stopped(2),
    delta(3, text="Cited"),
    delta(3, citation=CITATION),
    stopped(3),
    ("contentBlockStart", {"start": {"toolUse": {"toolUseId": "1", "name": "look"}}, "contentBlockIndex": 4}),
    delta(4, toolUse={"input": '{"a"'}),
    delta(4, toolUse={"input": ":1}"}),
    stopped(4),
    (
        "contentBlockStart",
        {"start": {"toolUse": {"toolUseId": "2", "name": "nova_grounding", "type": "server_tool_use"}}, "contentBlockIndex": 5},
    ),
    delta(5, toolUse={"input": '{"q": "x"}'}),
    stopped(5),
    (
        "contentBlockStart",
        {
            "start": {"toolResult": {"toolUseId": "2", "type": "nova_grounding_result", "status": "success"}},
            "contentBlockIndex": 6,
        },
    ),
    delta(6, toolResult=[{"text": "found"}]),
    stopped(6),
    ("contentBlockStart", {"start": {"image": {"format": "png"}}, "contentBlockIndex": 7}),
    delta(7, image={"source": {"bytes": base64.b64encode(b"\x89P").decode()}}),
    delta(7, image={"source": {"bytes": base64.b64encode(b"NG").decode()}}),
    stopped(7),
    ("contentBlockStart", {"start": {}, "contentBlockIndex": 8}),
    stopped(8),
    ("brandNew", {"x": 1}),
    *ENDS("tool_use"),
]


def frames(events: list[tuple[str, Any]]) -> bytes:
    return b"".join(
        render_frame({":message-type": "event", ":event-type": kind}, json.dumps({**payload, "p": "abc"}).encode())
        for kind, payload in events
    )


def decoded(data: bytes, call: LLMCall = CALL, pieces: int | None = None, **profile: Any) -> list[StreamEvent]:
    decoder = CODEC.stream(call, endpoint(**profile)).decoder(ResponseHead(200, (("x-amzn-requestid", "r-1"),)))
    size = pieces or len(data)
    told = [event for at in range(0, len(data), size) for event in decoder.feed(data[at : at + size])]
    return [*told, *decoder.close()]


def test_a_stream_says_what_the_whole_answer_says() -> None:
    events = decoded(frames(STREAM))
    assert list(unbalanced(events)) == []
    result = gather(events)
    same = [part for part in PARTS if not isinstance(part, ToolCallPart)]
    assert [part for part in result.message.content if not isinstance(part, ToolCallPart)] == same
    assert result.tool_calls == (ToolCallPart("1", "look", '{"a":1}'),)
    assert (result.finish.unified, result.usage.input.total, result.request_id) == ("tool_calls", 17, "r-1")
    assert isinstance(events[0], StreamStart)
    assert [event.data for event in events if isinstance(event, HostedToolDelta)] == ['{"q": "x"}']


def test_any_split_gives_the_same_events() -> None:
    data = frames(STREAM)
    for size in (1, 7, 100):
        assert shown(decoded(data, pieces=size)) == shown(decoded(data))


def test_a_cut_stream_is_no_short_success() -> None:
    data, ends = frames(STREAM), len(frames(ENDS("tool_use")))
    for at in range(1, len(data) - ends, 41):
        events = decoded(data[:at])
        assert list(unbalanced(events)) == []
        assert isinstance(events[-1], ErrorEvent)
        assert isinstance(events[-1].error, StreamIncomplete)


def test_usage_that_never_came_is_a_warning() -> None:
    events = decoded(frames(STREAM[:-1]))
    assert isinstance(events[-1], FinishEvent)
    assert [warning.kind for warning in events[-1].warnings] == ["incomplete"]
    assert events[-1].usage.input.total is None


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 16,
        render_frame({":message-type": "event", ":event-type": "contentBlockDelta"}, b"[]"),
        render_frame({":message-type": "event", ":event-type": "contentBlockDelta"}, b'{"contentBlockIndex": 0}'),
        frames([delta(0, toolUse={"input": "x"})]),
    ],
)
def test_what_is_no_event_is_an_error(data: bytes) -> None:
    events = decoded(data)
    assert isinstance(events[-1], ErrorEvent)
    assert isinstance(events[-1].error, ServerUnavailable)
