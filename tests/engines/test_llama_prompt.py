"""Prompts, grammar schemas and sampling fields of the llama.cpp engine."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from modelruntime.engines.llama_cpp.prompt import render_messages
from modelruntime.engines.llama_cpp.sampling import render_sampling
from modelruntime.engines.llama_cpp.tool_grammar import answer_schema, usable_tools
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, Message, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, ImagePart, ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.tools import Tool, ToolChoice

TREE = {
    "type": "object",
    "properties": {"child": {"$ref": "#"}, "leaf": {"$ref": "#/$defs/leaf"}},
    "$defs": {"leaf": {"type": "string"}},
}
WEATHER = Tool(
    "get_weather", "Weather of a city", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
)
PLANT = Tool("plant", "Plant a tree", TREE)
TOOLS = (WEATHER, PLANT)


def call(*messages: Message, **fields: Any) -> LLMCall:
    return LLMCall("m", messages or (UserMessage("Hi"),), **fields)


def turns(*messages: Message, default: str | None = None, **fields: Any) -> list[tuple[str, str]]:
    rows, _ = render_messages(call(*messages, **fields), default_system=default, tools=(), forced=False)
    return [(row["role"], row["content"]) for row in rows]


def test_the_default_system_prompt_stands_in_for_a_missing_one() -> None:
    assert turns(UserMessage("Hi"), default="Be kind.") == [("system", "Be kind."), ("user", "Hi")]
    assert turns(SystemMessage("Be brief."), UserMessage("Hi"), default="Be kind.") == [("system", "Be brief."), ("user", "Hi")]


def test_neighbours_of_one_role_are_joined_and_developers_are_system() -> None:
    assert turns(SystemMessage("A"), DeveloperMessage("B"), UserMessage("C"), UserMessage((TextPart("D"), TextPart("E")))) == [
        ("system", "A\n\nB"),
        ("user", "C\n\nDE"),
    ]


def test_tool_calls_and_results_of_the_history_become_text() -> None:
    history = (
        UserMessage("Weather?"),
        AssistantMessage((ToolCallPart("c1", "get_weather", '{"city": "Oslo"}'),)),
        ToolMessage("c1", "Rain"),
        ToolMessage("c2", "gone", name="plant", is_error=True),
    )
    assert turns(*history) == [
        ("user", "Weather?"),
        ("assistant", '{"tool_calls":[{"name":"get_weather","arguments":{"city": "Oslo"}}]}'),
        ("user", "Tool get_weather returned: Rain\n\nTool plant failed: gone"),
    ]


def test_tools_are_described_in_the_system_prompt() -> None:
    rows, _ = render_messages(call(), default_system="Be kind.", tools=TOOLS, forced=False)
    system = rows[0]["content"]
    assert system.startswith("Be kind.\n\n")
    assert '"name":"get_weather"' in system
    shown = [row["content"] for row in rows[1:-1] if row["role"] == "assistant"]
    assert [text.partition(":")[0] for text in shown] == ['{"response"', '{"response"', '{"tool_calls"', '{"tool_calls"']
    assert rows[-1]["content"].startswith("Hi\n(Call a tool")
    forced, _ = render_messages(call(), default_system=None, tools=TOOLS, forced=True)
    assert [row["role"] for row in forced] == ["system", "user"]
    assert "response" not in forced[0]["content"]


def test_a_schema_is_told_to_the_model() -> None:
    rows = turns(UserMessage("Hi"), output=OutputFormat(schema={"type": "object", "title": "Person"}))
    assert rows[0][0] == "system"
    assert '"title":"Person"' in rows[0][1]


@pytest.mark.parametrize("part, what", [(ImagePart(b"x"), "an image"), (AudioPart(b"x"), "sound")])
def test_media_is_left_out_with_a_warning_and_refused_under_strict(part: ImagePart | AudioPart, what: str) -> None:
    message = UserMessage((TextPart("Look"), part))
    rows, warnings = render_messages(call(message), default_system=None, tools=(), forced=False)
    assert what in rows[0]["content"]
    assert [(warning.kind, warning.field) for warning in warnings] == [("dropped", "messages")]
    with pytest.raises(ParameterInvalid, match=what) as caught:
        turns(message, strict=True)
    assert caught.value.field == "messages"


@pytest.mark.parametrize("messages", [(SystemMessage("only"),), (AssistantMessage("only"),)])
def test_a_call_without_a_user_message_is_refused(messages: tuple[Message, ...]) -> None:
    with pytest.raises(ParameterInvalid, match="user message"):
        turns(*messages)


def test_reasoning_is_left_out_with_a_warning_and_refused_under_strict() -> None:
    messages = (UserMessage("Q"), AssistantMessage((ReasoningPart("hm"), TextPart("A"))), UserMessage("Q2"))
    rows, warnings = render_messages(call(*messages), default_system=None, tools=(), forced=False)
    assert [row["content"] for row in rows] == ["Q", "A", "Q2"]
    assert [warning.kind for warning in warnings] == ["dropped"]
    with pytest.raises(ParameterInvalid):
        render_messages(call(*messages, strict=True), default_system=None, tools=(), forced=False)


@pytest.mark.parametrize(
    "choice, names",
    [
        (None, ["get_weather", "plant"]),
        (ToolChoice(), ["get_weather", "plant"]),
        (ToolChoice("none"), []),
        (ToolChoice("required"), ["get_weather", "plant"]),
        (ToolChoice("tool", name="plant"), ["plant"]),
        (ToolChoice("auto", allowed=("plant",)), ["plant"]),
    ],
)
def test_the_choice_decides_which_tools_may_be_called(choice: ToolChoice | None, names: list[str]) -> None:
    assert [tool.name for tool in usable_tools(TOOLS, choice)] == names


@pytest.mark.parametrize(
    "tools, choice", [(TOOLS, ToolChoice("tool", name="fly")), ((), ToolChoice("required")), (TOOLS, ToolChoice(allowed=("fly",)))]
)
def test_a_choice_that_cannot_be_met_is_refused(tools: tuple[Tool, ...], choice: ToolChoice) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        usable_tools(tools, choice)
    assert caught.value.field == "tool_choice"


def test_references_move_with_their_schema() -> None:
    schema = answer_schema(TOOLS, None, None)
    moved = schema["$defs"]["tool_1"]
    assert moved["properties"] == {"child": {"$ref": "#/$defs/tool_1"}, "leaf": {"$ref": "#/$defs/tool_1/$defs/leaf"}}
    assert TREE["properties"] == {"child": {"$ref": "#"}, "leaf": {"$ref": "#/$defs/leaf"}}
    json.dumps(schema)


def test_a_forced_answer_has_no_way_out_and_one_call_is_one_call() -> None:
    auto = answer_schema(TOOLS, None, None)
    assert [list(branch["properties"]) for branch in auto["anyOf"]] == [["tool_calls"], ["response"]]
    forced = answer_schema((PLANT,), ToolChoice("tool", name="plant"), None)
    assert list(forced["properties"]) == ["tool_calls"]
    assert forced["properties"]["tool_calls"]["maxItems"] == 1
    alone = answer_schema(TOOLS, ToolChoice(parallel=False), None)
    assert alone["anyOf"][0]["properties"]["tool_calls"]["maxItems"] == 1


def test_a_tool_without_parameters_takes_an_empty_object() -> None:
    schema = answer_schema((Tool("stop"),), None, None)
    assert schema["$defs"]["tool_0"] == {"type": "object", "properties": {}, "additionalProperties": False}


def test_parameters_are_mapped_and_unknown_ones_warned_of() -> None:
    body, warnings = render_sampling(
        call(
            parameters={
                "temperature": 0,
                "repetition_penalty": 1.1,
                "stop": "END",
                "top_k": 3.0,
                "max_tokens": 5,
                "mood": "good",
                "seed": None,
            }
        )
    )
    assert body == {"temperature": 0.0, "repeat_penalty": 1.1, "stop": ["END"], "top_k": 3, "max_tokens": 5}
    assert [(warning.kind, warning.field) for warning in warnings] == [("dropped", "mood")]


@pytest.mark.parametrize(
    "name, value",
    [
        ("temperature", "hot"),
        ("temperature", math.nan),
        ("top_p", True),
        ("max_tokens", 0),
        ("max_tokens", 1.5),
        ("seed", math.inf),
        ("stop", 7),
        ("stop", [""]),
        ("stop", []),
        ("logprobs", "yes"),
    ],
)
def test_a_value_of_the_wrong_kind_names_its_parameter(name: str, value: object) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        render_sampling(call(parameters={name: value}))
    assert caught.value.field == name


def test_strict_refuses_an_unknown_parameter() -> None:
    with pytest.raises(ParameterInvalid) as caught:
        render_sampling(call(parameters={"mood": "good"}, strict=True))
    assert caught.value.field == "mood"
