"""The Responses family beside what recorded traffic proves (tests/replay)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming, ResponseCreateParamsStreaming

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai_responses.responses import CODEC
from modelruntime.codecs.operation import Done, Send, Wait
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid, RateLimited, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, StreamEvent
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.conformance.type_judge import complaints

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}}
MESSAGE = {"type": "message", "id": "i", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]}
OK = {"id": "r", "model": "m", "status": "completed", "output": [MESSAGE], "usage": {"input_tokens": 3, "output_tokens": 5}}


def call(*messages: Any, **more: Any) -> LLMCall:
    return LLMCall("m", messages or (UserMessage("Hello"),), **more)


def body(wanted: LLMCall, **profile: Any) -> Any:
    """The JSON that is sent; the vendor's own types have nothing against it."""
    sent = json.loads(sent_by(CODEC.invoke(wanted, endpoint(**profile))).body or b"")
    assert complaints(sent, ResponseCreateParamsNonStreaming) == []
    return sent


def warnings_of(wanted: LLMCall, **profile: Any) -> list[tuple[str, str | None]]:
    return [(each.kind, each.field) for each in drive(CODEC.invoke(wanted, endpoint(**profile)), answer(OK))[1].warnings]


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def decode(data: bytes, wanted: LLMCall | None = None, **profile: Any) -> list[StreamEvent]:
    decoder = CODEC.stream(wanted or call(), endpoint(**profile)).decoder(ResponseHead(200))
    return [*decoder.feed(data), *decoder.close()]


def test_a_conversation_as_items() -> None:
    sent = body(
        call(
            SystemMessage("Be short."),
            DeveloperMessage("And kind."),
            UserMessage(
                (
                    TextPart("Look"),
                    ImagePart(b"\x89PNG\r\n\x1a\n", detail="low"),
                    DocumentPart(b"%PDF-1"),
                    ImagePart("https://a/b.png"),
                )
            ),
            AssistantMessage((ReasoningPart("theirs"), TextPart("I look."), ToolCallPart("c", "f", "{}"))),
            ToolMessage("c", (TextPart("sunny"), ImagePart("https://a/c.png"))),
        )
    )
    assert [item.get("role") or item["type"] for item in sent["input"]] == [
        "system", "developer", "user", "assistant", "function_call", "function_call_output",
    ]  # fmt: skip
    looked = sent["input"][2]["content"]
    assert looked[1]["image_url"].startswith("data:image/png;base64,")
    assert (looked[2]["filename"], looked[3]["image_url"]) == ("document.pdf", "https://a/b.png")
    assert [block["type"] for block in sent["input"][5]["output"]] == ["input_text", "input_image"]
    assert complaints(json.loads(CODEC.stream(call(), endpoint()).start().body or b""), ResponseCreateParamsStreaming) == []


def test_tools_and_the_choice_among_them() -> None:
    tools = (Tool("f", "does", SCHEMA, True), Tool("g"), HostedTool("web_search"))
    sent = body(call(tools=tools, tool_choice=ToolChoice("tool", "f", parallel=False)))
    assert sent["tools"][0] == {"type": "function", "name": "f", "description": "does", "parameters": SCHEMA, "strict": True}
    assert (sent["tools"][1]["strict"], sent["tools"][2]) == (False, {"type": "web_search"})
    assert (sent["tool_choice"], sent["parallel_tool_calls"]) == ({"type": "function", "name": "f"}, False)
    some = body(call(tools=tools, tool_choice=ToolChoice("required", allowed=("g",))))["tool_choice"]
    assert some == {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "g"}]}
    assert warnings_of(call(tools=tools), strict_tools=False) == [("mapped", "tools")]


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ({"max_tokens": 9}, {"max_output_tokens": 9}),
        ({"reasoning_effort": "low", "reasoning_summary": "auto"}, {"reasoning": {"effort": "low", "summary": "auto"}}),
        ({"verbosity": "low", "response_format": "json_object"}, {"text": {"verbosity": "low", "format": {"type": "json_object"}}}),
        (
            {"json_schema": '{"type": "object"}'},
            {"text": {"format": {"type": "json_schema", "name": "answer", "schema": {"type": "object"}}}},
        ),
        ({"n": 1, "store": False, "top_p": None}, {"store": False}),
    ],
)
def test_parameters_in_the_vendors_words(parameters: dict[str, Any], sent: dict[str, Any]) -> None:
    found = body(call(parameters=parameters))
    del found["model"], found["input"]
    assert found == sent


def test_parameters_of_chat_completions_are_dropped_with_a_warning() -> None:
    assert warnings_of(call(parameters={"stop": ["x"], "seed": 1})) == [("dropped", "stop"), ("dropped", "seed")]
    for wrong in ({"n": 2}, {"input": 1}, {"json_schema": "{"}):
        with pytest.raises(ParameterInvalid):
            body(call(parameters=wrong))


def test_a_schema_is_asked_for_natively_or_as_a_tool() -> None:
    wanted = call(output=OutputFormat("json_schema", SCHEMA, strict=True))
    assert body(wanted)["text"]["format"] == {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": True}
    item = {"type": "function_call", "call_id": "c", "name": "answer", "arguments": '{"a": 1}'}
    result = drive(CODEC.invoke(wanted, endpoint(output_mode="tool")), answer({**OK, "output": [item]}))[1]
    assert (result.text, result.finish.unified) == ('{"a": 1}', "stop")
    events = decode(
        sse(
            {"type": "response.created", "response": {"id": "r", "model": "m"}},
            {"type": "response.output_item.added", "output_index": 0, "item": {**item, "arguments": ""}},
            {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": '{"a": 1}'},
            {"type": "response.output_item.done", "output_index": 0, "item": item},
            {"type": "response.completed", "response": {**OK, "output": [item]}},
        ),
        wanted,
        output_mode="tool",
    )
    assert (gather(events).text, gather(events).finish.unified) == ('{"a": 1}', "stop")


def test_an_answer_in_the_background_is_polled_at_the_endpoints_own_address() -> None:
    operation = CODEC.invoke(call(parameters={"background": True}), endpoint())
    operation.start()
    waits = []
    for _ in range(9):
        step = operation.receive(answer({"id": "resp/1", "status": "queued", "url": "https://evil.example"}))
        assert isinstance(step, Wait)
        waits.append(step.seconds)
        poll = operation.resume()
        assert isinstance(poll, Send)
        assert (poll.request.method, poll.request.url) == ("GET", "https://api.example.com/v1/responses/resp%2F1")
    assert waits[0] == 1.0
    assert waits[-1] == 10.0
    done = operation.receive(answer(OK))
    assert isinstance(done, Done)
    assert done.result.text == "Hi"
    nameless = CODEC.invoke(call(), endpoint())
    nameless.start()
    with pytest.raises(ServerUnavailable):
        nameless.receive(answer({"status": "queued"}))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "rate_limit_exceeded", "message": "slow"}, RateLimited),
        ({"code": "server_error", "message": "oh"}, ServerUnavailable),
    ],
)
def test_a_failed_answer_is_an_error(error: dict[str, str], kind: type[InvokeError]) -> None:
    with pytest.raises(kind):
        drive(CODEC.invoke(call(), endpoint()), answer({"id": "r", "status": "failed", "error": error, "output": []}))
    for event in ({"type": "response.failed", "response": {"status": "failed", "error": error}}, {"type": "error", **error}):
        (last,) = decode(sse(event))
        assert isinstance(last, ErrorEvent)
        assert type(last.error) is kind


def test_a_failure_without_a_reason_waits_for_the_error_that_has_one() -> None:
    failed = {"type": "response.failed", "response": {"id": "r", "status": "failed", "error": None, "output": []}}
    error = {"type": "error", "error": {"type": "too_many_requests", "code": "rate_limit_exceeded", "message": "slow"}}
    for events, kind in (((failed, error), RateLimited), ((failed,), ServerUnavailable)):
        (last,) = decode(sse(*events))
        assert isinstance(last, ErrorEvent)
        assert type(last.error) is kind


@pytest.mark.parametrize(
    ("more", "unified", "raw"),
    [
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length", "max_output_tokens"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "content_filter", "content_filter"),
        ({"output": [{**MESSAGE, "content": [{"type": "refusal", "refusal": "No."}]}]}, "refusal", "completed"),
        ({}, "stop", "completed"),
    ],
)
def test_why_it_stopped(more: dict[str, Any], unified: str, raw: str) -> None:
    result = drive(CODEC.invoke(call(), endpoint()), answer({**OK, **more}))[1]
    assert (result.finish.unified, result.finish.raw) == (unified, raw)


def test_a_stream_without_its_last_event_is_incomplete() -> None:
    events = decode(
        sse(
            {"type": "response.created", "response": {"id": "r"}},
            {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "H"},
        )
    )
    assert isinstance(events[-1], ErrorEvent)
    assert isinstance(events[-1].error, StreamIncomplete)
    assert type(events[-2]).__name__ == "TextEnd"


@pytest.mark.parametrize("data", [b"<html>", b"{}", b"[]", b'{"output": [{"type": "function_call"}]}'])
def test_an_answer_that_is_none_is_told(data: bytes) -> None:
    with pytest.raises(ServerUnavailable):
        drive(CODEC.invoke(call(), endpoint()), answer(data))


def test_the_vendor_counts_the_prompt_where_a_path_is_declared() -> None:
    paths = {"paths": {"count_tokens": "/responses/input_tokens"}}
    operation = CODEC.count_tokens(call(parameters={"temperature": 1}), endpoint(**paths))
    assert operation is not None
    sent, count = drive(operation, answer({"input_tokens": 4}))
    assert (count, sent[0].keys()) == (4, {"model", "input"})
    assert CODEC.count_tokens(call(), endpoint()) is None


def test_media_without_a_form_are_dropped() -> None:
    assert warnings_of(call(UserMessage((TextPart("a"), AudioPart(b"RIFF0000WAVE"))))) == [("dropped", "messages")]


ENCRYPTED = ["reasoning.encrypted_content"]


@pytest.mark.parametrize(
    ("storage", "parameters", "extra", "sent"),
    [
        ("vendor", {}, {}, {}),
        ("none", {}, {}, {"store": False}),
        ("encrypted", {}, {}, {"store": False, "include": ENCRYPTED}),
        ("encrypted", {"include": ["x"]}, {}, {"store": False, "include": ["x", *ENCRYPTED]}),
        ("encrypted", {"include": ENCRYPTED}, {}, {"store": False, "include": ENCRYPTED}),
        ("encrypted", {"store": False}, {}, {"store": False, "include": ENCRYPTED}),
        ("encrypted", {"store": True}, {}, {"store": True}),
        ("encrypted", {"background": True}, {}, {}),
        ("encrypted", {"previous_response_id": "r"}, {}, {}),
        ("none", {}, {"conversation": "c"}, {}),
        ("none", {}, {"store": True}, {"store": True}),
    ],
)
def test_what_is_said_about_keeping_an_answer(
    storage: str, parameters: dict[str, Any], extra: dict[str, Any], sent: dict[str, Any]
) -> None:
    found = json.loads(
        sent_by(CODEC.invoke(call(parameters=parameters, extra=extra), endpoint(response_storage=storage))).body or b""
    )
    assert {name: found[name] for name in ("store", "include") if name in found} == sent
