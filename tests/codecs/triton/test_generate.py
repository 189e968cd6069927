"""The generate extension of Triton."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.triton.generate import CODEC
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, ParameterInvalid, ServerUnavailable, StreamIncomplete, Unauthorized
from modelruntime.entities.events import ErrorEvent, FinishEvent
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import ImagePart, ReasoningPart, TextPart
from modelruntime.entities.tools import Tool
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.codecs.openai.event_laws import check_laws, plain

OK = {"model_name": "m", "model_version": "1", "text_output": "Hi"}


def prompt(**more: Any) -> LLMCall:
    return LLMCall("m", prompt="Once", **more)


def body(wanted: LLMCall, **profile: Any) -> dict[str, Any]:
    return dict(json.loads(sent_by(CODEC.invoke(wanted, endpoint(**profile))).body or b""))


def warnings_of(wanted: LLMCall) -> list[tuple[str, str | None]]:
    result = drive(CODEC.invoke(wanted, endpoint()), answer(OK))[1]
    return [(warning.kind, warning.field) for warning in result.warnings]


def test_the_model_stands_in_the_path() -> None:
    assert sent_by(CODEC.invoke(prompt(), endpoint("my model"))).url.endswith("/v2/models/my%20model/generate")
    request = CODEC.stream(prompt(), endpoint("llm")).start()
    assert request.url.endswith("/v2/models/llm/generate_stream")
    assert json.loads(request.body or b"") == {"text_input": "Once", "parameters": {"stream": True}}
    assert dict(request.headers)["accept"] == "text/event-stream"


def test_parameters_stand_in_their_object_and_the_length_beside_it() -> None:
    wanted = prompt(parameters={"temperature": 0.5, "max_tokens": 9, "stop": ["x"], "top_p": None}, extra={"bad_words": ""})
    assert body(wanted, constants={"exclude_input_in_output": True, "parameters": {"priority": 1}}) == {
        "text_input": "Once",
        "exclude_input_in_output": True,
        "parameters": {"priority": 1, "stream": False, "temperature": 0.5, "stop": "x"},
        "max_tokens": 9,
        "bad_words": "",
    }
    assert body(prompt(parameters={"stop": "x"}), rename={"stop": "stop_words"})["stop_words"] == "x"
    assert warnings_of(prompt(parameters={"stop": ["x", "y"]})) == [("dropped", "stop")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(prompt(parameters={"text_input": "x"}), endpoint())


def test_a_conversation_is_one_text() -> None:
    messages = (
        SystemMessage("Be short."),
        UserMessage((TextPart("One"),)),
        AssistantMessage((ReasoningPart("hm"), TextPart("Two"))),
        ToolMessage("c", "three"),
        UserMessage("Four"),
    )
    spoken = body(LLMCall("m", messages))["text_input"]
    assert spoken == "System: Be short.\n\nUser: One\n\nAssistant: Two\n\nTool: three\n\nUser: Four\n\nAssistant:"


def test_what_has_no_place() -> None:
    assert warnings_of(prompt(tools=(Tool("f"),))) == [("dropped", "tools")]
    assert warnings_of(LLMCall("m", (UserMessage((ImagePart(b"x"),)),))) == [("dropped", "messages")]
    asked = body(prompt(output=OutputFormat("json_schema", {"type": "object"})))["text_input"]
    assert asked.endswith("\n\nOnce")
    assert "JSON Schema" in asked
    assert body(LLMCall("m", (UserMessage("Hi"),), output=OutputFormat("json")))["text_input"].startswith("System: Answer with")


@pytest.mark.parametrize(
    ("reply", "unified", "usage"),
    [
        (OK, "other", (None, None)),
        ({**OK, "finish_reason": "stop", "num_input_tokens": 3, "num_output_tokens": 2}, "stop", (3, 2)),
        ({**OK, "text_output": ["Hi"], "finish_reason": "length"}, "length", (None, None)),
    ],
)
def test_replies(reply: Any, unified: str, usage: tuple[int | None, int | None]) -> None:
    result = drive(CODEC.invoke(prompt(), endpoint()), answer(reply))[1]
    assert (result.text, result.model, result.finish.unified) == ("Hi", "m", unified)
    assert (result.usage.input.total, result.usage.output.total) == usage
    assert result.provider_metadata == {"triton": {"model_version": "1"}}


@pytest.mark.parametrize(
    ("status", "reply", "kind"),
    [
        (200, {}, ServerUnavailable),
        (200, {**OK, "text_output": ["a", "b"]}, ServerUnavailable),
        (200, b"<html>", ServerUnavailable),
        (200, {"error": "in the middle"}, ServerUnavailable),
        (400, {"error": "Unable to parse 'text_input'"}, BadRequest),
        (401, {"error": "unauthorized"}, Unauthorized),
        (503, {"error": "Exceeds maximum queue size"}, ServerUnavailable),
    ],
)
def test_errors(status: int, reply: Any, kind: type[Exception]) -> None:
    operation = CODEC.invoke(prompt(), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(answer(reply, status))
    with pytest.raises(kind):
        raise CODEC.stream(prompt(), endpoint()).fail(answer(reply, status if status != 200 else 502))


PIECES = [
    {**OK, "text_output": "H", "num_input_tokens": 3, "num_output_tokens": 1},
    {**OK, "text_output": "i — 四", "num_input_tokens": 3, "num_output_tokens": 2, "finish_reason": "stop"},
]


def data_of(*pieces: Any) -> bytes:
    return "".join(f"data: {json.dumps(piece, ensure_ascii=False)}\n\n" for piece in pieces).encode()


def events(data: bytes, size: int | None = None, end: str = "close", **profile: Any) -> Any:
    decoder = CODEC.stream(prompt(), endpoint(**profile)).decoder(ResponseHead(200, (("x-request-id", "r-1"),)))
    pieces = [data] if size is None else [data[at : at + size] for at in range(0, len(data), size)]
    return [*(event for piece in pieces for event in decoder.feed(piece)), *getattr(decoder, end)()]


def test_a_stream_is_whole_when_its_body_is() -> None:
    found = events(data_of(*PIECES))
    check_laws(found)
    result = gather(found)
    assert (result.text, result.finish.unified, result.model) == ("Hi — 四", "stop", "m")
    assert (result.usage.input.total, result.usage.output.total) == (3, 3)
    assert events(data_of(*PIECES), 1) == found


def test_a_stream_that_was_cut_is_incomplete() -> None:
    data = data_of(*PIECES)
    borders = [at + 2 for at in range(len(data)) if data[at : at + 2] == b"\n\n"]
    for end in range(len(data)):
        found = events(data[:end])
        check_laws(found)
        assert isinstance(found[-1], FinishEvent if end in borders else ErrorEvent), end
    for end in (0, borders[0], len(data)):
        (*_, last) = events(data[:end], end="cut")
        assert isinstance(last, ErrorEvent)
        assert isinstance(last.error, StreamIncomplete)


def test_a_failure_in_the_stream_is_its_last_event() -> None:
    for failure in ({"error": "out of memory"}, {"text_output": 5}):
        found = events(data_of(PIECES[0], failure, PIECES[1]))
        assert isinstance(found[-1], ErrorEvent)
        assert isinstance(found[-1].error, ServerUnavailable)
        assert plain(found) == plain(events(data_of(PIECES[0], failure, PIECES[1]), 1))


def test_an_endpoint_that_cannot_stream_is_asked_for_the_whole() -> None:
    request = CODEC.stream(prompt(), endpoint(stream_form="whole")).start()
    assert request.url.endswith("/generate")
    assert json.loads(request.body or b"")["parameters"] == {"stream": False}
    whole = json.dumps(PIECES[1]).encode()
    found = events(whole, 1, stream_form="whole")
    check_laws(found)
    assert gather(found).text == "i — 四"
    (refused,) = events(b'{"error": "no"}', stream_form="whole")
    assert isinstance(refused, ErrorEvent)
    assert events(whole, end="cut", stream_form="whole") == []
    decoder = CODEC.stream(prompt(), endpoint(stream_form="whole")).decoder(ResponseHead(200))
    decoder.close()
    assert (list(decoder.feed(b"x")), list(decoder.close())) == ([], [])
