"""The drafts on cases of our own, so that they live without recordings; and the whole sample where it is at hand."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest

from modelruntime.codecs.operation import Done, Endpoint, Send, Wait
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ContentFiltered, InvokeError, RateLimited, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, StreamEvent
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.messages import AssistantMessage, ToolMessage, UserMessage, parts_of
from modelruntime.entities.parts import (
    DocumentPart,
    HostedToolPart,
    MediaPart,
    OpaquePart,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)
from modelruntime.entities.tools import Tool
from tests.shared import SHARED
from tests.spike import anthropic_messages, bedrock, create_and_poll, gemini, responses, responses_stream
from tests.spike.framing import SSE, AwsFrames, render_frame
from tests.spike.sample import run
from tests.spike.sdks import missing
from tests.spike.streaming import StreamDecoder, broken_law, gather, shown

encode = msgspec.json.encode


def sse(*payloads: dict[str, Any]) -> bytes:
    return b"".join(b"event: " + str(p.get("type", "")).encode() + b"\r\ndata: " + encode(p) + b"\r\n\r\n" for p in payloads)


def aws(*events: tuple[str, dict[str, Any]]) -> bytes:
    return b"".join(render_frame({":message-type": "event", ":event-type": name}, encode(body)) for name, body in events)


ANTHROPIC = sse(
    {
        "type": "message_start",
        "message": {"id": "m1", "model": "c", "content": [], "usage": {"input_tokens": 3, "cache_read_input_tokens": 4}},
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm, 想"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "sig"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": "", "citations": []}},
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "citations_delta", "citation": {"type": "web", "url": "u", "cited_text": "q"}},
    },
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Yes"}},
    {"type": "content_block_stop", "index": 1},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"a": 1}'}},
    {"type": "content_block_stop", "index": 2},
    {"type": "content_block_start", "index": 3, "content_block": {"type": "brand_new", "x": 1}},
    {"type": "content_block_stop", "index": 3},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
)
ANTHROPIC_BLOCKS = [
    {"type": "thinking", "thinking": "Hm, 想", "signature": "sig"},
    {"type": "text", "text": "Yes", "citations": [{"type": "web", "url": "u", "cited_text": "q"}]},
    {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
    {"type": "brand_new", "x": 1},
]
ITEMS: list[dict[str, Any]] = [
    {
        "type": "reasoning",
        "id": "r",
        "summary": [{"type": "summary_text", "text": "one"}, {"type": "summary_text", "text": "two"}],
        "encrypted_content": "E",
    },
    {"type": "web_search_call", "id": "w", "status": "completed", "action": {"type": "search", "query": "q"}},
    {
        "type": "message",
        "id": "m",
        "role": "assistant",
        "status": "completed",
        "phase": "final_answer",
        "content": [
            {
                "type": "output_text",
                "text": "Hi",
                "annotations": [{"type": "url_citation", "url": "u", "start_index": 0, "end_index": 2}],
            },
            {"type": "refusal", "refusal": "No."},
        ],
    },
    {"type": "function_call", "id": "f", "call_id": "c", "name": "g", "arguments": "{}", "status": "completed"},
    {"type": "compaction", "id": "k", "encrypted_content": "Z"},
]
RESPONSE = {"id": "resp", "model": "g", "status": "completed", "output": ITEMS, "usage": {"input_tokens": 5, "output_tokens": 6}}
RESPONSES = sse(
    {"type": "response.created", "response": {"id": "resp", "model": "g"}},
    {"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "id": "r", "summary": []}},
    {"type": "response.reasoning_summary_part.added", "output_index": 0, "summary_index": 0},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0, "delta": "one"},
    {"type": "response.output_item.done", "output_index": 0, "item": ITEMS[0]},
    {"type": "response.output_item.added", "output_index": 1, "item": ITEMS[1]},
    {"type": "response.output_item.done", "output_index": 1, "item": ITEMS[1]},
    {"type": "response.content_part.added", "output_index": 2, "content_index": 0, "part": {"type": "output_text"}},
    {"type": "response.output_text.delta", "output_index": 2, "content_index": 0, "delta": "Hi"},
    *({"type": "response.output_item.done", "output_index": n, "item": ITEMS[n]} for n in (2, 3, 4)),
    {"type": "response.completed", "response": RESPONSE},
)


def _chunk(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"responseId": "x", "modelVersion": "gem", "candidates": [{"content": {"parts": list(parts)}, **more}]}


GEMINI = sse(
    _chunk({"text": "Th", "thought": True}),
    _chunk({"text": "ink", "thought": True}, {"text": "A"}),
    _chunk({"text": "B"}),
    _chunk({"functionCall": {"name": "f", "args": {"é": 1}}, "thoughtSignature": "s1"}),
    _chunk({"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thoughtSignature": "s2"}),
    _chunk({"text": "", "thoughtSignature": "s3"}, finishReason="STOP")
    | {"usageMetadata": {"promptTokenCount": 2, "thoughtsTokenCount": 3}},
)
GEMINI_PARTS: list[dict[str, Any]] = [
    {"text": "Think", "thought": True},
    {"text": "AB"},
    {"functionCall": {"name": "f", "args": {"é": 1}, "id": None}, "thoughtSignature": "s1"},
    {"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thoughtSignature": "s2"},
    {"text": "", "thoughtSignature": "s3"},
]
CONVERSE = aws(
    ("messageStart", {"role": "assistant"}),
    ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"reasoningContent": {"text": "Hm"}}}),
    ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"reasoningContent": {"signature": "S"}}}),
    ("contentBlockStop", {"contentBlockIndex": 0}),
    ("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t", "name": "f"}}}),
    ("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": "{}"}}}),
    ("contentBlockStop", {"contentBlockIndex": 1}),
    ("messageStop", {"stopReason": "tool_use"}),
    ("metadata", {"usage": {"inputTokens": 1, "outputTokens": 2}}),
)


def _responses_items(message: AssistantMessage) -> Any:
    return [{key: value for key, value in item.items() if value != []} for item in responses.render_items(message)]


CASES: dict[str, Any] = {
    "anthropic": (
        ANTHROPIC,
        SSE,
        anthropic_messages.Machine,
        lambda m: anthropic_messages.render_blocks(m.content),
        ANTHROPIC_BLOCKS,
        "message_stop",
    ),
    "responses": (RESPONSES, SSE, responses_stream.Machine, _responses_items, ITEMS, "response.completed"),
    "gemini": (GEMINI, SSE, gemini.Machine, lambda m: [gemini.render_part(p) for p in m.content], GEMINI_PARTS, "finishReason"),
    "converse": (
        CONVERSE,
        AwsFrames,
        bedrock.Converse,
        bedrock.render_blocks,
        [
            {"reasoningContent": {"reasoningText": {"text": "Hm", "signature": "S"}}},
            {"toolUse": {"toolUseId": "t", "name": "f", "input": {}}},
        ],
        "messageStop",
    ),
}


def decode(name: str, *pieces: bytes) -> list[StreamEvent]:
    decoder = StreamDecoder(CASES[name][1](), CASES[name][2]())
    return [event for piece in pieces for event in decoder.feed(piece)] + list(decoder.close())


@pytest.mark.parametrize("name", CASES)
def test_any_split_gives_the_same_lawful_events(name: str):
    data = CASES[name][0]
    whole = decode(name, data)
    assert broken_law(whole) is None
    assert all(shown(decode(name, data[:at], data[at:])) == shown(whole) for at in range(len(data) + 1))
    assert shown(decode(name, *(data[at : at + 1] for at in range(len(data))))) == shown(whole)


@pytest.mark.parametrize("name", CASES)
def test_a_cut_before_the_terminal_fact_is_incomplete_and_ends_every_part(name: str):
    data = CASES[name][0]
    for at in range(data.rfind(CASES[name][5].encode())):
        events = decode(name, data[:at])
        assert isinstance(final := events[-1], ErrorEvent)
        assert isinstance(final.error, StreamIncomplete)
        assert broken_law(events) is None


@pytest.mark.parametrize("name", CASES)
def test_the_answer_goes_back_as_it_came(name: str):
    data, _, _, render, wire, _ = CASES[name]
    result = gather(decode(name, data))
    assert render(result.message) == wire
    assert result.finish.unified == "tool_calls"


def test_the_parts_of_an_answer_are_typed():
    kinds = {name: [type(part) for part in gather(decode(name, CASES[name][0])).message.content] for name in CASES}
    assert kinds["anthropic"] == [ReasoningPart, TextPart, SourcePart, ToolCallPart, OpaquePart]
    assert kinds["responses"] == [
        ReasoningPart,
        ReasoningPart,
        HostedToolPart,
        TextPart,
        SourcePart,
        TextPart,
        ToolCallPart,
        OpaquePart,
    ]
    assert kinds["gemini"] == [ReasoningPart, TextPart, ToolCallPart, MediaPart, TextPart]


@pytest.mark.parametrize("name", ["anthropic", "responses", "gemini"])
def test_a_streamed_answer_is_the_whole_one(name: str):
    replies = {
        "anthropic": lambda: anthropic_messages.parse_reply(
            {"id": "m1", "model": "c", "content": ANTHROPIC_BLOCKS, "stop_reason": "tool_use", "usage": {"output_tokens": 9}}
        ),
        "responses": lambda: responses.parse_reply(RESPONSE),
        "gemini": lambda: gemini.parse_reply(_chunk(*GEMINI_PARTS, finishReason="STOP")),
    }
    streamed, whole = gather(decode(name, CASES[name][0])), replies[name]()
    assert [type(part) for part in streamed.message.content] == [type(part) for part in whole.message.content]
    assert (streamed.text, streamed.reasoning, streamed.finish) == (whole.text, whole.reasoning, whole.finish)
    assert [call.json() for call in streamed.tool_calls] == [call.json() for call in whole.tool_calls]


@pytest.mark.parametrize("left, right", list(itertools.permutations(["anthropic", "responses", "gemini"], 2)))
def test_history_moves_to_another_family_without_foreign_pieces(left: str, right: str):
    message = gather(decode(left, CASES[left][0])).message
    body = encode(
        CASES[right][3](message) if right != "gemini" else [w for p in parts_of(message.content) if (w := gemini.render_part(p))]
    )
    result = gather(decode(left, CASES[left][0]))
    assert result.tool_calls[0].name.encode() in body
    assert not any(
        secret in body for secret in (b"sig", b'"E"', b"s1", b"brand_new", b"compaction", b"web_search_call", b"url_citation")
    )


def test_unknown_vendor_facts_of_a_request_survive():
    body = {
        "model": "c",
        "max_tokens": 5,
        "system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "document", "source": {"type": "file", "file_id": "F"}, "title": "T", "citations": {"enabled": True}},
                    {"type": "container_upload", "file_id": "U"},
                ],
            }
        ],
        "tools": [{"name": "f", "description": "d", "input_schema": {}, "strict": True, "defer_loading": True}],
        "thinking": {"type": "adaptive"},
    }
    call, dialect = anthropic_messages.parse_request(body)
    document = call.messages[1].content[0]
    assert isinstance(document, DocumentPart)
    assert (document.source, document.filename) == (FileRef("F"), "T")
    assert isinstance(tool := call.tools[0], Tool)
    assert tool.strict
    assert call.messages[0].content == (TextPart("S", cache=CacheHint("1h")),)
    assert anthropic_messages.render_request(call, dialect) == body


def test_a_call_without_an_id_is_answered_by_name():
    result = gemini.parse_reply(_chunk({"functionCall": {"name": "f", "args": {}}}, finishReason="STOP"))
    history = LLMCall("m", (UserMessage("Q"), result.message, ToolMessage(result.tool_calls[0].id, "plain")))
    turns = gemini.render_request(history, gemini.Dialect())["contents"]
    assert turns[-1]["parts"][0]["functionResponse"] == {"name": "f", "response": {"result": "plain"}, "id": None, "parts": []}


def test_offsets_of_bytes_become_characters():
    grounding = {
        "groundingChunks": [{"web": {"uri": "u", "title": "t"}}],
        "groundingSupports": [{"segment": {"startIndex": 3, "endIndex": 6}, "groundingChunkIndices": [0]}],
    }
    source = gemini.parse_reply(_chunk({"text": "中文"}, finishReason="STOP", groundingMetadata=grounding)).message.content[-1]
    assert isinstance(source, SourcePart)
    assert (source.start, source.end) == (1, 2)


@pytest.mark.parametrize(
    "name, bad, error",
    [
        ("anthropic", sse({"type": "error", "error": {"type": "overloaded_error"}}), ServerUnavailable),
        ("responses", sse({"type": "error", "code": "rate_limit_exceeded"}), RateLimited),
        ("gemini", sse({"promptFeedback": {"blockReason": "SAFETY"}}), ContentFiltered),
        ("converse", render_frame({":message-type": "exception", ":exception-type": "throttlingException"}, b"{}"), RateLimited),
        ("converse", CONVERSE[:20] + b"\x00" + CONVERSE[21:], ServerUnavailable),
        ("converse", b"\x00" * 12, ServerUnavailable),
    ],
)
def test_an_error_in_the_stream_is_typed_and_last(name: str, bad: bytes, error: type[InvokeError]):
    events = decode(name, bad, b"more")
    assert isinstance(final := events[-1], ErrorEvent)
    assert isinstance(final.error, error)


def _answer(**body: Any) -> HttpResponse:
    return HttpResponse(ResponseHead(200), encode({"id": "p1", **body}))


def test_create_and_poll_waits_looks_and_is_done():
    call = LLMCall("v1", prompt="Hi", parameters={"top_k": 3})
    operation = create_and_poll.prediction(call, Endpoint("https://host", "v1"))
    assert isinstance(step := operation.start(), Send)
    assert msgspec.json.decode(step.request.body or b"") == {"version": "v1", "input": {"prompt": "Hi", "top_k": 3}}
    first, second = (operation.receive(_answer(status="starting", urls={"get": "https://evil"})) for _ in range(2))
    assert isinstance(first, Wait)
    assert isinstance(second, Wait)
    assert 0 < first.seconds < second.seconds
    assert isinstance(step := operation.resume(), Send)
    assert step.request.url == "https://host/v1/predictions/p1"
    step = operation.receive(_answer(status="succeeded", output=["a", "b"], model="o/m"))
    assert isinstance(step, Done)
    assert step.result.text == "ab"


@pytest.mark.parametrize("answer", [HttpResponse(ResponseHead(503), b""), _answer(status="failed", error="x")])
def test_create_and_poll_fails_typed(answer: HttpResponse):
    operation = create_and_poll.prediction(LLMCall("v", prompt="p"), Endpoint("https://host", "v"))
    operation.start()
    with pytest.raises(ServerUnavailable):
        operation.receive(answer)


def test_the_sample_of_recordings_fits():
    if SHARED is None or missing():
        print("not present:", "recordings" if SHARED is None else missing())
        return
    reports = run(SHARED)
    assert [misfit for report in reports for misfit in report.misfits] == []
    assert all(report.decoded == report.n > 0 for report in reports)
