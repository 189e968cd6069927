"""What a call becomes in the Messages family, on its three hosts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming, MessageCreateParamsStreaming

from modelruntime.codecs.anthropic.messages import CODEC, ON_BEDROCK, ON_VERTEX
from modelruntime.codecs.anthropic.models import CODEC as MODELS
from modelruntime.codecs.operation import Done, Send
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid, Unauthorized
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    HostedToolPart,
    ImagePart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
)
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.conformance.type_judge import complaints

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
SAMPLING = ("temperature", "top_k", "top_p")
"""Older models take them; the newest types of the package do not have them any more."""
HELLO = (UserMessage("Hello"),)


def call(*messages: Any, **more: Any) -> LLMCall:
    return LLMCall("m", messages or HELLO, **more)


def body(wanted: LLMCall, **profile: Any) -> dict[str, Any]:
    """The JSON that is sent; the vendor's own types have nothing against it."""
    sent = json.loads(sent_by(CODEC.invoke(wanted, endpoint(**profile))).body or b"")
    assert complaints({k: v for k, v in sent.items() if k not in SAMPLING}, MessageCreateParamsNonStreaming) == []
    return dict(sent)


def warnings_of(wanted: LLMCall, **profile: Any) -> list[tuple[str, str | None]]:
    reply = {"type": "message", "content": [], "stop_reason": "end_turn", "usage": {}}
    result = drive(CODEC.invoke(wanted, endpoint(**profile)), answer(reply))[1]
    return [(warning.kind, warning.field) for warning in result.warnings]


def test_the_three_hosts_differ_in_what_stands_around_the_messages() -> None:
    direct = sent_by(CODEC.invoke(call(parameters={"betas": ["a", "b"]}), endpoint("claude")))
    assert direct.url == "https://api.example.com/v1/v1/messages"
    assert dict(direct.headers)["anthropic-version"] == "2023-06-01"
    assert dict(direct.headers)["anthropic-beta"] == "a,b"
    assert json.loads(direct.body or b"")["model"] == "claude"
    vertex = ON_VERTEX.stream(call(), endpoint("claude@1")).start()
    assert vertex.url.endswith("/models/claude%401:streamRawPredict")
    assert json.loads(vertex.body or b"") == {
        "anthropic_version": "vertex-2023-10-16",
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    }
    bedrock = sent_by(ON_BEDROCK.invoke(call(parameters={"betas": "a"}), endpoint("arn:aws:x/y")))
    assert bedrock.url.endswith("/model/arn%3Aaws%3Ax%2Fy/invoke")
    assert json.loads(bedrock.body or b"")["anthropic_beta"] == ["a"]


def test_a_stream_is_asked_for_as_the_vendors_types_say() -> None:
    sent = json.loads(CODEC.stream(call(), endpoint()).start().body or b"")
    assert sent["stream"] is True
    assert complaints(sent, MessageCreateParamsStreaming) == []


def test_instructions_stand_in_front_and_turns_of_one_role_are_one() -> None:
    sent = body(
        call(
            SystemMessage("Be short."),
            DeveloperMessage((TextPart("And kind.", cache=CacheHint("1h")),)),
            UserMessage("One"),
            UserMessage("Two"),
            AssistantMessage((TextPart(""), ToolCallPart("call:1", "f", '{"a": 1}'), ToolCallPart("call:2", "f", ""))),
            ToolMessage("call:1", "sunny"),
            ToolMessage("call:2", (TextPart("wet"),), is_error=True),
        )
    )
    assert sent["system"] == [
        {"type": "text", "text": "Be short."},
        {"type": "text", "text": "And kind.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ]
    assert [turn["role"] for turn in sent["messages"]] == ["user", "assistant", "user"]
    assert sent["messages"][1]["content"] == [
        {"type": "tool_use", "id": "call_1", "name": "f", "input": {"a": 1}},
        {"type": "tool_use", "id": "call_2", "name": "f", "input": {}},
    ]
    assert sent["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "sunny"},
        {"type": "tool_result", "tool_use_id": "call_2", "content": [{"type": "text", "text": "wet"}], "is_error": True},
    ]


def test_media_are_sent_inline_or_by_address() -> None:
    parts = (
        ImagePart(b"\x89PNG\r\n\x1a\n"),
        ImagePart("https://example.com/a.png"),
        DocumentPart(b"%PDF-1", filename="a.pdf"),
        DocumentPart(b"plain", "text/plain"),
    )
    blocks = body(call(UserMessage(parts)))["messages"][0]["content"]
    assert [block["source"]["type"] for block in blocks] == ["base64", "url", "base64", "text"]
    assert blocks[0]["source"]["media_type"] == "image/png"
    assert blocks[2]["title"] == "a.pdf"


def test_what_has_no_form_is_dropped_with_a_warning_or_refused() -> None:
    parts = (TextPart("a"), AudioPart(b"RIFF"), HostedToolPart("web_search", "call", "1", {}, family="openai"))
    wanted = call(UserMessage(parts[:2]), AssistantMessage((TextPart("b"), parts[2])))
    assert warnings_of(wanted) == [("dropped", "messages"), ("dropped", "messages")]
    with pytest.raises(ParameterInvalid, match="AudioPart"):
        body(call(UserMessage(parts), strict=True))


def test_reasoning_goes_back_only_with_its_signature() -> None:
    signed = ReasoningPart("hm", {"anthropic": {"signature": "s"}})
    hidden = ReasoningPart("", {"anthropic": {"redacted": "r"}})
    foreign = ReasoningPart("theirs", {"openai": {"x": 1}})
    wanted = call(*HELLO, AssistantMessage((signed, hidden, foreign, TextPart("a"))), UserMessage("b"))
    assert body(wanted)["messages"][1]["content"][:2] == [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "r"},
    ]
    assert warnings_of(wanted) == [("mapped", "messages")]


def test_tools_and_the_choice_among_them() -> None:
    tools = (Tool("f", "does", SCHEMA, True), Tool("g"), HostedTool("web_search_20250305", {"name": "web_search"}))
    sent = body(call(tools=tools, tool_choice=ToolChoice("tool", "f", parallel=False)))
    assert sent["tools"][0] == {"name": "f", "description": "does", "input_schema": SCHEMA, "strict": True}
    assert sent["tools"][1]["input_schema"] == {"type": "object", "properties": {}}
    assert sent["tools"][2] == {"type": "web_search_20250305", "name": "web_search"}
    assert sent["tool_choice"] == {"type": "tool", "name": "f", "disable_parallel_tool_use": True}
    assert body(call(tools=tools, tool_choice=ToolChoice("required")))["tool_choice"] == {"type": "any"}
    some = call(tools=tools, tool_choice=ToolChoice("auto", allowed=("g",)))
    assert [tool["name"] for tool in body(some)["tools"]] == ["g", "web_search"]
    assert warnings_of(some) == [("mapped", "tool_choice")]
    assert "strict" not in body(call(tools=tools), strict_tools=False)["tools"][0]


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ({}, {"max_tokens": 4096}),
        ({"max_tokens": 9, "stop": "x"}, {"max_tokens": 9, "stop_sequences": ["x"]}),
        ({"thinking": True}, {"max_tokens": 4096, "thinking": {"type": "enabled", "budget_tokens": 1024}}),
        ({"thinking": True, "thinking_budget": 8000}, {
            "max_tokens": 12096, "thinking": {"type": "enabled", "budget_tokens": 8000}}),
        ({"thinking": False}, {"max_tokens": 4096, "thinking": {"type": "disabled"}}),
        ({"thinking": "adaptive"}, {"max_tokens": 4096, "thinking": {"type": "adaptive"}}),
        ({"thinking": {"type": "adaptive"}}, {"max_tokens": 4096, "thinking": {"type": "adaptive"}}),
        ({"reasoning_effort": "low"}, {"max_tokens": 4096, "output_config": {"effort": "low"}}),
        ({"reasoning_effort": "none"}, {"max_tokens": 4096, "thinking": {"type": "disabled"}}),
        ({"thinking": True, "temperature": 0.5, "top_p": 0.99}, {
            "max_tokens": 4096, "thinking": {"type": "enabled", "budget_tokens": 1024}, "top_p": 0.99}),
        ({"temperature": None, "top_k": 3}, {"max_tokens": 4096, "top_k": 3}),
        ({"cache_control": "1h"}, {"max_tokens": 4096, "cache_control": {"type": "ephemeral", "ttl": "1h"}}),
        ({"cache_control": {"type": "ephemeral"}}, {"max_tokens": 4096, "cache_control": {"type": "ephemeral"}}),
        ({"thinking": "adaptive", "thinking_display": "omitted"}, {
            "max_tokens": 4096, "thinking": {"type": "adaptive", "display": "omitted"}}),
        ({"response_format": "json_schema", "json_schema": '{"type": "object"}'}, {
            "max_tokens": 4096, "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}),
        ({"response_format": "text"}, {"max_tokens": 4096}),
    ],
)  # fmt: skip
def test_parameters_in_the_vendors_words(parameters: dict[str, Any], sent: dict[str, Any]) -> None:
    found = body(call(parameters=parameters))
    del found["model"], found["messages"]
    assert found == sent


def test_adaptive_models_take_a_switch_without_a_budget() -> None:
    assert body(call(parameters={"thinking": True}), reasoning_style="adaptive")["thinking"] == {"type": "adaptive"}


def test_to_show_the_thinking_of_an_adaptive_model_is_to_let_it_think() -> None:
    wanted = call(parameters={"thinking_display": "summarized"})
    shown = body(wanted, reasoning_style="adaptive")["thinking"]
    assert shown == {"type": "adaptive", "display": "summarized"}
    assert "thinking" not in body(wanted)
    assert warnings_of(wanted) == [("dropped", "thinking_display")]


def test_a_budget_that_the_model_refuses_is_not_sent() -> None:
    wanted = call(parameters={"thinking": True, "thinking_budget": 9000})
    profile: dict[str, Any] = {"reasoning_style": "adaptive", "drop": ("thinking_budget",)}
    assert body(wanted, **profile)["thinking"] == {"type": "adaptive"}
    assert warnings_of(wanted, **profile) == [("dropped", "thinking_budget")]


@pytest.mark.parametrize(
    ("parameters", "constants", "header", "config"),
    [
        ({"betas": "a, b"}, {}, "a,b", None),
        ({"betas": ["a"]}, {"betas": ["c", "a"]}, "c,a", None),
        ({"context_1m": True}, {}, "context-1m-2025-08-07", None),
        ({"context_1m": False}, {}, None, None),
        ({"task_budget": 0}, {}, None, None),
        ({"task_budget": 20000}, {}, "task-budgets-2026-03-13", {"task_budget": {"type": "tokens", "total": 20000}}),
    ],
)
def test_beta_features_are_named_in_the_header(
    parameters: dict[str, Any], constants: dict[str, Any], header: str | None, config: Any
) -> None:
    request = sent_by(CODEC.invoke(call(parameters=parameters), endpoint(constants=constants)))
    assert dict(request.headers).get("anthropic-beta") == header
    sent = json.loads(request.body or b"")
    assert sent.keys() & {"betas", "context_1m", "task_budget"} == set()
    assert sent.get("output_config") == config


def test_profiles_drop_rename_and_set_parameters() -> None:
    wanted = call(parameters={"top_k": 3, "temperature": 1})
    found = body(wanted, drop=("top_k",), constants={"service_tier": "auto"}, default_max_tokens=7)
    assert (found["max_tokens"], found["service_tier"], "top_k" in found) == (7, "auto", False)
    assert warnings_of(wanted, drop=("top_k",)) == [("dropped", "top_k")]


@pytest.mark.parametrize("name", ["messages", "model", "tools", "system", "stream"])
def test_what_the_call_says_itself_is_no_parameter(name: str) -> None:
    with pytest.raises(ParameterInvalid, match="no model parameter"):
        CODEC.invoke(call(parameters={name: 1}), endpoint())


def test_a_schema_is_asked_for_natively_as_a_tool_or_in_the_prompt() -> None:
    wanted = call(output=OutputFormat("json_schema", SCHEMA))
    assert body(wanted)["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    forced = body(wanted, output_mode="tool")
    assert forced["tool_choice"] == {"type": "tool", "name": "answer"}
    assert "JSON Schema" in body(wanted, output_mode="prompt")["system"][0]["text"]
    assert "JSON object" in body(call(output=OutputFormat("json")))["system"][0]["text"]


def test_the_vendor_counts_the_prompt() -> None:
    operation = CODEC.count_tokens(call(parameters={"temperature": 1}, tools=(Tool("f"),)), endpoint())
    assert operation is not None
    sent, count = drive(operation, answer({"input_tokens": 12}))
    assert (count, sent[0].keys()) == (12, {"model", "messages", "tools"})
    assert ON_BEDROCK.count_tokens(call(), endpoint()) is None
    on_vertex = ON_VERTEX.count_tokens(call(), endpoint("claude"))
    assert on_vertex is not None
    request = sent_by(on_vertex)
    assert request.url == "https://api.example.com/v1/models/count-tokens:rawPredict"
    assert json.loads(request.body or b"")["model"] == "claude"
    with pytest.raises(Unauthorized):
        drive(CODEC.count_tokens(call(), endpoint()), answer({"type": "error", "error": {"type": "authentication_error"}}, 401))


def test_models_are_listed_page_by_page() -> None:
    listing = MODELS.list_models(endpoint())
    first = listing.start()
    assert isinstance(first, Send)
    assert first.request.url == "https://api.example.com/v1/v1/models?limit=1000"
    assert dict(first.request.headers)["anthropic-version"]
    rows = [{"id": "a", "display_name": "A", "max_input_tokens": 9, "max_tokens": 3}]
    second = listing.receive(answer({"data": rows, "has_more": True, "last_id": "a"}))
    assert isinstance(second, Send)
    assert second.request.url.endswith("limit=1000&after_id=a")
    done = listing.receive(answer({"data": [{"id": "b"}], "has_more": False, "last_id": "b"}))
    assert isinstance(done, Done)
    assert [(model.id, model.label, model.context, model.max_output) for model in done.result] == [
        ("a", "A", 9, 3),
        ("b", None, None, None),
    ]
