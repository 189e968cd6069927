import json

import pytest

from modelruntime.codecs.openai.chat import CODEC
from modelruntime.codecs.openai.completions import CODEC as COMPLETIONS
from modelruntime.codecs.operation import Endpoint, Send
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import SystemMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import TextPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile
from tests.codecs.openai.chat_request import HELLO, body_of, warnings_of

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
ADD = Tool("add", "Adds.", SCHEMA, strict=True)
GET = Tool("get")
EMPTY = {"type": "object", "properties": {}}


def kinds(*args, **kwargs):
    return [warning.kind for warning in warnings_of(*args, **kwargs)]


@pytest.mark.parametrize(
    "parameters, profile, expected",
    [
        ({"temperature": 0, "stop": ["x"], "seed": None}, Profile(), {"temperature": 0, "stop": ["x"]}),
        ({"max_tokens": 5}, Profile(max_tokens_field="max_completion_tokens"), {"max_completion_tokens": 5}),
        ({"max_completion_tokens": 5}, Profile(), {"max_tokens": 5}),
        ({"max_tokens": 5, "max_completion_tokens": 6}, Profile(), {"max_tokens": 6}),
        ({"max_tokens": 5, "temperature": None}, Profile(), {"max_tokens": 5}),
        ({"effort": "low"}, Profile(rename={"effort": "reasoning.effort"}), {"reasoning": {"effort": "low"}}),
        ({"max_tokens": 5}, Profile(rename={"max_tokens": "limits.out"}), {"limits": {"out": 5}}),
        ({"bias": '{"1":2}'}, Profile(json_parameters=("bias",)), {"bias": {"1": 2}}),
        ({"temperature": 1}, Profile(constants={"temperature": 0, "safe": True}), {"temperature": 1, "safe": True}),
        ({"response_format": "json_object"}, Profile(), {"response_format": {"type": "json_object"}}),
        (
            {"response_format": "json_schema", "json_schema": json.dumps({"name": "n", "schema": SCHEMA})},
            Profile(),
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}},
        ),
        ({"reasoning_effort": "low"}, Profile(), {"reasoning_effort": "low"}),
        ({"reasoning_effort": "none"}, Profile(reasoning_style="enable_thinking"), {"enable_thinking": False}),
        ({"reasoning_effort": "high"}, Profile(reasoning_style="enable_thinking"), {"enable_thinking": True}),
        ({"enable_thinking": False}, Profile(reasoning_style="thinking_type"), {"thinking": {"type": "disabled"}}),
        ({"thinking": "auto"}, Profile(reasoning_style="thinking_type"), {"thinking": {"type": "auto"}}),
        ({"thinking": {"type": "x"}}, Profile(reasoning_style="thinking_type"), {"thinking": {"type": "x"}}),
    ],
)
def test_parameters_go_under_their_wire_names(parameters, profile, expected):
    body = body_of(parameters=parameters, profile=profile)
    assert {key: value for key, value in body.items() if key not in ("model", "messages")} == expected


@pytest.mark.parametrize(
    "parameters, profile",
    [({"seed": 1}, Profile(drop=("seed",))), ({"reasoning_effort": "low"}, Profile(reasoning_style="none"))],
)
def test_what_the_endpoint_refuses_is_dropped_aloud(parameters, profile):
    assert body_of(parameters=parameters, profile=profile).keys() == {"model", "messages"}
    assert kinds(parameters=parameters, profile=profile) == ["dropped"]
    with pytest.raises(ParameterInvalid):
        body_of(parameters=parameters, profile=profile, strict=True)


@pytest.mark.parametrize("parameters", [{"n": 2}, {"messages": []}, {"stream": True}, {"bias": "{"}, {"x": object()}])
def test_a_parameter_that_cannot_be_said_is_refused(parameters):
    with pytest.raises(ParameterInvalid):
        body_of(parameters=parameters, profile=Profile(json_parameters=("bias",)))


def test_extra_is_merged_last():
    profile = Profile(constants={"a": {"x": 1, "y": 1}})
    body = body_of(parameters={"top_p": 1}, extra={"a": {"y": 2}, "top_p": 0.5, "model": "other"}, profile=profile)
    assert (body["a"], body["top_p"], body["model"]) == ({"x": 1, "y": 2}, 0.5, "other")
    assert profile.constants == {"a": {"x": 1, "y": 1}}


def test_tools_are_offered_whole():
    assert body_of(tools=(ADD, GET, HostedTool("web_search", {"size": "low"})))["tools"] == [
        {"type": "function", "function": {"name": "add", "description": "Adds.", "parameters": SCHEMA, "strict": True}},
        {"type": "function", "function": {"name": "get", "parameters": EMPTY}},
        {"type": "web_search", "size": "low"},
    ]


def test_strict_is_left_out_where_it_is_unknown():
    profile = Profile(strict_tools=False)
    assert "strict" not in body_of(tools=(ADD,), profile=profile)["tools"][0]["function"]
    assert kinds(tools=(ADD,), profile=profile) == ["dropped"]


@pytest.mark.parametrize(
    "choice, profile, expected",
    [
        (ToolChoice(), Profile(), "auto"),
        (ToolChoice("none"), Profile(), "none"),
        (ToolChoice("required"), Profile(), "required"),
        (ToolChoice("required"), Profile(tool_choice_required="any"), "any"),
        (ToolChoice("required"), Profile(tool_choice_required="unsupported"), None),
        (ToolChoice("tool", "add"), Profile(), {"type": "function", "function": {"name": "add"}}),
        (
            ToolChoice("required", allowed=("add",)),
            Profile(tool_choice_allowed="allowed_tools"),
            {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "add"}}]},
            },
        ),
    ],
)
def test_the_choice_of_tools_is_said_in_the_endpoints_words(choice, profile, expected):
    body = body_of(tools=(ADD, GET), tool_choice=choice, profile=profile)
    assert body.get("tool_choice") == expected
    assert kinds(tools=(ADD, GET), tool_choice=choice, profile=profile) == (["dropped"] if expected is None else [])


def test_where_a_choice_cannot_be_limited_only_the_allowed_tools_are_offered():
    choice = ToolChoice(allowed=("get",))
    assert [tool["function"]["name"] for tool in body_of(tools=(ADD, GET), tool_choice=choice)["tools"]] == ["get"]
    assert kinds(tools=(ADD, GET), tool_choice=choice) == ["mapped"]


@pytest.mark.parametrize(
    "parallel, profile, expected, warned",
    [
        (False, Profile(), False, []),
        (True, Profile(), True, []),
        (False, Profile(parallel_tool_calls=False), None, ["dropped"]),
        (True, Profile(parallel_tool_calls=False), None, []),
    ],
)
def test_parallel_calls_are_forbidden_where_that_can_be_said(parallel, profile, expected, warned):
    call = {"tools": (GET,), "tool_choice": ToolChoice(parallel=parallel), "profile": profile}
    assert body_of(**call).get("parallel_tool_calls") is expected
    assert kinds(**call) == warned


def test_a_model_without_functions_gets_none():
    profile = Profile(function_calling="none")
    assert "tools" not in body_of(tools=(GET,), profile=profile)
    assert kinds(tools=(GET,), profile=profile) == ["dropped"]


def test_legacy_endpoints_get_functions():
    profile = Profile(function_calling="function_call")
    body = body_of(tools=(GET,), tool_choice=ToolChoice("tool", "get"), profile=profile)
    assert body["functions"] == [{"name": "get", "description": "", "parameters": EMPTY}]
    assert body["function_call"] == {"name": "get"}


FORMAT = OutputFormat("json_schema", SCHEMA, "reply", strict=True)


def test_a_schema_is_asked_for_natively():
    body = body_of(output=FORMAT)
    assert body["response_format"] == {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA, "strict": True}}
    assert kinds(output=FORMAT) == []


@pytest.mark.parametrize("mode, asked", [("json_object", {"type": "json_object"}), ("prompt", None)])
@pytest.mark.parametrize("system", [(), (SystemMessage("be brief"),), (SystemMessage((TextPart("be brief"),)),)])
def test_a_schema_is_asked_for_in_the_prompt_where_it_must(mode, asked, system):
    profile = Profile(output_mode=mode)
    body = body_of(*system, UserMessage("u"), output=FORMAT, profile=profile)
    assert body.get("response_format") == asked
    assert body["messages"][0]["role"] == "system"
    assert '\\"integer\\"' in json.dumps(body["messages"][0]["content"])
    assert len(body["messages"]) == 2
    assert kinds(*system, UserMessage("u"), output=FORMAT, profile=profile) == ["mapped"]


def test_a_schema_is_asked_for_as_a_forced_tool_where_it_must():
    profile = Profile(output_mode="tool")
    alone = body_of(output=FORMAT, profile=profile)
    assert alone["tools"][0]["function"]["parameters"] == SCHEMA
    assert alone["tool_choice"] == {"type": "function", "function": {"name": "reply"}}
    beside = body_of(tools=(GET,), output=FORMAT, profile=profile)
    assert [tool["function"]["name"] for tool in beside["tools"]] == ["get", "reply"]
    assert beside["tool_choice"] == "required"


@pytest.mark.parametrize(
    "mode, asked", [("json_schema", {"type": "json_object"}), ("json_object", {"type": "json_object"}), ("prompt", None)]
)
def test_any_json_is_asked_for(mode, asked):
    assert body_of(output=OutputFormat("json"), profile=Profile(output_mode=mode)).get("response_format") == asked


@pytest.mark.parametrize("usage, options", [("include_usage", {"include_usage": True}), ("always", None), ("never", None)])
def test_a_stream_asks_for_usage_where_it_must_be_asked_for(usage, options):
    endpoint = Endpoint("https://api.example.com/v1", "w", Profile(stream_usage=usage), headers=(("X-Extra", "1"),))
    request = CODEC.stream(LLMCall("m", HELLO), endpoint).start()
    body = json.loads(request.body or b"")
    assert (body["stream"], body.get("stream_options")) == (True, options)
    assert dict(request.headers) == {"content-type": "application/json", "accept": "text/event-stream", "x-extra": "1"}


@pytest.mark.parametrize(
    "base, paths, url",
    [
        ("https://x/v1", {}, "https://x/v1/chat/completions"),
        ("https://x", {"chat": "/api/v3/chat"}, "https://x/api/v3/chat"),
        ("https://x", {"chat": "/deployments/{model}/chat"}, "https://x/deployments/a%2Fb/chat"),
        ("https://x", {"chat": "/models/{model_path}/chat"}, "https://x/models/a/b/chat"),
        ("https://x/o?api-version=1", {}, "https://x/o/chat/completions?api-version=1"),
    ],
)
def test_the_url_is_base_and_path(base, paths, url):
    step = CODEC.invoke(LLMCall("m", HELLO), Endpoint(base, "a/b", Profile(paths=paths))).start()
    assert isinstance(step, Send)
    assert (step.request.method, step.request.url) == ("POST", url)


def test_a_completion_is_a_prompt():
    endpoint = Endpoint("https://x/v1", "w")
    step = COMPLETIONS.invoke(LLMCall("m", prompt="Once", parameters={"max_tokens": 3}), endpoint).start()
    assert isinstance(step, Send)
    assert step.request.url == "https://x/v1/completions"
    assert json.loads(step.request.body or b"") == {"model": "w", "prompt": "Once", "max_tokens": 3}


def test_a_completion_without_a_prompt_or_with_tools_under_strict_is_refused():
    endpoint = Endpoint("https://x/v1", "w")
    with pytest.raises(ParameterInvalid):
        COMPLETIONS.invoke(LLMCall("m", HELLO), endpoint)
    with pytest.raises(ParameterInvalid):
        COMPLETIONS.stream(LLMCall("m", prompt="x", tools=(GET,), strict=True), endpoint)


def test_a_stream_may_have_a_path_of_its_own():
    apart = Endpoint("https://x", "m", Profile(paths={"chat": "/whole", "chat_stream": "/stream"}))
    same = Endpoint("https://x", "m", Profile(paths={"chat": "/whole"}))
    step = CODEC.invoke(LLMCall("m", HELLO), apart).start()
    assert isinstance(step, Send)
    assert step.request.url == "https://x/whole"
    assert CODEC.stream(LLMCall("m", HELLO), apart).start().url == "https://x/stream"
    assert CODEC.stream(LLMCall("m", HELLO), same).start().url == "https://x/whole"


def test_a_parameter_of_the_other_api_is_dropped_with_a_warning():
    parameters = {"reasoning_summary": "auto"}
    assert "reasoning_summary" not in body_of(*HELLO, parameters=parameters)
    assert kinds(*HELLO, parameters=parameters) == ["dropped"]
    renamed = Profile(rename={"reasoning_summary": "summary"})
    assert body_of(*HELLO, parameters=parameters, profile=renamed)["summary"] == "auto"
