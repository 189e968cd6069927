"""OCI's Cohere format, both ways."""

from __future__ import annotations

import json

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.oci.chat import COHERE as CODEC
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid, ServerUnavailable
from modelruntime.entities.events import ErrorEvent
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import ImagePart, TextPart, ToolCallPart
from modelruntime.entities.tools import Tool, ToolChoice
from tests.codecs.calls import answer, drive, sent_by
from tests.codecs.oci.test_generic import USAGE, endpoint
from tests.codecs.stream_cuts import check_cuts, frames, told

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "A city."}, "days": {"type": "array", "items": {"type": "integer"}}},
    "required": ["city"],
}
WEATHER = Tool("get_weather", "Tells the weather.", SCHEMA)
QUESTION = UserMessage("How is the weather in Oslo?")
CALL = ToolCallPart("c1", "get_weather", '{"city": "Oslo"}')
WIRE_CALL = {"name": "get_weather", "parameters": {"city": "Oslo"}}


def chat_request(call, **profile):
    return json.loads(sent_by(CODEC.invoke(call, endpoint("cohere.command", **profile))).body or b"")["chatRequest"]


def warnings_of(call):
    _, result = drive(CODEC.invoke(call, endpoint()), answer(whole("A")))
    return [(warning.kind, warning.field) for warning in result.warnings]


def whole(text, finish="COMPLETE", **more):
    response = {"apiFormat": "COHERE", "text": text, "finishReason": finish, "usage": USAGE, **more}
    return {"modelId": "cohere.command", "modelVersion": "1", "chatResponse": response}


def test_the_last_turn_stands_alone_and_the_others_are_history():
    history = (SystemMessage("Be short."), UserMessage("Hi"), AssistantMessage("Hello"), SystemMessage("Be kind."), QUESTION)
    assert chat_request(LLMCall("m", history)) == {
        "apiFormat": "COHERE",
        "preambleOverride": "Be short.",
        "chatHistory": [
            {"role": "USER", "message": "Hi"},
            {"role": "CHATBOT", "message": "Hello"},
            {"role": "SYSTEM", "message": "Be kind."},
        ],
        "message": "How is the weather in Oslo?",
    }


def test_results_of_tools_name_their_calls_by_function_and_arguments():
    history = (QUESTION, AssistantMessage((TextPart("I look."), CALL)), ToolMessage("c1", "sunny"), ToolMessage("c1", '{"sun": 1}'))
    chat = chat_request(LLMCall("m", history, tools=(WEATHER,)))
    assert chat["message"] == ""
    assert chat["toolResults"] == [
        {"call": WIRE_CALL, "outputs": [{"result": "sunny"}]},
        {"call": WIRE_CALL, "outputs": [{"sun": 1}]},
    ]
    assert chat["chatHistory"][1] == {"role": "CHATBOT", "message": "I look.", "toolCalls": [WIRE_CALL]}
    later = chat_request(LLMCall("m", (*history, AssistantMessage("Sunny."), UserMessage("Thanks")), tools=(WEATHER,)))
    assert later["chatHistory"][2] == {"role": "TOOL", "toolResults": chat["toolResults"]}
    assert "toolResults" not in later


def test_tools_are_names_and_types():
    chat = chat_request(LLMCall("m", (QUESTION,), tools=(WEATHER,)))
    assert chat["tools"] == [
        {
            "name": "get_weather",
            "description": "Tells the weather.",
            "parameterDefinitions": {
                "city": {"type": "str", "isRequired": True, "description": "A city."},
                "days": {"type": "list", "isRequired": False},
            },
        }
    ]


def test_what_this_format_cannot_say_is_told():
    assert warnings_of(LLMCall("m", (QUESTION,), tools=(WEATHER,))) == [("mapped", "tools")], "items of a list have no place"
    choice = LLMCall("m", (QUESTION,), tools=(Tool("t"),), tool_choice=ToolChoice("required"))
    assert warnings_of(choice) == [("dropped", "tool_choice")]
    assert warnings_of(LLMCall("m", (UserMessage((TextPart("What?"), ImagePart(b"x"))),))) == [("dropped", "messages")]


def test_a_conversation_must_not_end_with_the_model():
    with pytest.raises(ParameterInvalid) as raised:
        CODEC.invoke(LLMCall("m", (QUESTION, AssistantMessage("The"))), endpoint())
    assert raised.value.field == "messages"


def test_parameters_and_output():
    chat = chat_request(
        LLMCall(
            "m",
            (QUESTION,),
            parameters={"stop": ["a"], "top_k": 3, "max_tokens": 5},
            output=OutputFormat("json_schema", schema=SCHEMA),
        )
    )
    assert (chat["stopSequences"], chat["topK"], chat["maxTokens"]) == (["a"], 3, 5)
    assert chat["responseFormat"] == {"type": "JSON_OBJECT", "schema": SCHEMA}


@pytest.mark.parametrize(
    ("reason", "unified"),
    [("COMPLETE", "stop"), ("MAX_TOKENS", "length"), ("ERROR_TOXIC", "content_filter"), ("ERROR_LIMIT", "length")],
)
def test_a_reply_ends_as_the_vendor_says(reason, unified):
    body = whole("Hello", reason, citations=[{"start": 0, "end": 5, "text": "Hello", "documentIds": ["d"]}])
    _, result = drive(CODEC.invoke(LLMCall("m", (QUESTION,)), endpoint()), answer(body))
    assert (result.text, result.finish.unified, result.finish.raw) == ("Hello", unified, reason)
    assert (result.usage.input.total, result.model) == (11, "cohere.command")
    assert "documentIds" in str(result.provider_metadata)


def test_calls_of_a_reply_get_ids():
    _, result = drive(CODEC.invoke(LLMCall("m", (QUESTION,)), endpoint()), answer(whole("", toolCalls=[WIRE_CALL, WIRE_CALL])))
    assert [call.json() for call in result.tool_calls] == [{"city": "Oslo"}] * 2
    assert len({call.id for call in result.tool_calls}) == 2
    assert result.finish.unified == "tool_calls"


def test_a_model_that_failed_is_an_error():
    with pytest.raises(ServerUnavailable):
        drive(CODEC.invoke(LLMCall("m", (QUESTION,)), endpoint()), answer(whole("", "ERROR", errorMessage="trouble")))


def event(**members):
    return {"apiFormat": "COHERE", "pad": "aa", **members}


def test_the_last_event_repeats_what_was_said():
    said = [event(text="I "), event(text="look."), event(toolCalls=[WIRE_CALL]), event(toolCalls=[{**WIRE_CALL, "parameters": {}}])]
    last = event(text="I look.", toolCalls=[WIRE_CALL], chatHistory=[], finishReason="COMPLETE")
    body = frames(*said, last)
    operation = CODEC.stream(LLMCall("m", (QUESTION,)), endpoint())
    result = gather(check_cuts(operation, body + frames({"usage": USAGE}), len(body) - 1))
    assert result.text == "I look."
    assert [call.json() for call in result.tool_calls] == [{"city": "Oslo"}, {}]
    assert (result.finish.unified, result.usage.output.total) == ("tool_calls", 7)


def test_a_stream_of_one_event_says_it_all_there():
    body = frames(event(text="Hello", toolCalls=[WIRE_CALL], finishReason="COMPLETE"))
    result = gather(told(CODEC.stream(LLMCall("m", (QUESTION,)), endpoint()), body))
    assert (result.text, len(result.tool_calls)) == ("Hello", 1)


def test_an_error_amid_a_stream_ends_it():
    found = told(CODEC.stream(LLMCall("m", (QUESTION,)), endpoint()), frames(event(text="A"), {"code": "429", "message": "slow"}))
    assert isinstance(found[-1], ErrorEvent)
