"""Language models through the runtime: what is sent, what comes back, in both colours."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from modelruntime import (
    CredentialsInvalid,
    FinishEvent,
    ImagePart,
    ModelNotFound,
    ParameterInvalid,
    StreamIncomplete,
    StreamStart,
    TextDelta,
    TextPart,
    Tool,
    UserMessage,
)
from tests.runtime.colours import Colour
from tests.runtime.scripted import GREETING, answer, chat, frame, stream

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 16


@COLOURS
def test_a_call_is_rendered_signed_and_answered(colour):
    world = Colour(colour, chat("Hi"))
    result = world.run(world.runtime.llm("acme/talker").invoke("Hello", temperature=0.2))
    assert (result.text, result.finish.unified, result.request_id) == ("Hi", "stop", "req-1")
    assert result.warnings == ()
    assert result.cost is not None
    assert result.cost.total == Decimal("0.0105")
    assert (result.cost.input, result.cost.output, result.cost.currency) == (Decimal("0.003"), Decimal("0.0075"), "USD")
    request = world.transport.requests[0]
    assert (request.method, request.url) == ("POST", "https://api.acme.test/v1/chat/completions")
    assert world.transport.header("authorization") == "Bearer sk-acme"
    assert world.transport.header("x-acme") == "1"
    assert world.transport.body() == {
        "model": "talker",
        "messages": [{"role": "user", "content": "Hello"}],
        "temperature": 0.2,
    }


@COLOURS
def test_a_stream_gives_typed_events_and_gathers(colour):
    world = Colour(colour, stream(*GREETING))
    events = world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"))
    assert isinstance(events[0], StreamStart)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "Hello"
    final = events[-1]
    assert isinstance(final, FinishEvent)
    assert final.usage.input.total == 7
    assert final.cost is not None
    assert final.cost.total == Decimal("0.000051")
    assert world.transport.body()["stream"] is True


def test_a_stream_gathers_to_the_result():
    world = Colour("sync", stream(*GREETING))
    result = world.runtime.llm("acme/talker").stream("Hello").result()
    assert (result.text, result.finish.raw, result.usage.output.total) == ("Hello", "stop", 2)


@COLOURS
def test_closing_a_stream_closes_its_reply(colour):
    world = Colour(colour, stream(*GREETING))
    world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"), limit=3)
    assert world.transport.replies[0].closed


@COLOURS
def test_a_stream_that_is_cut_raises_after_what_came(colour):
    world = Colour(colour, stream(*GREETING[:2]))
    with pytest.raises(StreamIncomplete) as raised:
        world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"))
    assert (raised.value.provider, raised.value.model) == ("acme", "talker")


def test_what_came_before_a_cut_was_handed_out():
    world = Colour("sync", stream(*GREETING[:3]))
    events = world.runtime.llm("acme/talker").stream("Hello")
    seen = [next(events) for _ in range(4)]
    with pytest.raises(StreamIncomplete):
        list(events)
    assert "".join(event.text for event in seen if isinstance(event, TextDelta)) == "Hello"


@COLOURS
@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"temperature": 3}, "temperature"), ({"temperature": "hot"}, "temperature"), ({"temperature": float("nan")}, "temperature"),
     ({"n": 2}, "n"), ({"max_tokens": 99999}, "max_tokens")],
)  # fmt: skip
def test_a_parameter_that_breaks_its_rule_is_refused_before_anything_is_sent(colour, parameters, field):
    world = Colour(colour)
    with pytest.raises(ParameterInvalid) as raised:
        world.run(world.runtime.llm("acme/talker").invoke("Hello", **parameters))
    assert raised.value.field == field
    assert world.transport.requests == []


def test_an_undeclared_parameter_passes_with_a_warning_and_is_refused_under_strict():
    world = Colour("sync", chat())
    result = world.runtime.llm("acme/talker").invoke("Hello", parameters={"odd-name": 1})
    assert [(w.kind, w.field) for w in result.warnings] == [("undeclared", "odd-name")]
    assert world.transport.body()["odd-name"] == 1
    with pytest.raises(ParameterInvalid):
        world.runtime.llm("acme/talker").invoke("Hello", parameters={"odd-name": 1}, strict=True)


def test_extra_and_headers_reach_the_request():
    world = Colour(
        "sync",
        chat(),
        extra={"acme": {"user": "u1"}, "acme/talker": {"seed": 7}},
        headers={"acme/talker": {"X-Model": "m"}},
    )
    world.runtime.llm("acme/talker").invoke("Hello", extra={"store": True}, headers={"X-Call": "c", "X-Acme": "2"})
    body = world.transport.body()
    assert (body["user"], body["seed"], body["store"]) == ("u1", 7, True)
    assert [world.transport.header(name) for name in ("x-model", "x-call", "x-acme")] == ["m", "c", "2"]


@dataclasses.dataclass
class City:
    name: str
    people: int


class Town(msgspec.Struct):
    name: str
    people: int


@COLOURS
@pytest.mark.parametrize("kind", [City, Town])
def test_structured_output_comes_back_typed(colour, kind):
    world = Colour(colour, chat('{"name": "Ulm", "people": 126000}'))
    result = world.run(world.runtime.llm("acme/talker").invoke("Describe Ulm", output=kind))
    assert result.parsed == kind("Ulm", 126000)
    wanted = world.transport.body()["response_format"]
    assert wanted["type"] == "json_schema"
    assert wanted["json_schema"]["schema"]["required"] == ["name", "people"]
    assert wanted["json_schema"]["schema"]["additionalProperties"] is False


def test_an_answer_that_does_not_fit_keeps_its_text_and_warns():
    world = Colour("sync", chat("no JSON"))
    result = world.runtime.llm("acme/talker").invoke("Describe Ulm", output=City)
    assert (result.parsed, result.text) == (None, "no JSON")
    assert [w.kind for w in result.warnings] == ["incomplete"]


@pytest.mark.parametrize("wrong", [7, "yaml", object()])
def test_an_output_that_describes_nothing_is_refused(wrong):
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.llm("acme/talker").invoke("x", output=wrong)
    assert raised.value.field == "output"


def test_tools_go_out_and_calls_come_back():
    call = {"id": "t1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Ulm"}'}}
    world = Colour("sync", chat(None, tool_calls=[call]))
    tool = Tool("weather", "Weather of a city", {"type": "object", "properties": {"city": {"type": "string"}}})
    result = world.runtime.llm("acme/talker").invoke("Weather in Ulm?", tools=[tool], tool_choice="required")
    assert [(c.name, c.json()) for c in result.tool_calls] == [("weather", {"city": "Ulm"})]
    assert result.finish.unified == "tool_calls"
    body = world.transport.body()
    assert body["tools"][0]["function"]["name"] == "weather"
    assert body["tool_choice"] == "required"


def test_an_image_from_a_path_is_sent_inline_and_its_missing_feature_warned(tmp_path: Path):
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    world = Colour("sync", chat())
    message = UserMessage((TextPart("What is it?"), ImagePart(path)))
    result = world.runtime.llm("acme/talker").invoke([message])
    assert [(w.kind, w.field) for w in result.warnings] == [("unsupported", "messages")]
    image = world.transport.body()["messages"][0]["content"][1]["image_url"]["url"]
    assert image.startswith("data:image/png;base64,")


@pytest.mark.parametrize("source", [Path("no-such-file.png"), "no-such-file.png"])
def test_an_attachment_that_is_not_there_names_its_field(source):
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.llm("acme/talker").invoke([UserMessage((ImagePart(source),))])
    assert raised.value.field == "source"


def test_a_completion_model_takes_a_prompt():
    reply = {"model": "writer", "choices": [{"text": " upon a time", "index": 0, "finish_reason": "length"}]}
    world = Colour("sync", answer(reply))
    result = world.runtime.llm("acme/writer").invoke("Once", max_tokens=4)
    assert (result.text, result.finish.unified) == (" upon a time", "length")
    assert world.transport.body()["prompt"] == "Once"


def test_a_deprecated_model_warns():
    world = Colour("sync", chat())
    result = world.runtime.llm("acme/old-talker").invoke("Hello")
    assert [(w.kind, w.message) for w in result.warnings] == [
        ("deprecated", "acme/old-talker is deprecated on 2027-01-01; use talker")
    ]


def test_a_model_that_nobody_declares_is_allowed_with_a_warning_and_has_no_price():
    world = Colour("sync", chat())
    result = world.runtime.llm("acme/brand-new").invoke("Hello", temperature=9)
    assert "undeclared" in {w.kind for w in result.warnings}
    assert result.cost is None
    assert world.transport.body()["temperature"] == 9


@pytest.mark.parametrize("name", ["talker", "nobody/talker", "acme/", "/x", "backup/sparrow"])
def test_a_name_that_means_no_model_says_so(name):
    with pytest.raises(ModelNotFound):
        Colour("sync").runtime.llm(name).invoke("Hello")


@pytest.mark.parametrize(
    "messages", ["", [], [{"role": "wizard", "content": "x"}], [{"role": "user", "content": [{"type": "??"}]}], 7]
)
def test_messages_that_make_no_sense_are_refused(messages):
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.llm("acme/talker").invoke(messages)
    assert (raised.value.field or "").startswith("messages")


def test_dicts_as_other_libraries_write_them_are_taken():
    world = Colour("sync", chat())
    world.runtime.llm("acme/talker").invoke([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}])
    assert [m["role"] for m in world.transport.body()["messages"]] == ["system", "user"]


def test_a_ten_megabyte_prompt_passes_whole():
    world = Colour("sync", chat())
    prompt = "x" * 10_000_000
    world.runtime.llm("acme/talker").invoke(prompt)
    assert world.transport.body()["messages"][0]["content"] == prompt


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "soon"])
def test_a_timeout_that_is_no_time_is_refused(timeout):
    with pytest.raises(ParameterInvalid) as raised:
        Colour("sync").runtime.llm("acme/talker").invoke("x", timeout=timeout)
    assert raised.value.field == "timeout"


def test_a_timeout_limits_the_whole_call():
    world = Colour("sync", chat())
    world.runtime.llm("acme/talker").invoke("x", timeout=5)
    assert 4.5 < (world.transport.timeouts[0].total or 0) <= 5


def test_headers_with_line_breaks_are_refused():
    with pytest.raises(ParameterInvalid):
        Colour("sync").runtime.llm("acme/talker").invoke("x", headers={"a": "b\r\nc: d"})


def test_missing_credentials_tell_what_to_set():
    with pytest.raises(CredentialsInvalid) as raised:
        Colour("sync", environ={}).runtime.llm("acme/talker").invoke("Hello")
    assert raised.value.field == "api_key"
    assert "ACME_API_KEY" in str(raised.value)


def test_a_late_frame_of_usage_counts():
    late = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\n\n'
    world = Colour("sync", stream(frame({"content": "x"}), frame({}, "stop"), late, b"data: [DONE]\n\n"))
    assert world.runtime.llm("acme/talker").stream("Hello").result().usage.input.total == 3
