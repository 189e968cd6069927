"""Hunyuan's chat: the request by the vendor's own request class, replies and streams by its response class."""

from __future__ import annotations

import json
import warnings

import pytest
from tencentcloud.hunyuan.v20230901 import models

from modelruntime.codecs.gather import gather
from modelruntime.codecs.tencent.chat import CODEC
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities.events import ErrorEvent, FinishEvent
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.parts import ImagePart, TextPart, ToolCallPart
from modelruntime.entities.tools import Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.codecs.stream_cuts import check_cuts, frames, told

WEATHER = Tool("get_weather", "Tells the weather.", {"type": "object", "properties": {"city": {"type": "string"}}})
QUESTION = (UserMessage("How is the weather in Oslo?"),)
HISTORY = (
    SystemMessage("Be short."),
    *QUESTION,
    AssistantMessage((ToolCallPart("c1", "get_weather", '{"city": "Oslo"}'),)),
    ToolMessage("c1", "sunny"),
)
USAGE = {"PromptTokens": 11, "CompletionTokens": 7, "TotalTokens": 18}


def whole(message, finish="stop", **more):
    return {
        "Response": {"Id": "a1", "Created": 1, "Choices": [{"FinishReason": finish, "Message": message}], "Usage": USAGE, **more}
    }


def wire(call, **profile):
    request = sent_by(CODEC.invoke(call, endpoint("hunyuan-lite", **profile)))
    body = json.loads(request.body or b"")
    known = models.ChatCompletionsRequest()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        known.from_json_string(json.dumps(body))
    return request, body, known


def test_a_conversation_with_tools_is_what_the_vendors_class_reads():
    request, body, known = wire(
        LLMCall("m", HISTORY, tools=(WEATHER,), parameters={"temperature": 0.5, "top_p": 1, "stop": "end", "seed": 3})
    )
    assert dict(request.headers)["x-tc-action"] == "ChatCompletions"
    assert (request.method, request.url) == ("POST", "https://api.example.com/v1/")
    assert [message.Role for message in known.Messages] == ["system", "user", "assistant", "tool"]
    assert known.Messages[2].ToolCalls[0].Function.Arguments == '{"city": "Oslo"}'
    assert known.Messages[2].Content == " ", "an empty text is refused"
    assert (known.Messages[3].ToolCallId, known.Messages[3].Content) == ("c1", "sunny")
    assert json.loads(known.Tools[0].Function.Parameters) == WEATHER.parameters
    assert (known.Model, known.Temperature, known.TopP, known.Stop, known.Seed) == ("hunyuan-lite", 0.5, 1, ["end"], 3)
    assert "Stream" not in body


def test_one_tool_is_forced_by_its_whole_declaration():
    _, body, known = wire(LLMCall("m", QUESTION, tools=(WEATHER,), tool_choice=ToolChoice("tool", "get_weather")))
    assert (known.ToolChoice, known.CustomTool.Function.Name) == ("custom", "get_weather")
    assert body["CustomTool"] == body["Tools"][0]


def test_pictures_are_contents():
    _, _, known = wire(LLMCall("m", (UserMessage((TextPart("What?"), ImagePart("https://a.test/b.png"))),)))
    text, picture = known.Messages[0].Contents
    assert (text.Type, text.Text, picture.Type, picture.ImageUrl.Url) == ("text", "What?", "image_url", "https://a.test/b.png")


def test_names_of_the_vendor_are_sent_as_they_are():
    _, body, _ = wire(
        LLMCall("m", QUESTION, parameters={"enable_enhance": True}, extra={"SearchInfo": True}),
        rename={"enable_enhance": "EnableEnhancement"},
    )
    assert (body["EnableEnhancement"], body["SearchInfo"]) == (True, True)


def test_a_reply_with_reasoning_and_calls_has_the_parts_the_vendors_class_reads():
    call = {"Id": "c1", "Type": "function", "Function": {"Name": "get_weather", "Arguments": '{"city": "Oslo"}'}}
    body = whole(
        {"Role": "assistant", "Content": "I look.", "ReasoningContent": "Hm.", "ToolCalls": [call]}, "tool_calls", Note="n"
    )
    _, result = drive(CODEC.invoke(LLMCall("m", QUESTION), endpoint()), answer(body, x_tc_requestid="r-9"))
    read = models.ChatCompletionsResponse()
    read._deserialize(body["Response"])
    message = read.Choices[0].Message
    assert (result.text, result.reasoning) == (message.Content, message.ReasoningContent)
    assert [(call.id, call.name, call.arguments) for call in result.tool_calls] == [
        (call.Id, call.Function.Name, call.Function.Arguments) for call in message.ToolCalls
    ]
    assert (result.usage.input.total, result.usage.output.total) == (read.Usage.PromptTokens, read.Usage.CompletionTokens)
    assert (result.finish.unified, result.response_id, result.request_id) == ("tool_calls", "a1", "r-9")
    assert "Note" in str(result.provider_metadata), "what nobody knows is kept"
    assert result.raw.json() == body, "what the vendor sent, not its translation"


def chunk(finish="", **delta):
    return {"Id": "a1", "Choices": [{"Index": 0, "FinishReason": finish, "Delta": {"Role": "assistant", **delta}}], "Usage": USAGE}


def test_a_stream_is_the_same_however_it_is_split_and_incomplete_where_it_is_cut():
    head = {"Index": 0, "Id": "c1", "Type": "function", "Function": {"Name": "get_weather", "Arguments": '{"city"'}}
    tail = {"Index": 0, "Id": "c1", "Type": "function", "Function": {"Name": "", "Arguments": ': "Oslo"}'}}
    chunks = [chunk(ReasoningContent="Hm."), chunk(Content="Wait — "), chunk(Content="天气。"), chunk(ToolCalls=[head])]
    body = frames(*chunks, chunk(ToolCalls=[tail]), chunk("tool_calls", Content=""))
    result = gather(check_cuts(CODEC.stream(LLMCall("m", QUESTION), endpoint()), body, len(body) - 1))
    assert (result.reasoning, result.text) == ("Hm.", "Wait — 天气。")
    assert [(call.id, call.name, call.json()) for call in result.tool_calls] == [("c1", "get_weather", {"city": "Oslo"})]
    assert (result.finish.unified, result.usage.input.total) == ("tool_calls", 11)


def test_a_stream_asks_for_events():
    request = CODEC.stream(LLMCall("m", QUESTION), endpoint()).start()
    assert json.loads(request.body or b"")["Stream"] is True
    assert dict(request.headers)["accept"] == "text/event-stream"


def test_an_answer_that_was_moderated_away_says_so():
    found = told(CODEC.stream(LLMCall("m", QUESTION), endpoint()), frames(chunk(Content="A"), chunk("sensitive", Content="")))
    assert isinstance(found[-1], FinishEvent)
    assert (found[-1].finish.unified, found[-1].finish.raw) == ("content_filter", "sensitive")


ERRORS = [
    ("AuthFailure.SignatureFailure", Unauthorized, False),
    ("AuthFailure.SecretIdNotFound", Unauthorized, False),
    ("UnauthorizedOperation", Unauthorized, False),
    ("FailedOperation.ServiceNotActivated", Unauthorized, False),
    ("RequestLimitExceeded", RateLimited, True),
    ("LimitExceeded", RateLimited, True),
    ("FailedOperation.EngineServerLimitExceeded", RateLimited, True),
    ("ResourceInsufficient.ChargeResourceExhaust", Unauthorized, False),
    ("FailedOperation.ResourcePackExhausted", Unauthorized, False),
    ("FailedOperation.EngineRequestTimeout", TimedOut, True),
    ("FailedOperation.EngineServerError", ServerUnavailable, True),
    ("InternalError", ServerUnavailable, True),
    ("InvalidParameterValue.Model", ModelNotFound, False),
    ("InvalidParameter", BadRequest, False),
    ("OperationDenied.TextIllegalDetected", ContentFiltered, False),
]
"""Codes of https://cloud.tencent.com/document/api/1729/101843 and `errorcodes.py` of the package (read 2026-11-28)."""


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("code", "kind", "retryable"), ERRORS)
def test_an_error_with_status_200_is_an_error(code, kind, retryable, streamed):
    body = {"Response": {"Error": {"Code": code, "Message": "no"}, "RequestId": "r"}}
    call = LLMCall("m", QUESTION)
    if streamed:
        (event,) = told(CODEC.stream(call, endpoint()), json.dumps(body).encode())
        assert isinstance(event, ErrorEvent)
        error = event.error
    else:
        with pytest.raises(InvokeError) as raised:
            drive(CODEC.invoke(call, endpoint()), answer(body))
        error = raised.value
    assert (type(error), error.code, error.retryable) == (kind, code, retryable)
    assert json.loads(error.raw or b"") == body


@pytest.mark.parametrize(("code", "kind"), [(4000, ServerUnavailable), (4001, TimedOut)])
def test_an_error_amid_a_stream_ends_it(code, kind):
    body = frames(chunk(Content="Hel"), {"ErrorMsg": {"Msg": "no", "Code": code}})
    found = told(CODEC.stream(LLMCall("m", QUESTION), endpoint()), body)
    assert isinstance(found[-1], ErrorEvent)
    assert type(found[-1].error) is kind
    assert found[-1].error.raw == frames({"ErrorMsg": {"Msg": "no", "Code": code}})[6:-2]
