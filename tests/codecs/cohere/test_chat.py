"""Cohere's chat, token counts and model list, beside what recorded traffic proves (tests/replay)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cohere.v2.client import V2Client

from modelruntime.codecs.cohere.chat import CODEC
from modelruntime.codecs.cohere.models import CODEC as MODELS
from modelruntime.codecs.cohere.token_count import LONGEST
from modelruntime.codecs.gather import gather
from modelruntime.codecs.operation import Done, Send
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import (
    InvokeError,
    ParameterInvalid,
    ServerUnavailable,
    StreamIncomplete,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities.events import ErrorEvent, FinishEvent, ReasoningEnd, ToolCallStart
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    ImagePart,
    OpaquePart,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
)
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.codecs.openai.event_laws import check_laws, plain
from tests.conformance.type_judge import complaints_of_call

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
TOOL = Tool("f", "Does it.", SCHEMA)
OK = {"id": "c1", "message": {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]}, "finish_reason": "COMPLETE"}


def call(*messages: Any, **more: Any) -> LLMCall:
    return LLMCall("m", messages or (UserMessage("Hello"),), **more)


def body(wanted: LLMCall, **profile: Any) -> dict[str, Any]:
    """The JSON that is sent; the package would take it as it is."""
    sent = json.loads(sent_by(CODEC.invoke(wanted, endpoint(**profile))).body or b"")
    assert sent.pop("stream") is False
    assert complaints_of_call(sent, V2Client.chat) == []
    return dict(sent)


def warnings_of(wanted: LLMCall, **profile: Any) -> list[tuple[str, str | None]]:
    result = drive(CODEC.invoke(wanted, endpoint(**profile)), answer(OK))[1]
    return [(warning.kind, warning.field) for warning in result.warnings]


def result_of(reply: Any, wanted: LLMCall | None = None) -> Any:
    return drive(CODEC.invoke(wanted or call(), endpoint()), answer(reply, x_request_id="r-1"))[1]


def stream(*events: dict[str, Any], wanted: LLMCall | None = None, size: int | None = None) -> Any:
    data = "".join(f"event: {event.get('type', 'x')}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
    decoder = CODEC.stream(wanted or call(), endpoint()).decoder(ResponseHead(200, (("x-request-id", "r-1"),)))
    pieces = [data] if size is None else [data[at : at + size] for at in range(0, len(data), size)]
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.close()]


def test_a_stream_is_asked_for_at_the_same_path() -> None:
    request = CODEC.stream(call(), endpoint("command")).start()
    assert request.url == "https://api.example.com/v1/v2/chat"
    assert json.loads(request.body or b"") == {
        "model": "command",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
    }
    assert dict(request.headers)["accept"] == "text/event-stream"


def test_messages_of_every_role() -> None:
    sent = body(
        call(
            SystemMessage("Be short."),
            DeveloperMessage((TextPart("Be kind."), TextPart("Always."))),
            UserMessage((TextPart("Look"), ImagePart("https://x/a.png", detail="low"), ImagePart(b"\x89PNG\r\n\x1a\n"))),
            AssistantMessage((ToolCallPart("c1", "f", ""),)),
            ToolMessage("c1", "sunny"),
            ToolMessage("c2", (DocumentPart(b"A", "text/plain", "t", {"cohere": {"id": "d", "data": {"url": "u"}}}),)),
        )
    )["messages"]
    assert sent[0] == {"role": "system", "content": "Be short."}
    assert sent[1]["content"] == [{"type": "text", "text": "Be kind."}, {"type": "text", "text": "Always."}]
    assert sent[2]["content"][1:] == [
        {"type": "image_url", "image_url": {"url": "https://x/a.png", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    ]
    called = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert sent[3] == {"role": "assistant", "tool_calls": [called]}
    assert sent[4] == {"role": "tool", "tool_call_id": "c1", "content": "sunny"}
    document = {"id": "d", "data": {"title": "t", "text": "A", "url": "u"}}
    assert sent[5]["content"] == [{"type": "document", "document": document}]


def test_documents_of_a_user_stand_beside_the_messages() -> None:
    sent = body(call(UserMessage((TextPart("Who?"), DocumentPart(b"Ruby", "text/markdown", "facts.md")))))
    assert sent["documents"] == [{"data": {"title": "facts.md", "text": "Ruby"}}]
    assert sent["messages"] == [{"role": "user", "content": "Who?"}]


def test_what_has_no_form_is_dropped_with_a_warning_and_refused_under_strict() -> None:
    parts = (TextPart("Hi"), AudioPart(b"x"), DocumentPart(b"%PDF", "application/pdf"))
    assert warnings_of(call(UserMessage(parts))) == [("dropped", "messages"), ("dropped", "messages")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(UserMessage(parts), strict=True), endpoint())


def test_thoughts_of_this_family_go_back_and_others_do_not() -> None:
    own = (ReasoningPart("plan", {"cohere": {"form": "tool_plan"}}), ReasoningPart("hm", {"cohere": {"form": "thinking"}}))
    cited = SourcePart("u", provider_metadata={"cohere": {"start": 0, "end": 2, "text": "Hi", "sources": []}})
    said = AssistantMessage((*own, TextPart("Hi"), cited, SourcePart("other"), ToolCallPart("c", "f", "{}")))
    (sent,) = body(call(said))["messages"]
    assert sent["tool_plan"] == "plan"
    assert sent["content"] == [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi"}]
    assert sent["citations"] == [{"start": 0, "end": 2, "text": "Hi", "sources": []}]
    assert warnings_of(call(AssistantMessage((ReasoningPart("mine", {"openai": {}}),)))) == [("mapped", "messages")]


def test_a_message_of_nothing_that_can_be_said_is_left_out_and_an_unknown_block_goes_back() -> None:
    assert body(call(UserMessage("Hi"), AssistantMessage(())))["messages"] == [{"role": "user", "content": "Hi"}]
    sent = json.loads(
        sent_by(CODEC.invoke(call(AssistantMessage((OpaquePart("cohere", "x", {"type": "x"}),))), endpoint())).body or b""
    )
    assert sent["messages"] == [{"role": "assistant", "content": [{"type": "x"}]}]


@pytest.mark.parametrize(
    ("choice", "sent", "warned"),
    [
        (None, None, []),
        (ToolChoice("auto"), None, []),
        (ToolChoice("none"), "NONE", []),
        (ToolChoice("required"), "REQUIRED", []),
        (ToolChoice("tool", "g"), "REQUIRED", [("mapped", "tool_choice")]),
        (ToolChoice("auto", allowed=("g",)), None, [("mapped", "tool_choice")]),
        (ToolChoice("required", parallel=False), "REQUIRED", [("dropped", "tool_choice")]),
    ],
)
def test_the_choice_among_tools(choice: ToolChoice | None, sent: str | None, warned: list[Any]) -> None:
    wanted = call(tools=(TOOL, Tool("g")), tool_choice=choice)
    found = body(wanted)
    assert found.get("tool_choice") == sent
    offered = [tool["function"]["name"] for tool in found["tools"]]
    assert offered == (["g"] if warned and warned[0][0] == "mapped" else ["f", "g"])
    assert warnings_of(wanted) == warned


def test_tools_strictness_and_those_that_the_vendor_runs() -> None:
    sent = body(call(tools=(Tool("f", None, SCHEMA, strict=True),)))
    assert sent["strict_tools"] is True
    assert sent["tools"] == [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}]
    assert warnings_of(call(tools=(Tool("f", strict=True), Tool("g")))) == [("mapped", "tools")]
    assert warnings_of(call(tools=(HostedTool("web_search"),))) == [("dropped", "tools")]
    assert "tools" not in body(call(tools=(HostedTool("web_search"),)))


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ({"top_p": 0.5, "top_k": 3, "stop": "x", "temperature": None}, {"p": 0.5, "k": 3, "stop_sequences": ["x"]}),
        ({"stop": ["x", "y"], "max_completion_tokens": 9}, {"stop_sequences": ["x", "y"], "max_tokens": 9}),
        ({"safety_mode": "STRICT", "seed": 1, "logprobs": True}, {"safety_mode": "STRICT", "seed": 1, "logprobs": True}),
        ({"citation_options.mode": "FAST"}, {"citation_options": {"mode": "FAST"}}),
        ({"thinking": True}, {"thinking": {"type": "enabled"}}),
        ({"thinking": False}, {"thinking": {"type": "disabled"}}),
        ({"thinking": {"type": "enabled", "token_budget": 9}}, {"thinking": {"type": "enabled", "token_budget": 9}}),
        ({"thinking_budget": 64}, {"thinking": {"type": "enabled", "token_budget": 64}}),
        ({"thinking_budget": 0}, {"thinking": {"type": "disabled"}}),
        ({"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        ({"reasoning_effort": "high"}, {"thinking": {"type": "enabled"}}),
    ],
)
def test_parameters_under_their_wire_names(parameters: dict[str, Any], sent: dict[str, Any]) -> None:
    found = body(call(parameters=parameters))
    assert {name: value for name, value in found.items() if name not in ("model", "messages")} == sent


def test_profile_and_extra() -> None:
    sent = body(
        call(parameters={"seed": 1, "top_p": 0.5}, extra={"priority": 2}),
        drop=["seed"],
        rename={"top_p": "temperature"},
        constants={"safety_mode": "OFF"},
    )
    assert {k: v for k, v in sent.items() if k not in ("model", "messages")} == {
        "temperature": 0.5,
        "safety_mode": "OFF",
        "priority": 2,
    }
    assert warnings_of(call(parameters={"seed": 1}), drop=["seed"]) == [("dropped", "seed")]
    assert warnings_of(call(parameters={"reasoning_effort": "high"})) == [("mapped", "reasoning_effort")]


@pytest.mark.parametrize("name", ["messages", "tools", "documents", "stream"])
def test_what_the_codec_fills_is_no_parameter(name: str) -> None:
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(parameters={name: []}), endpoint())


def test_the_shape_of_an_answer() -> None:
    schema = OutputFormat("json_schema", SCHEMA)
    assert body(call(output=schema))["response_format"] == {"type": "json_object", "json_schema": SCHEMA}
    assert body(call(output=OutputFormat("json")))["response_format"] == {"type": "json_object"}
    declared = call(parameters={"response_format": "json_schema", "json_schema": json.dumps(SCHEMA)})
    assert body(declared)["response_format"] == {"type": "json_object", "json_schema": SCHEMA}
    for beside in (call(output=schema, tools=(TOOL,)), call(UserMessage((DocumentPart(b"A", "text/plain"),)), output=schema)):
        sent = body(beside)
        assert "response_format" not in sent
        assert "JSON Schema" in sent["messages"][0]["content"]
    assert body(call(output=schema), output_mode="json_object")["response_format"] == {"type": "json_object"}
    forced = body(call(output=schema), output_mode="tool")
    assert forced["tools"][0]["function"]["name"] == "answer"
    assert forced["tool_choice"] == "REQUIRED"


def test_a_prompt_of_completion_mode_is_a_message() -> None:
    assert body(LLMCall("m", prompt="Once"))["messages"] == [{"role": "user", "content": "Once"}]


def test_a_reply_with_everything() -> None:
    source = {"type": "document", "id": "d", "document": {"title": "T", "text": "passage", "url": "https://x"}}
    reply = {
        "id": "c1",
        "message": {
            "role": "assistant",
            "tool_plan": "I look.",
            "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi there"}, {"type": "new", "x": 1}],
            "citations": [{"start": 0, "end": 2, "text": "Hi", "sources": [source], "content_index": 1}],
            "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}],
        },
        "finish_reason": "TOOL_CALL",
        "usage": {"billed_units": {"input_tokens": 7}, "tokens": {"input_tokens": 500, "output_tokens": 9, "reasoning_tokens": 4}},
        "logprobs": [{"text": "Hi", "token_ids": [1, 2], "logprobs": [-0.5, -0.25]}],
        "prompt": "raw",
    }
    result = result_of(reply)
    kinds = [type(part) for part in result.message.content]
    assert kinds == [ReasoningPart, ReasoningPart, TextPart, SourcePart, OpaquePart, ToolCallPart]
    cited = result.message.content[3]
    assert (cited.url, cited.title, cited.text, cited.start, cited.end) == ("https://x", "T", "passage", 0, 2)
    assert (result.text, result.reasoning, result.finish.unified) == ("Hi there", "I look.hm", "tool_calls")
    assert (result.usage.input.total, result.usage.output.total, result.usage.output.reasoning) == (7, 9, 4)
    assert result.logprobs == (TokenLogprob("Hi", -0.75),)
    assert result.provider_metadata == {"cohere": {"prompt": "raw"}}
    assert (result.response_id, result.request_id, result.model) == ("c1", "r-1", "m")


@pytest.mark.parametrize(
    ("word", "unified"),
    [("COMPLETE", "stop"), ("STOP_SEQUENCE", "stop"), ("MAX_TOKENS", "length"), ("ERROR", "error"), ("TIMEOUT", "error"),
     ("ERROR_TOXIC", "content_filter"), ("NEWS", "other")],
)  # fmt: skip
def test_why_it_stopped(word: str, unified: str) -> None:
    assert result_of({**OK, "finish_reason": word}).finish.unified == unified


def test_an_answer_by_a_forced_tool_is_text() -> None:
    wanted = call(output=OutputFormat("json_schema", SCHEMA))
    called = {"id": "t", "type": "function", "function": {"name": "answer", "arguments": '{"a": 1}'}}
    operation = CODEC.invoke(wanted, endpoint(output_mode="tool"))
    reply = {"message": {"role": "assistant", "tool_calls": [called]}, "finish_reason": "TOOL_CALL"}
    result = drive(operation, answer(reply))[1]
    assert (result.text, result.finish.unified, result.tool_calls) == ('{"a": 1}', "stop", ())


@pytest.mark.parametrize("reply", [{}, [], {"message": "no"}, {"message": {"tool_calls": [{}]}}, b"<html>", b'{"mess'])
def test_what_is_no_reply(reply: Any) -> None:
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(ServerUnavailable):
        operation.receive(answer(reply))


def delta(kind: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, **more, "delta": {"message": message}}


CITATION = {"start": 0, "end": 2, "text": "Hi", "sources": [{"type": "tool", "id": "t", "tool_output": {"content": "sun"}}]}
EVENTS = (
    delta("message-start", {"role": "assistant"}, id="c1"),
    delta("tool-plan-delta", {"tool_plan": "I "}),
    delta("tool-plan-delta", {"tool_plan": "look."}),
    delta("tool-call-start", {"tool_calls": {"id": "t1", "type": "function", "function": {"name": "f", "arguments": ""}}}, index=0),
    delta("tool-call-delta", {"tool_calls": {"function": {"arguments": '{"a"'}}}, index=0),
    delta("tool-call-delta", {"tool_calls": {"function": {"arguments": ": 1}"}}}, index=0),
    {"type": "tool-call-end", "index": 0},
    delta("tool-call-start", {"tool_calls": {"id": "t2", "type": "function", "function": {"name": "g"}}}, index=1),
    {"type": "tool-call-end", "index": 1},
    delta("content-start", {"content": {"type": "thinking", "thinking": ""}}, index=0),
    delta("content-delta", {"content": {"thinking": "hm — 四"}}, index=0),
    {"type": "content-end", "index": 0},
    delta("content-start", {"content": {"text": "H"}}, index=1),
    {**delta("content-delta", {"content": {"text": "i"}}, index=1), "logprobs": {"text": "i", "token_ids": [1], "logprobs": [-1]}},
    delta("citation-start", {"citations": CITATION}, index=0),
    {"type": "citation-end", "index": 0},
    {"type": "content-end", "index": 1},
    delta("content-start", {"content": {"type": "new", "x": 1}}, index=2),
    {"type": "content-end", "index": 2},
    {"type": "debug", "prompt": "p"},
)
END = {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": {"billed_units": {"input_tokens": 3}}}}


def test_a_stream_gathers_to_what_it_says() -> None:
    found = stream(*EVENTS, END)
    check_laws(found)
    kinds = [type(event) for event in found]
    assert kinds.index(ReasoningEnd) < kinds.index(ToolCallStart), "the plan is over when the calls begin"
    result = gather(found)
    assert [type(part) for part in result.message.content] == [
        *(ReasoningPart, ToolCallPart, ToolCallPart, ReasoningPart, TextPart, SourcePart, OpaquePart)
    ]
    assert [(each.id, each.name, each.arguments) for each in result.tool_calls] == [("t1", "f", '{"a": 1}'), ("t2", "g", "{}")]
    assert (result.text, result.reasoning, result.finish.unified) == ("Hi", "I look.hm — 四", "tool_calls")
    assert (result.usage.input.total, result.usage.output.total) == (3, None)
    assert result.logprobs == (TokenLogprob("i", -1.0),)
    assert (result.response_id, result.request_id) == ("c1", "r-1")


def test_any_split_gives_the_same_events_and_any_cut_is_incomplete() -> None:
    whole = stream(*EVENTS, END)
    assert stream(*EVENTS, END, size=1) == whole
    for end in range(1, len(EVENTS) + 1):
        found = stream(*EVENTS[:end])
        check_laws(found)
        assert isinstance(found[-1], ErrorEvent)
        assert isinstance(found[-1].error, StreamIncomplete)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "oops"}}, ServerUnavailable),
        ({"type": "message-end", "delta": {"finish_reason": "TIMEOUT", "error": "slow"}}, TimedOut),
        ({"message": "too many tokens: limit"}, InvokeError),
        ({"type": "content-delta", "index": 9, "delta": {"message": {"content": {"text": "x"}}}}, ServerUnavailable),
        ({"type": "content-delta", "index": 0, "delta": None}, ServerUnavailable),
    ],
)
def test_a_failure_in_the_stream_is_its_last_event(event: dict[str, Any], kind: type[InvokeError]) -> None:
    found = stream(EVENTS[0], event, END)
    assert isinstance(found[-1], ErrorEvent)
    assert isinstance(found[-1].error, kind)
    assert not any(isinstance(each, FinishEvent) for each in found)
    assert plain(found) == plain(stream(EVENTS[0], event, END, size=3))


def test_tokens_are_counted_text_by_text() -> None:
    wanted = call(SystemMessage("One"), UserMessage("x" * (LONGEST + 1)))
    operation = CODEC.count_tokens(wanted, endpoint())
    replies = [answer({"tokens": [1] * number, "token_strings": []}) for number in (1, 5, 2)]
    sent, counted = drive(operation, *replies)
    assert counted == 8
    assert [len(each["text"]) for each in sent] == [3, LONGEST, 1]
    assert sent_by(CODEC.count_tokens(call(), endpoint())).url.endswith("/v1/tokenize")
    for wrong in (call(tools=(TOOL,)), call(UserMessage((ImagePart(b"x"),)))):
        with pytest.raises(ParameterInvalid):
            CODEC.count_tokens(wrong, endpoint())


def test_a_refused_count_is_an_error() -> None:
    for reply, kind in ((answer({"message": "invalid api token"}, 401), Unauthorized), (answer({}), ServerUnavailable)):
        operation = CODEC.count_tokens(call(), endpoint())
        operation.start()
        with pytest.raises(kind):
            operation.receive(reply)


def test_the_list_of_models_page_by_page() -> None:
    rows = [
        {"name": "command", "endpoints": ["generate", "chat"], "context_length": 288000.0, "features": ["tools", "vision"]},
        {"name": "embed", "endpoints": ["embed"], "context_length": 0},
        {"name": "old", "endpoints": ["classify"]},
    ]
    operation = MODELS.list_models(endpoint())
    step = operation.start()
    assert isinstance(step, Send)
    assert step.request.url.endswith("/v1/models?page_size=1000")
    step = operation.receive(answer({"models": rows, "next_page_token": "p2"}))
    assert isinstance(step, Send)
    assert step.request.url.endswith("page_size=1000&page_token=p2")
    step = operation.receive(answer({"models": [{"name": "rank", "endpoints": ["rerank"]}]}))
    assert isinstance(step, Done)
    found = [(row.id, row.model_type, row.context, row.features) for row in step.result]
    tools = ("tool-call", "multi-tool-call", "stream-tool-call", "vision")
    assert found == [
        *(("command", "llm", 288000, tools), ("embed", "text-embedding", None, None), ("rank", "rerank", None, None)),
    ]
