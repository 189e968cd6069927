"""What a call becomes in Converse; the service's own model has nothing against it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from modelruntime.codecs.bedrock.converse import CODEC
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    HostedToolPart,
    ImagePart,
    OpaquePart,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
    VideoPart,
)
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.conformance.families.aws import refused
from tests.replay.aws_oracle import operation

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
HELLO = (UserMessage("Hello"),)
REPLY = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
}
CLAUDE = {"reasoning_style": "thinking_type"}
LOOKS = ToolCallPart("call 1", "look", '{"a": 1}')
WEATHER = Tool("look", "Looks.", SCHEMA)


def call(*messages: Any, **more: Any) -> LLMCall:
    return LLMCall("m", messages or HELLO, **more)


def body(wanted: LLMCall, **profile: Any) -> dict[str, Any]:
    """The JSON that is sent."""
    sent = json.loads(sent_by(CODEC.invoke(wanted, endpoint(**profile))).body or b"")
    assert refused(operation("bedrock-runtime", "Converse"), {"modelId": "a.b-c", **sent}) == []
    return dict(sent)


def warnings_of(wanted: LLMCall, **profile: Any) -> list[tuple[str, str | None]]:
    result = drive(CODEC.invoke(wanted, endpoint(**profile)), answer(REPLY))[1]
    return [(warning.kind, warning.field) for warning in result.warnings]


def test_whole_and_streamed_calls_differ_in_path_and_accept() -> None:
    model = "us.amazon.nova-pro-v1:0"
    whole, streamed = sent_by(CODEC.invoke(call(), endpoint(model))), CODEC.stream(call(), endpoint(model)).start()
    assert whole.url == "https://api.example.com/v1/model/us.amazon.nova-pro-v1%3A0/converse"
    assert streamed.url == "https://api.example.com/v1/model/us.amazon.nova-pro-v1%3A0/converse-stream"
    assert whole.body == streamed.body
    assert (dict(whole.headers)["accept"], dict(streamed.headers)["accept"]) == (
        "application/json",
        "application/vnd.amazon.eventstream",
    )
    arn = sent_by(CODEC.invoke(call(), endpoint("arn:aws:bedrock:us-east-1:123456789012:inference-profile/x")))
    assert arn.url.endswith("/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fx/converse")


def test_instructions_stand_first_and_neighbours_are_joined() -> None:
    wanted = call(
        SystemMessage("One"), UserMessage("a"), UserMessage("b"), DeveloperMessage("Two"), AssistantMessage(""), UserMessage("c")
    )
    sent = body(wanted)
    assert sent["system"] == [{"text": "One"}, {"text": "Two"}]
    assert sent["messages"] == [{"role": "user", "content": [{"text": "a"}, {"text": "b"}, {"text": "c"}]}]
    assert warnings_of(wanted) == [("mapped", "messages")]


def test_media_are_blocks_with_formats_of_the_vendors() -> None:
    parts = (
        ImagePart(b"\xff\xd8\xff", None),
        ImagePart("data:image/webp;base64,AAAA"),
        VideoPart(b"x", "video/3gpp"),
        AudioPart(b"x", "audio/mpeg"),
        DocumentPart(b"%PDF", None, "Q1 report.v2.pdf", {"bedrock": {"citations": {"enabled": True}, "context": "ours"}}),
        DocumentPart(b"a,b", "text/csv; charset=utf-8", "Q1 report.v2.pdf"),
        DocumentPart(b"%PDF"),
        VideoPart("s3://bucket/film.mov", provider_metadata={"bedrock": {"bucketOwner": "123456789012"}}),
        TextPart("See?"),
    )
    blocks = body(call(UserMessage(parts)))["messages"][0]["content"]
    assert [next(iter(block.values()))["format"] for block in blocks[:-1]] == [
        "jpeg", "webp", "three_gp", "mp3", "pdf", "csv", "pdf", "mov",
    ]  # fmt: skip
    assert blocks[0]["image"]["source"] == {"bytes": base64.b64encode(b"\xff\xd8\xff").decode()}
    assert [block["document"]["name"] for block in blocks[4:7]] == ["Q1 report v2 pdf", "Q1 report v2 pdf 2", "Document 3"]
    assert (blocks[4]["document"]["citations"], blocks[4]["document"]["context"]) == ({"enabled": True}, "ours")
    assert blocks[7]["video"]["source"] == {"s3Location": {"uri": "s3://bucket/film.mov", "bucketOwner": "123456789012"}}


@pytest.mark.parametrize("part", [ImagePart("https://a.test/x.png"), ImagePart(b"BM", "image/bmp"), AudioPart(b"x", "audio/midi")])
def test_media_that_cannot_be_said_are_refused(part: Any) -> None:
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(UserMessage((part,))), endpoint())


def test_results_of_tools_are_the_users() -> None:
    wanted = call(
        *HELLO,
        AssistantMessage((LOOKS, ToolCallPart("2", "look", "no json"))),
        ToolMessage("call 1", (TextPart("sunny"), ImagePart(b"\x89PNG\r\n\x1a\n"))),
        ToolMessage("2", "broken", is_error=True),
        tools=(WEATHER,),
    )
    turns = body(wanted)["messages"]
    assert turns[1]["content"][0] == {"toolUse": {"toolUseId": "call_1", "name": "look", "input": {"a": 1}}}
    assert turns[1]["content"][1]["toolUse"]["input"] == {"invalid_json": "no json"}
    assert [next(iter(block)) for block in turns[2]["content"]] == ["toolResult", "image", "toolResult"]
    assert turns[2]["content"][2]["toolResult"] == {"toolUseId": "2", "content": [{"text": "broken"}], "status": "error"}
    inside = body(wanted, tool_result_media="inline")["messages"][2]["content"]
    assert [next(iter(block)) for block in inside] == ["toolResult", "toolResult"]
    assert [next(iter(block)) for block in inside[0]["toolResult"]["content"]] == ["text", "image"]


def test_what_a_model_thought_goes_back_with_its_proof() -> None:
    thought = (
        ReasoningPart("signed", {"bedrock": {"signature": "s"}}),
        ReasoningPart("", {"bedrock": {"redacted": "AAAA"}}),
        ReasoningPart("foreign", {"anthropic": {"signature": "s"}}),
        TextPart("Hi"),
    )
    wanted = call(*HELLO, AssistantMessage(thought))
    assert body(wanted)["messages"][1]["content"] == [
        {"reasoningContent": {"reasoningText": {"text": "signed", "signature": "s"}}},
        {"reasoningContent": {"redactedContent": "AAAA"}},
        {"text": "Hi"},
    ]
    assert warnings_of(wanted) == [("mapped", "messages")]
    always = body(wanted, return_reasoning="always")["messages"][1]["content"]
    assert always[2] == {"reasoningContent": {"reasoningText": {"text": "foreign"}}}


def test_citations_and_the_vendors_own_blocks_go_back() -> None:
    citation = {"title": "T", "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}}}
    said = (
        TextPart("Cited."),
        SourcePart(None, "T", provider_metadata={"bedrock": citation}),
        SourcePart("https://a.test", provider_metadata={"anthropic": {}}),
        OpaquePart("bedrock", "guardContent", {"guardContent": {"text": {"text": "x"}}}),
        HostedToolPart("nova_grounding", "call", "1", {"toolUse": {"toolUseId": "1", "name": "g", "input": {}}}, family="bedrock"),
        HostedToolPart("web_search", "call", "1", {}, family="anthropic"),
    )
    wanted = call(*HELLO, AssistantMessage(said))
    blocks = body(wanted)["messages"][1]["content"]
    assert blocks[0] == {"citationsContent": {"content": [{"text": "Cited."}], "citations": [citation]}}
    assert [next(iter(block)) for block in blocks] == ["citationsContent", "guardContent", "toolUse"]
    assert ("dropped", "messages") in warnings_of(wanted)
    with pytest.raises(ParameterInvalid):
        body(call(*HELLO, AssistantMessage(said), strict=True))


def test_marks_are_sent_to_models_that_take_them() -> None:
    wanted = call(
        SystemMessage((TextPart("Long", cache=CacheHint("1h")),)),
        *HELLO,
        AssistantMessage((ToolCallPart("1", "look", "{}"),)),
        ToolMessage("1", "sunny", cache=CacheHint()),
        tools=(Tool("look", None, None, cache=CacheHint()),),
    )
    marked = body(wanted, cache_marks="cache_point")
    assert marked["system"][1] == {"cachePoint": {"type": "default", "ttl": "1h"}}
    assert marked["messages"][2]["content"][1] == {"cachePoint": {"type": "default"}}
    assert marked["toolConfig"]["tools"][1] == {"cachePoint": {"type": "default"}}
    assert "cachePoint" not in json.dumps(body(wanted))
    assert warnings_of(wanted) == []


def test_tools_and_the_choice_among_them() -> None:
    tools = (Tool("look", "Looks.", SCHEMA, strict=True), Tool("go", ""), HostedTool("nova_grounding"))
    sent = body(call(tools=tools, tool_choice=ToolChoice("tool", "look")))["toolConfig"]
    assert sent["tools"] == [
        {"toolSpec": {"name": "look", "description": "Looks.", "inputSchema": {"json": SCHEMA}, "strict": True}},
        {"toolSpec": {"name": "go", "inputSchema": {"json": {"type": "object", "properties": {}}}}},
        {"systemTool": {"name": "nova_grounding"}},
    ]
    assert sent["toolChoice"] == {"tool": {"name": "look"}}
    assert body(call(tools=tools, tool_choice=ToolChoice("required")))["toolConfig"]["toolChoice"] == {"any": {}}
    assert body(call(tools=tools, tool_choice=ToolChoice("auto")))["toolConfig"]["toolChoice"] == {"auto": {}}
    assert "toolConfig" not in body(call(tools=tools, tool_choice=ToolChoice("none")))
    assert "strict" not in body(call(tools=tools), strict_tools=False)["toolConfig"]["tools"][0]["toolSpec"]
    some = body(call(tools=tools, tool_choice=ToolChoice(allowed=("go",))))["toolConfig"]["tools"]
    assert [next(iter(tool.values()))["name"] for tool in some] == ["go", "nova_grounding"]


@pytest.mark.parametrize(
    ("choice", "profile", "fields"),
    [
        (ToolChoice("auto", parallel=False), {}, [("dropped", "tool_choice")]),
        (ToolChoice("required"), {"tool_choice_required": "unsupported"}, [("dropped", "tool_choice")]),
        (ToolChoice("auto", parallel=True), {}, []),
    ],
)
def test_a_choice_that_has_no_word_is_told(choice: ToolChoice, profile: Any, fields: Any) -> None:
    assert warnings_of(call(tools=(WEATHER,), tool_choice=choice), **profile) == fields


def test_a_history_of_calls_wants_tools_declared() -> None:
    history = (*HELLO, AssistantMessage((LOOKS,)), ToolMessage("call 1", "sunny"))
    assert [tool["toolSpec"]["name"] for tool in body(call(*history))["toolConfig"]["tools"]] == ["look"]
    assert warnings_of(call(*history)) == [("mapped", "tools")]
    forbidden = call(*history, tools=(WEATHER,), tool_choice=ToolChoice("none"))
    assert "toolChoice" not in body(forbidden)["toolConfig"]
    assert warnings_of(forbidden) == [("dropped", "tool_choice")]


def test_parameters_stand_where_converse_has_a_field_for_them() -> None:
    sent = body(
        call(
            parameters={
                "max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "stop": "x", "top_k": 3, "service_tier": "flex",
                "seed": None, "requestMetadata": {"app": "a"}, "guardrailConfig.trace": "enabled", "nested.deep": 1,
            },
            extra={"additionalModelResponseFieldPaths": ["/stop_sequence"]},
        )
    )  # fmt: skip
    assert sent["inferenceConfig"] == {"maxTokens": 5, "temperature": 0.5, "topP": 0.9, "stopSequences": ["x"]}
    assert sent["additionalModelRequestFields"] == {"top_k": 3, "nested": {"deep": 1}}
    assert sent["serviceTier"] == {"type": "flex"}
    assert (sent["requestMetadata"], sent["guardrailConfig"]) == ({"app": "a"}, {"trace": "enabled"})
    assert sent["additionalModelResponseFieldPaths"] == ["/stop_sequence"]
    renamed = body(call(parameters={"top_k": 3}), rename={"top_k": "additionalModelRequestFields.inferenceConfig.topK"})
    assert renamed["additionalModelRequestFields"] == {"inferenceConfig": {"topK": 3}}
    assert warnings_of(call(parameters={"top_k": 3}), drop=["top_k"]) == [("dropped", "top_k")]
    with pytest.raises(ParameterInvalid):
        body(call(parameters={"messages": []}))


@pytest.mark.parametrize(
    ("parameters", "profile", "fields"),
    [
        ({"reasoning_effort": "low"}, {}, {"reasoning_effort": "low"}),
        ({"reasoning_effort": "low"}, {"rename": {"reasoning_effort": "reasoning_config"}}, {"reasoning_config": "low"}),
        ({"thinking": True, "thinking_budget": 2000}, CLAUDE, {"thinking": {"type": "enabled", "budget_tokens": 2000}}),
        ({"thinking": True}, {"reasoning_style": "adaptive"}, {"thinking": {"type": "adaptive"}}),
        ({"thinking": False}, CLAUDE, {"thinking": {"type": "disabled"}}),
        (
            {"reasoning_effort": "high"},
            {"reasoning_style": "reasoning_config"},
            {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}},
        ),
        ({"thinking": False}, {"reasoning_style": "reasoning_config"}, {"reasoningConfig": {"type": "disabled"}}),
        ({"thinking": True}, {"reasoning_style": "enable_thinking"}, {"enable_thinking": True}),
    ],
)
def test_thinking_is_asked_for_as_the_model_wants_it(parameters: Any, profile: Any, fields: Any) -> None:
    assert body(call(parameters=parameters), **profile)["additionalModelRequestFields"] == fields


def test_thinking_of_claude_stands_in_three_places() -> None:
    parameters = {"thinking_budget": 2000, "max_tokens": 100, "temperature": 0.2, "top_k": 4, "reasoning_effort": "high"}
    sent = body(call(parameters=parameters), **CLAUDE)
    assert sent["inferenceConfig"] == {"maxTokens": 2100}
    assert sent["outputConfig"] == {"effort": "high"}
    assert sent["additionalModelRequestFields"] == {"thinking": {"type": "enabled", "budget_tokens": 2000}}
    assert warnings_of(call(parameters=parameters), **CLAUDE) == [("dropped", "temperature"), ("dropped", "top_k")]
    assert warnings_of(call(parameters={"thinking": True}), reasoning_style="none") == [("dropped", "thinking")]


def test_a_schema_is_said_natively_as_a_tool_or_in_the_prompt() -> None:
    wanted = call(output=OutputFormat("json_schema", SCHEMA, "thing", "A thing."))
    native = body(wanted)["outputConfig"]["textFormat"]["structure"]["jsonSchema"]
    assert native == {"schema": json.dumps(SCHEMA, separators=(",", ":")), "name": "thing", "description": "A thing."}
    tool = body(wanted, output_mode="tool")["toolConfig"]
    assert (tool["tools"][0]["toolSpec"]["name"], tool["toolChoice"]) == ("thing", {"tool": {"name": "thing"}})
    assert "JSON Schema" in body(wanted, output_mode="prompt")["system"][0]["text"]
    assert "JSON object" in body(call(output=OutputFormat("json")))["system"][0]["text"]


def test_the_counting_operation_takes_the_prompt_of_a_foundation_model() -> None:
    wanted = call(SystemMessage("S"), *HELLO, tools=(WEATHER,), parameters={"max_tokens": 5, "top_k": 1})
    sent, count = drive(CODEC.count_tokens(wanted, endpoint("us.anthropic.claude-sonnet-4-6")), answer({"inputTokens": 12}))
    assert count == 12
    assert refused(operation("bedrock-runtime", "CountTokens"), {"modelId": "x", **sent[0]}) == []
    assert sent[0]["input"]["converse"].keys() == {"messages", "system", "toolConfig", "additionalModelRequestFields"}
    url = sent_by(CODEC.count_tokens(wanted, endpoint("us.anthropic.claude-sonnet-4-6"))).url
    assert url.endswith("/model/anthropic.claude-sonnet-4-6/count-tokens")
