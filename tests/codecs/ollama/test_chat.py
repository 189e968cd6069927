"""Ollama's chat, generation, embeddings and list, beside what recorded traffic proves (tests/replay)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.ollama.chat import CODEC, GENERATE
from modelruntime.codecs.ollama.embeddings import CODEC as EMBEDDINGS
from modelruntime.codecs.ollama.models import CODEC as MODELS
from modelruntime.codecs.operation import Done, Send
from modelruntime.entities.call import LLMCall, TextEmbeddingCall
from modelruntime.entities.errors import BadRequest, ModelNotFound, ParameterInvalid, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, FinishEvent, ReasoningEnd, TextStart
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, ImagePart, MediaPart, ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.codecs.openai.event_laws import check_laws, plain

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
OK = {"model": "m", "created_at": "t", "message": {"role": "assistant", "content": "Hi"}, "done": True, "done_reason": "stop"}


def call(*messages: Any, **more: Any) -> LLMCall:
    return LLMCall("m", messages or (UserMessage("Hello"),), **more)


def body(wanted: LLMCall, codec: Any = CODEC, **profile: Any) -> dict[str, Any]:
    return dict(json.loads(sent_by(codec.invoke(wanted, endpoint(**profile))).body or b""))


def fields(wanted: LLMCall, **profile: Any) -> dict[str, Any]:
    """What stands in a body beside the model, the messages and `stream`."""
    return {k: v for k, v in body(wanted, **profile).items() if k not in ("model", "messages", "stream")}


def warnings_of(wanted: LLMCall, **profile: Any) -> list[tuple[str, str | None]]:
    result = drive(CODEC.invoke(wanted, endpoint(**profile)), answer(OK))[1]
    return [(warning.kind, warning.field) for warning in result.warnings]


def test_whether_it_streams_is_always_said() -> None:
    request = CODEC.stream(call(), endpoint("qwen3:8b")).start()
    assert request.url == "https://api.example.com/v1/api/chat"
    assert dict(request.headers)["accept"] == "application/x-ndjson"
    assert json.loads(request.body or b"")["stream"] is True
    assert body(call())["stream"] is False
    assert GENERATE.stream(LLMCall("m", prompt="x"), endpoint()).start().url.endswith("/api/generate")


def test_messages_of_every_role() -> None:
    own = {"ollama": {"id": "call_1", "type": "function"}}
    sent = body(
        call(
            SystemMessage("One"),
            DeveloperMessage("Two"),
            UserMessage((TextPart("a"), ImagePart(b"\x89PNG\r\n\x1a\n"), TextPart("b"))),
            AssistantMessage(
                (
                    ReasoningPart("hm", {"ollama": {"form": "thinking"}}),
                    ToolCallPart("call_1", "f", '{"a": 1}', own),
                    ToolCallPart("made", "g", "oops"),
                )
            ),
            ToolMessage("call_1", "sunny"),
            ToolMessage("made", "bad"),
            ToolMessage("foreign", "x", name="h"),
        )
    )["messages"]
    assert [message["role"] for message in sent] == ["system", "system", "user", "assistant", "tool", "tool", "tool"]
    assert sent[2] == {"role": "user", "content": "ab", "images": ["iVBORw0KGgo="]}
    assert sent[3]["thinking"] == "hm"
    assert sent[3]["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": {"a": 1}}},
        {"function": {"name": "g", "arguments": {"invalid_json": "oops"}}},
    ]
    assert sent[4] == {"role": "tool", "content": "sunny", "tool_name": "f", "tool_call_id": "call_1"}
    assert sent[5] == {"role": "tool", "content": "bad", "tool_name": "g"}
    assert sent[6] == {"role": "tool", "content": "x", "tool_name": "h"}


def test_what_has_no_form() -> None:
    assert warnings_of(call(UserMessage((TextPart("a"), AudioPart(b"x"))))) == [("dropped", "messages")]
    assert warnings_of(call(AssistantMessage((ReasoningPart("x"), TextPart("y"))))) == [("mapped", "messages")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(UserMessage((ImagePart("https://x/a.png"),))), endpoint())


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ({"temperature": 0.5, "max_tokens": 9, "stop": "x"}, {"options": {"temperature": 0.5, "num_predict": 9, "stop": ["x"]}}),
        ({"num_ctx": 8192, "top_k": None}, {"options": {"num_ctx": 8192}}),
        ({"keep_alive": "5m", "logprobs": True, "top_logprobs": 2}, {"keep_alive": "5m", "logprobs": True, "top_logprobs": 2}),
        ({"options.num_gpu": 1, "seed": 0}, {"options": {"num_gpu": 1, "seed": 0}}),
        ({"think": True}, {"think": True}),
        ({"thinking": False}, {"think": False}),
        ({"thinking": "enabled"}, {"think": True}),
        ({"reasoning_effort": "high"}, {"think": "high"}),
        ({"reasoning_effort": "none"}, {"think": False}),
        ({"format": "json"}, {"format": "json"}),
        ({"response_format": "json_object"}, {"format": "json"}),
        ({"json_schema": json.dumps(SCHEMA)}, {"format": SCHEMA}),
    ],
)
def test_parameters_stand_in_options_or_beside_them(parameters: dict[str, Any], sent: dict[str, Any]) -> None:
    assert fields(call(parameters=parameters)) == sent


def test_profile_and_extra() -> None:
    wanted = call(parameters={"seed": 1, "top_p": 0.5}, extra={"options": {"mirostat": 1}})
    profile: dict[str, Any] = {"drop": ["seed"], "rename": {"top_p": "options.min_p"}, "constants": {"keep_alive": 0}}
    assert fields(wanted, **profile) == {"keep_alive": 0, "options": {"min_p": 0.5, "mirostat": 1}}
    assert warnings_of(wanted, **profile) == [("dropped", "seed")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(parameters={"messages": []}), endpoint())


def test_the_shape_of_an_answer() -> None:
    schema = OutputFormat("json_schema", SCHEMA)
    assert fields(call(output=schema)) == {"format": SCHEMA}
    assert fields(call(output=OutputFormat("json"))) == {"format": "json"}
    assert fields(call(output=schema), output_mode="json_object") == {"format": "json"}
    assert "format" not in fields(call(output=schema), output_mode="prompt")
    operation = CODEC.invoke(call(output=schema), endpoint(output_mode="tool"))
    called = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "answer", "arguments": {"a": 1}}}]}
    result = drive(operation, answer({**OK, "message": called}))[1]
    assert (result.text, result.finish.unified) == ('{"a":1}', "stop")


@pytest.mark.parametrize(
    ("choice", "offered", "warned"),
    [
        (None, ["f", "g"], []),
        (ToolChoice("auto"), ["f", "g"], []),
        (ToolChoice("none"), [], [("mapped", "tool_choice")]),
        (ToolChoice("required"), ["f", "g"], [("dropped", "tool_choice")]),
        (ToolChoice("tool", "g"), ["g"], [("dropped", "tool_choice"), ("mapped", "tool_choice")]),
        (ToolChoice("auto", allowed=("f",), parallel=False), ["f"], [("dropped", "tool_choice"), ("mapped", "tool_choice")]),
    ],
)
def test_tools_and_the_choice_that_the_vendor_does_not_know(choice: Any, offered: list[str], warned: list[Any]) -> None:
    wanted = call(tools=(Tool("f", "Does it.", SCHEMA), Tool("g")), tool_choice=choice)
    assert [tool["function"]["name"] for tool in body(wanted).get("tools", ())] == offered
    assert warnings_of(wanted) == warned


def test_a_tool_is_a_function() -> None:
    function = {"name": "f", "description": "Does it.", "parameters": SCHEMA}
    assert body(call(tools=(Tool("f", "Does it.", SCHEMA),)))["tools"] == [{"type": "function", "function": function}]
    assert warnings_of(call(tools=(Tool("f", strict=True), HostedTool("web")))) == [("mapped", "tools"), ("dropped", "tools")]


def test_completion_mode() -> None:
    sent = body(LLMCall("m", prompt="Once", parameters={"suffix": "end", "max_tokens": 5}), GENERATE)
    assert sent == {"model": "m", "prompt": "Once", "suffix": "end", "options": {"num_predict": 5}, "stream": False}
    reply = {"model": "m", "created_at": "t", "response": "upon", "thinking": "hm", "done": True, "done_reason": "length"}
    result = drive(GENERATE.invoke(LLMCall("m", prompt="Once"), endpoint()), answer({**reply, "context": [1]}))[1]
    assert (result.text, result.reasoning, result.finish.unified) == ("upon", "hm", "length")
    assert result.provider_metadata == {"ollama": {"created_at": "t", "context": [1]}}
    for wrong in (call(), LLMCall("m", prompt="x", tools=(Tool("f"),), strict=True)):
        with pytest.raises(ParameterInvalid):
            GENERATE.invoke(wrong, endpoint())
    schema = LLMCall("m", prompt="x", output=OutputFormat("json_schema", SCHEMA))
    assert body(schema, GENERATE)["format"] == SCHEMA
    assert "JSON Schema" in body(schema, GENERATE, output_mode="prompt")["prompt"]


def test_a_reply_with_everything() -> None:
    message = {
        "role": "assistant",
        "content": "Hi",
        "thinking": "hm",
        "images": ["iVBORw0KGgo="],
        "tool_calls": [{"id": "own", "function": {"name": "f", "arguments": {"a": 1}}}, {"function": {"name": "f"}}],
    }
    logprobs = [{"token": "Hi", "logprob": -0.5, "top_logprobs": [{"token": "Ho", "logprob": -1}]}]
    counts = {"prompt_eval_count": 3, "eval_count": 2, "total_duration": 9}
    result = drive(CODEC.invoke(call(), endpoint()), answer({**OK, "message": message, "logprobs": logprobs, **counts}))[1]
    assert [type(part) for part in result.message.content] == [ReasoningPart, TextPart, MediaPart, ToolCallPart, ToolCallPart]
    first, second = result.tool_calls
    assert (first.id, first.json(), first.provider_metadata) == ("own", {"a": 1}, {"ollama": {"id": "own"}})
    assert second.id.startswith("call_")
    assert (second.arguments, second.provider_metadata) == ("{}", None)
    assert (result.finish.unified, result.finish.raw) == ("tool_calls", "stop")
    assert (result.usage.input.total, result.usage.output.total) == (3, 2)
    assert result.usage.raw == {"prompt_eval_count": 3, "eval_count": 2}
    assert result.logprobs == (TokenLogprob("Hi", -0.5, (("Ho", -1.0),)),)
    assert result.provider_metadata == {"ollama": {"created_at": "t", "total_duration": 9}}


@pytest.mark.parametrize("reply", [{}, {**OK, "done": False}, [], b"<html>", {**OK, "message": {"tool_calls": [{}]}}])
def test_what_is_no_whole_answer(reply: Any) -> None:
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(ServerUnavailable):
        operation.receive(answer(reply))


@pytest.mark.parametrize(
    ("status", "reply", "kind"),
    [(404, {"error": "model 'x' not found"}, ModelNotFound), (400, {"error": "x does not support tools"}, BadRequest)],
)
def test_errors(status: int, reply: Any, kind: type[Exception]) -> None:
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(answer(reply, status))


def line(done: bool = False, **message: Any) -> dict[str, Any]:
    return {"model": "m2", "created_at": "t", "message": {"role": "assistant", "content": "", **message}, "done": done}


LINES = (
    line(thinking="h"),
    line(thinking="m — 四"),
    line(content="H"),
    {**line(content="i"), "logprobs": [{"token": "i", "logprob": -1}]},
    line(tool_calls=[{"function": {"name": "f", "arguments": {"a": 1}}}, {"function": {"name": "f", "arguments": {"a": 1}}}]),
    line(images=["iVBORw0KGgo="]),
    line(content="!"),
)
END = {**line(done=True), "done_reason": "stop", "eval_count": 2, "total_duration": 9}


def stream(*lines: dict[str, Any], size: int | None = None) -> Any:
    data = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines).encode()
    decoder = CODEC.stream(call(), endpoint()).decoder(ResponseHead(200, (("x-request-id", "r-1"),)))
    pieces = [data] if size is None else [data[at : at + size] for at in range(0, len(data), size)]
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.close()]


def test_a_stream_gathers_to_what_it_says() -> None:
    found = stream(*LINES, END)
    check_laws(found)
    kinds_of_events = [type(event) for event in found]
    assert kinds_of_events.index(ReasoningEnd) < kinds_of_events.index(TextStart), "a part is over when the next begins"
    result = gather(found)
    kinds = [type(part) for part in result.message.content]
    assert kinds == [ReasoningPart, TextPart, ToolCallPart, ToolCallPart, MediaPart, TextPart]
    assert (result.text, result.reasoning, result.model) == ("Hi!", "hm — 四", "m2")
    assert len({each.id for each in result.tool_calls}) == 2
    assert (result.finish.unified, result.usage.input.total, result.usage.output.total) == ("tool_calls", None, 2)
    assert result.logprobs == (TokenLogprob("i", -1.0),)
    assert result.provider_metadata == {"ollama": {"created_at": "t", "total_duration": 9}}


def test_any_split_gives_the_same_events_and_any_cut_is_incomplete() -> None:
    whole = stream(*LINES, END)
    assert stream(*LINES, END, size=1) == whole
    for end in range(len(LINES) + 1):
        found = stream(*LINES[:end])
        check_laws(found)
        assert isinstance(found[-1], ErrorEvent)
        assert isinstance(found[-1].error, StreamIncomplete)


@pytest.mark.parametrize("failure", [{"error": "an error was encountered while running the model"}, {"message": 5, "done": True}])
def test_a_failure_in_the_stream_is_its_last_event(failure: dict[str, Any]) -> None:
    found = stream(LINES[0], failure, END)
    if "error" in failure:
        assert isinstance(found[-1], ErrorEvent)
        assert isinstance(found[-1].error, ServerUnavailable)
        assert not any(isinstance(event, FinishEvent) for event in found)
    assert plain(found) == plain(stream(LINES[0], failure, END, size=2))


def test_embeddings() -> None:
    wanted = TextEmbeddingCall("m", ("a", TextPart("b")), "query", {"dimensions": 2, "num_ctx": 9, "truncate": False})
    profile: dict[str, Any] = {"embedding_max_batch": 1, "embedding_prefixes": {"query": "q: "}}
    replies = [answer({"model": "m", "embeddings": [[1.0, 0.5]], "prompt_eval_count": 2})] * 2
    bodies, result = drive(EMBEDDINGS.invoke(wanted, endpoint(**profile)), *replies)
    fixed = {"model": "m", "dimensions": 2, "truncate": False, "options": {"num_ctx": 9}}
    assert bodies == [{**fixed, "input": ["q: a"]}, {**fixed, "input": ["q: b"]}]
    assert (result.vectors.tolist(), result.usage.input.total) == ([[1.0, 0.5]] * 2, 4)
    for inputs in ((), (ImagePart(b"x"),)):
        with pytest.raises(ParameterInvalid):
            EMBEDDINGS.invoke(TextEmbeddingCall("m", inputs), endpoint())


def test_the_list_asks_each_model_what_it_can_do() -> None:
    operation = MODELS.list_models(endpoint())
    step = operation.start()
    assert isinstance(step, Send)
    assert (step.request.method, step.request.url) == ("GET", "https://api.example.com/v1/api/tags")
    names = ("qwen3:8b", "nomic:latest", "broken", "qwen3:8b")
    step = operation.receive(answer({"models": [{"model": name} for name in names]}))
    info = {"general.architecture": "qwen3", "qwen3.context_length": 40960}
    shown = [
        {"capabilities": ["completion", "tools", "thinking", "vision"], "model_info": info},
        {"capabilities": ["embedding"], "model_info": {}},
    ]
    asked = []
    for reply in (*(answer(each) for each in shown), answer({"error": "gone"}, 404)):
        assert isinstance(step, Send)
        asked.append((step.request.url.rpartition("/v1")[2], json.loads(step.request.body or b"")["model"]))
        step = operation.receive(reply)
    assert asked == [("/api/show", "qwen3:8b"), ("/api/show", "nomic:latest"), ("/api/show", "broken")]
    assert isinstance(step, Done)
    able = ("tool-call", "multi-tool-call", "stream-tool-call", "vision", "agent-thought")
    assert [(row.id, row.model_type, row.context, row.features) for row in step.result] == [
        ("qwen3:8b", "llm", 40960, able),
        ("nomic:latest", "text-embedding", None, None),
        ("broken", None, None, None),
    ]


def test_a_list_that_is_none_and_an_empty_one() -> None:
    for reply in (answer({"error": "x"}, 500), answer({}), answer(b"<html>")):
        operation = MODELS.list_models(endpoint())
        operation.start()
        with pytest.raises(ServerUnavailable):
            operation.receive(reply)
    operation = MODELS.list_models(endpoint())
    operation.start()
    assert operation.receive(answer({"models": []})) == Done(())
