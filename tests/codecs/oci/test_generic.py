"""OCI's generic format, both ways."""

from __future__ import annotations

import json

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.oci.chat import CODEC
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import CredentialsInvalid, ServerUnavailable
from modelruntime.entities.events import ErrorEvent
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, TextPart, ToolCallPart, VideoPart
from modelruntime.entities.tools import Tool, ToolChoice
from modelruntime.schema.profile import Profile
from tests.codecs.calls import answer, drive, sent_by
from tests.codecs.stream_cuts import check_cuts, frames, told

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = Tool("get_weather", "Tells the weather.", SCHEMA)
QUESTION = (UserMessage("How is the weather in Oslo?"),)
USAGE = {
    "promptTokens": 11,
    "completionTokens": 7,
    "totalTokens": 18,
    "completionTokensDetails": {"reasoningTokens": 3},
    "promptTokensDetails": {"cachedTokens": 4},
}


def endpoint(model="meta.llama", compartment="ocid1.compartment.oc1..mine", **profile):
    credentials = {"compartment_ocid": compartment} if compartment else {}
    return Endpoint("https://oci.test/20231130", model, Profile(**profile), provider="acme", credentials=credentials)


def chat_request(call, **profile):
    request = sent_by(CODEC.invoke(call, endpoint(**profile)))
    assert (request.method, request.url) == ("POST", "https://oci.test/20231130/actions/chat")
    return json.loads(request.body or b"")["chatRequest"]


@pytest.mark.parametrize(
    ("model", "mode"),
    [
        ("meta.llama", {"servingType": "ON_DEMAND", "modelId": "meta.llama"}),
        ("ocid1.generativeaimodel.oc1..a", {"servingType": "ON_DEMAND", "modelId": "ocid1.generativeaimodel.oc1..a"}),
        ("ocid1.generativeaiendpoint.oc1..a", {"servingType": "DEDICATED", "endpointId": "ocid1.generativeaiendpoint.oc1..a"}),
    ],
)
def test_a_body_says_who_pays_and_who_serves(model, mode):
    body = json.loads(sent_by(CODEC.invoke(LLMCall("m", QUESTION), endpoint(model))).body or b"")
    assert (body["compartmentId"], body["servingMode"]) == ("ocid1.compartment.oc1..mine", mode)


def test_without_a_compartment_the_form_is_at_fault():
    with pytest.raises(CredentialsInvalid) as raised:
        CODEC.invoke(LLMCall("m", QUESTION), endpoint(compartment=None))
    assert raised.value.field == "compartment_ocid"


def test_a_conversation_with_tools():
    history = (
        SystemMessage("Be short."),
        DeveloperMessage("Be kind."),
        *QUESTION,
        AssistantMessage((TextPart("I look."), ToolCallPart("c1", "get_weather", '{"city": "Oslo"}'))),
        ToolMessage("c1", "sunny"),
    )
    chat = chat_request(LLMCall("m", history, tools=(WEATHER,), tool_choice=ToolChoice("required", parallel=False)))
    assert chat == {
        "apiFormat": "GENERIC",
        "messages": [
            {"role": "SYSTEM", "content": [{"type": "TEXT", "text": "Be short."}]},
            {"role": "DEVELOPER", "content": [{"type": "TEXT", "text": "Be kind."}]},
            {"role": "USER", "content": [{"type": "TEXT", "text": "How is the weather in Oslo?"}]},
            {
                "role": "ASSISTANT",
                "content": [{"type": "TEXT", "text": "I look."}],
                "toolCalls": [{"type": "FUNCTION", "id": "c1", "name": "get_weather", "arguments": '{"city": "Oslo"}'}],
            },
            {"role": "TOOL", "content": [{"type": "TEXT", "text": "sunny"}], "toolCallId": "c1"},
        ],
        "tools": [{"type": "FUNCTION", "name": "get_weather", "description": "Tells the weather.", "parameters": SCHEMA}],
        "toolChoice": {"type": "REQUIRED"},
        "isParallelToolCalls": False,
    }


@pytest.mark.parametrize(
    ("name", "value", "wire"),
    [
        ("temperature", 0.5, {"temperature": 0.5}),
        ("top_p", 0.5, {"topP": 0.5}),
        ("top_k", 5, {"topK": 5}),
        ("max_tokens", 9, {"maxTokens": 9}),
        ("frequency_penalty", 1, {"frequencyPenalty": 1}),
        ("logit_bias", {"1": 2}, {"logitBias": {"1": 2}}),
        ("top_logprobs", 2, {"logProbs": 2}),
        ("reasoning_effort", "high", {"reasoningEffort": "HIGH"}),
        ("verbosity", "low", {"verbosity": "LOW"}),
        ("stop", "end", {"stop": ["end"]}),
        ("seed", 1, {"seed": 1}),
        ("webSearchOptions", {"a": 1}, {"webSearchOptions": {"a": 1}}),
    ],
)
def test_parameters_are_in_camel_case(name, value, wire):
    chat = chat_request(LLMCall("m", QUESTION, parameters={name: value}))
    assert {key: chat[key] for key in chat.keys() - {"apiFormat", "messages"}} == wire


def test_the_length_of_an_answer_has_two_names():
    assert (
        chat_request(LLMCall("m", QUESTION, parameters={"max_tokens": 9}), max_tokens_field="max_completion_tokens")[
            "maxCompletionTokens"
        ]
        == 9
    )


def test_media_are_addresses():
    parts = (
        TextPart("What?"),
        ImagePart("https://a.test/b.png", detail="low"),
        AudioPart(b"RIFF\0\0\0\0WAVE", "audio/wav"),
        VideoPart("https://a.test/b.mp4"),
        DocumentPart(b"%PDF", "application/pdf"),
    )
    content = chat_request(LLMCall("m", (UserMessage(parts),)))["messages"][0]["content"]
    assert content == [
        {"type": "TEXT", "text": "What?"},
        {"type": "IMAGE", "imageUrl": {"url": "https://a.test/b.png", "detail": "LOW"}},
        {"type": "AUDIO", "audioUrl": {"url": "data:audio/wav;base64,UklGRgAAAABXQVZF"}},
        {"type": "VIDEO", "videoUrl": {"url": "https://a.test/b.mp4"}},
        {"type": "DOCUMENT", "documentUrl": {"url": "data:application/pdf;base64,JVBERg=="}},
    ]


@pytest.mark.parametrize(
    ("output", "form"),
    [
        (OutputFormat("json"), {"type": "JSON_OBJECT"}),
        (
            OutputFormat("json_schema", schema=SCHEMA, name="place", strict=True),
            {"type": "JSON_SCHEMA", "jsonSchema": {"name": "place", "schema": SCHEMA, "isStrict": True}},
        ),
    ],
)
def test_an_output_is_a_format(output, form):
    assert chat_request(LLMCall("m", QUESTION, output=output))["responseFormat"] == form


def test_one_tool_is_forced_by_name():
    chat = chat_request(LLMCall("m", QUESTION, tools=(WEATHER,), tool_choice=ToolChoice("tool", "get_weather")))
    assert chat["toolChoice"] == {"type": "FUNCTION", "name": "get_weather"}


def test_a_reply_has_text_thoughts_calls_and_usage():
    message = {
        "role": "ASSISTANT",
        "content": [{"type": "TEXT", "text": "I "}, {"type": "TEXT", "text": "look."}],
        "reasoningContent": "Hm.",
        "toolCalls": [{"type": "FUNCTION", "id": "c1", "name": "get_weather", "arguments": '{"city": "Oslo"}'}],
    }
    response = {
        "apiFormat": "GENERIC",
        "timeCreated": "2026-11-28T00:00:00Z",
        "choices": [{"index": 0, "message": message, "finishReason": "tool_calls"}],
        "usage": USAGE,
        "serviceTier": "DEFAULT",
    }
    body = {"modelId": "meta.llama", "modelVersion": "1", "chatResponse": response}
    _, result = drive(CODEC.invoke(LLMCall("m", QUESTION), endpoint()), answer(body, opc_request_id="r-9"))
    assert (result.model, result.text, result.reasoning) == ("meta.llama", "I look.", "Hm.")
    assert [(call.id, call.name, call.json()) for call in result.tool_calls] == [("c1", "get_weather", {"city": "Oslo"})]
    assert (result.finish.unified, result.finish.raw, result.request_id) == ("tool_calls", "tool_calls", "r-9")
    usage = result.usage
    assert (usage.input.total, usage.input.cache_read, usage.output.total, usage.output.reasoning) == (11, 4, 7, 3)
    assert "DEFAULT" in str(result.provider_metadata), "what nobody knows is kept"
    assert result.raw.json() == body


def delta(finish=None, **message):
    return {"index": 0, "message": {"role": "ASSISTANT", **message}, "pad": "aa", **({"finishReason": finish} if finish else {})}


def test_a_stream_is_the_same_however_it_is_split_and_incomplete_where_it_is_cut():
    call = {"type": "FUNCTION", "id": "c1", "name": "get_weather", "arguments": '{"city"'}
    body = frames(
        delta(reasoningContent="Hm."),
        delta(content=[{"type": "TEXT", "text": "Wait — "}]),
        delta(content=[{"type": "TEXT", "text": "天气。"}]),
        delta(toolCalls=[call]),
        delta(toolCalls=[{"type": "FUNCTION", "arguments": ': "Oslo"}'}]),
        delta("tool_calls"),
    )
    operation = CODEC.stream(LLMCall("m", QUESTION), endpoint())
    asked = json.loads(operation.start().body or b"")["chatRequest"]
    assert (asked["isStream"], asked["streamOptions"]) == (True, {"isIncludeUsage": True})
    result = gather(check_cuts(operation, body + frames({"usage": USAGE}), len(body) - 1))
    assert (result.reasoning, result.text) == ("Hm.", "Wait — 天气。")
    assert [(call.id, call.name, call.json()) for call in result.tool_calls] == [("c1", "get_weather", {"city": "Oslo"})]
    assert (result.finish.unified, result.usage.input.total) == ("tool_calls", 11)
    assert not result.warnings


def test_an_error_amid_a_stream_ends_it():
    error = {"code": "InternalServerError", "message": "trouble"}
    found = told(CODEC.stream(LLMCall("m", QUESTION), endpoint()), frames(delta(content=[{"type": "TEXT", "text": "A"}]), error))
    assert isinstance(found[-1], ErrorEvent)
    assert (type(found[-1].error), found[-1].error.code) == (ServerUnavailable, "InternalServerError")
