"""Replicate's language models: what is asked, and what states and events mean."""

from __future__ import annotations

import json

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.operation import Done, Endpoint, OpenElsewhere, Send, Wait
from modelruntime.codecs.replicate.chat import CODEC
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, ParameterInvalid, ServerUnavailable, Unauthorized
from modelruntime.entities.events import ErrorEvent, FinishEvent
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.entities.tools import Tool
from modelruntime.schema.profile import Profile
from tests.codecs.calls import answer, sent_by
from tests.codecs.stream_cuts import check_cuts, told

BASE = "https://api.replicate.com/v1"
HELLO = LLMCall("m", (UserMessage("Hello"),))


def endpoint(model="meta/llama", version=None, **profile):
    return Endpoint(BASE, model, Profile(**profile), provider="acme", credentials={"model_version": version} if version else {})


def prediction(status="processing", output=None, **more):
    return answer({"id": "p/1", "status": status, "output": output, **more}, 201)


def given(call, **profile):
    return json.loads(sent_by(CODEC.invoke(call, endpoint(**profile))).body or b"")["input"]


@pytest.mark.parametrize(
    ("version", "url", "body"),
    [
        (None, f"{BASE}/models/meta/llama/predictions", {"input": {"prompt": "Hello"}}),
        ("abc", f"{BASE}/predictions", {"version": "abc", "input": {"prompt": "Hello"}}),
    ],
)
def test_a_prediction_is_made_of_a_model_or_of_a_version(version, url, body):
    request = sent_by(CODEC.invoke(HELLO, endpoint(version=version)))
    assert (request.method, request.url, json.loads(request.body or b"")) == ("POST", url, body)
    assert dict(request.headers)["prefer"] == "wait=1"


@pytest.mark.parametrize("model", ["llama", "/llama", "meta/", "a/b/c"])
def test_a_model_has_an_owner_and_a_name(model):
    with pytest.raises(ParameterInvalid) as raised:
        CODEC.invoke(HELLO, endpoint(model))
    assert raised.value.field == "model"


def test_instructions_have_a_place_and_turns_have_not():
    turns = (
        SystemMessage("Be short."),
        UserMessage("Hi"),
        AssistantMessage("Hello"),
        ToolMessage("c", "sunny"),
        UserMessage("So?"),
    )
    operation = CODEC.invoke(LLMCall("m", turns), endpoint())
    assert json.loads(sent_by(operation).body or b"")["input"] == {
        "prompt": "User: Hi\n\nAssistant: Hello\n\nTool: sunny\n\nUser: So?\n\nAssistant:",
        "system_prompt": "Be short.",
    }
    step = operation.receive(prediction("succeeded", "Fine."))
    assert isinstance(step, Done)
    assert [(warning.kind, warning.field) for warning in step.result.warnings] == [("mapped", "messages")]


def test_what_a_prompt_cannot_say_is_told_and_refused_under_strict():
    call = LLMCall("m", (UserMessage((TextPart("What?"), ImagePart(b"x"))),), tools=(Tool("t"),))
    operation = CODEC.invoke(call, endpoint())
    operation.start()
    step = operation.receive(prediction("succeeded", "A"))
    assert isinstance(step, Done)
    assert {warning.field for warning in step.result.warnings} == {"tools", "messages"}
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(LLMCall("m", call.messages, strict=True), endpoint())


def test_parameters_go_into_the_input_under_the_models_names():
    call = LLMCall("m", HELLO.messages, parameters={"max_tokens": 9, "stop": ["a", "b"], "top_k": 3}, extra={"min_tokens": 1})
    assert given(call, rename={"max_tokens": "max_new_tokens"}) == {
        "prompt": "Hello",
        "max_new_tokens": 9,
        "top_k": 3,
        "stop_sequences": "a,b",
        "min_tokens": 1,
    }


def test_an_output_is_asked_for_in_the_prompt():
    call = LLMCall("m", HELLO.messages, output=OutputFormat("json"))
    assert "JSON" in given(call)["system_prompt"] + given(call)["prompt"]
    assert "JSON" in given(LLMCall("m", prompt="Hello", output=OutputFormat("json")))["prompt"]


def test_polls_go_to_the_endpoint_by_the_id_and_grow_rarer():
    operation = CODEC.invoke(HELLO, endpoint())
    assert operation.cancel() is None, "there is nothing to end yet"
    operation.start()
    waits = []
    for _ in range(8):
        step = operation.receive(prediction(urls={"get": "https://evil.test/p", "cancel": "https://evil.test/c"}))
        assert isinstance(step, Wait)
        waits.append(step.seconds)
        asked = operation.resume()
        assert isinstance(asked, Send)
        assert (asked.request.method, asked.request.url) == ("GET", f"{BASE}/predictions/p%2F1")
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, 5.0)
    end = operation.cancel()
    assert end is not None
    assert (end.method, end.url) == ("POST", f"{BASE}/predictions/p%2F1/cancel")
    assert isinstance(operation.receive(prediction("succeeded", "A")), Done)
    assert operation.cancel() is None, "it is over"


@pytest.mark.parametrize(("output", "text"), [("Hello", "Hello"), (["Hel", "lo"], "Hello"), ([], "")])
def test_an_output_is_a_text_or_pieces_of_one(output, text):
    operation = CODEC.invoke(HELLO, endpoint())
    metrics = {"input_token_count": 11, "output_token_count": 7, "predict_time": 0.5}
    step = operation.receive(prediction("succeeded", output, metrics=metrics, version="v"))
    assert isinstance(step, Done)
    result = step.result
    assert (result.text, result.finish.unified, result.finish.raw) == (text, "stop", "succeeded")
    assert (result.usage.input.total, result.usage.output.total, result.usage.seconds) == (11, 7, 0.5)
    assert (result.response_id, result.model) == ("p/1", "meta/llama")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (prediction("failed", error="the machine is on fire"), ServerUnavailable),
        (prediction("canceled"), ServerUnavailable),
        (prediction("succeeded", {"mask": "x"}), ServerUnavailable),
        (prediction("succeeded", None), ServerUnavailable),
        (answer({"detail": "no id"}), ServerUnavailable),
        (answer(b"<html>"), ServerUnavailable),
        (answer({"title": "Unauthenticated", "detail": "You did not pass a token"}, 401), Unauthorized),
        (answer({"title": "Input validation failed", "detail": "- input: prompt is required", "status": 422}, 422), BadRequest),
    ],
)
def test_what_is_no_text_in_the_end_is_an_error(reply, kind):
    with pytest.raises(kind) as raised:
        CODEC.invoke(HELLO, endpoint()).receive(reply)
    assert raised.value.raw == reply.body


EVENTS = (
    b": hi\n\n"
    b"event: output\nid: 1\ndata: Wait \n\n"
    b"event: logs\nid: 2\ndata: warming up\n\n"
    + "event: output\nid: 3\ndata: — 天气\ndata: \ndata: fine.\n\n".encode()
    + b"event: done\nid: 4\ndata: {}\n\n"
)


def opened():
    stream = CODEC.stream(HELLO, endpoint())
    stream.start()
    step = stream.receive(prediction("starting", urls={"stream": "https://stream.replicate.com/v1/s"}))
    assert isinstance(step, OpenElsewhere)
    assert (step.request.method, step.request.url) == ("GET", "https://stream.replicate.com/v1/s")
    return stream


def test_a_stream_is_the_same_however_it_is_split_and_incomplete_where_it_is_cut():
    result = gather(check_cuts(opened(), EVENTS, len(EVENTS) - 1))
    assert result.text == "Wait — 天气\n\nfine."
    assert (result.response_id, result.model, result.usage.input.total) == ("p/1", "meta/llama", None)
    assert [warning.field for warning in result.warnings] == ["usage"]


@pytest.mark.parametrize(
    "last",
    [
        b'event: error\ndata: {"detail": "the machine is on fire"}\n\n',
        b"event: error\ndata: the machine is on fire\n\n",
        b'event: done\ndata: {"reason": "canceled"}\n\n',
        b'event: done\ndata: {"reason": "error"}\n\n',
    ],
)
def test_a_stream_that_says_that_it_failed_is_an_error(last):
    found = told(opened(), EVENTS[:60], b"\n\n", last)
    assert isinstance(found[-1], ErrorEvent)
    assert not any(isinstance(event, FinishEvent) for event in found)


@pytest.mark.parametrize("address", [None, "http://stream.replicate.com/v1/s", "file:///etc/passwd", "ftp://a.test/s"])
def test_without_an_address_that_may_be_opened_the_prediction_is_polled_and_told_whole(address):
    stream = CODEC.stream(HELLO, endpoint())
    assert isinstance(stream.receive(prediction(urls={"stream": address})), Wait)
    assert isinstance(stream.resume(), Send)
    step = stream.receive(prediction("succeeded", ["Hel", "lo"]))
    assert isinstance(step, Done)
    assert gather(step.result).text == "Hello"
