"""What chat and completion models declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelruntime.entities.events import FinishEvent, ReasoningDelta, TextDelta
from modelruntime.entities.messages import AssistantMessage, ToolMessage, UserMessage
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, ReasoningPart, TextPart, ToolCallPart, VideoPart
from modelruntime.entities.tools import Tool, ToolChoice
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from tests.conformance import facts
from tests.conformance.case import Scenario
from tests.conformance.want import CALLS, CALLS_TWICE, REASONS, SAYS_OBJECT, SAYS_TEXT

WEATHER = Tool(facts.TOOL, "Tells the weather of a city.", facts.TOOL_SCHEMA)
TOOL_FEATURES = frozenset({"tool-call", "multi-tool-call", "stream-tool-call"})


def declares(feature: str) -> Callable[[ModelSchema], bool]:
    """Is the feature declared of a chat model."""
    return lambda schema: schema.mode == "chat" and feature in (schema.features or ())


def calls_tools(schema: ModelSchema) -> bool:
    """Any of the features that mean tools."""
    return schema.mode == "chat" and bool(TOOL_FEATURES & set(schema.features or ()))


def answers(llm: Any) -> None:
    result = llm.invoke("What is the answer?")
    assert result.text == facts.TEXT
    assert result.finish.unified == "stop"
    _nothing_lost(result)


def counts_tokens(llm: Any) -> None:
    usage = llm.invoke("What is the answer?").usage
    assert (usage.input.total, usage.output.total) == (facts.INPUT_TOKENS, facts.OUTPUT_TOKENS)
    assert not usage.estimated


def streams(llm: Any) -> None:
    with llm.stream("What is the answer?") as stream:
        events = list(stream)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == facts.TEXT
    assert isinstance(events[-1], FinishEvent)
    assert events[-1].finish.unified == "stop"


def calls_a_tool(llm: Any) -> None:
    asked = UserMessage("How is the weather in Oslo?")
    result = llm.invoke([asked], tools=[WEATHER])
    (call,) = result.tool_calls
    assert (call.name, call.json()) == (facts.TOOL, {"city": facts.CITIES[0]})
    assert result.finish.unified == "tool_calls"
    again = llm.invoke([asked, result.message, ToolMessage(call.id, "sunny")], tools=[WEATHER])
    assert again.text == facts.TEXT


def chooses_a_tool(llm: Any) -> None:
    result = llm.invoke("How is the weather in Oslo?", tools=[WEATHER], tool_choice=ToolChoice("auto"))
    assert result.tool_calls[0].name == facts.TOOL


def calls_tools_in_parallel(llm: Any) -> None:
    asked = UserMessage("How is the weather in Oslo and in Rom?")
    result = llm.invoke([asked], tools=[WEATHER])
    assert [call.json()["city"] for call in result.tool_calls] == list(facts.CITIES)
    assert len({call.id for call in result.tool_calls}) == 2
    replies = [ToolMessage(call.id, "sunny") for call in result.tool_calls]
    assert llm.invoke([asked, result.message, *replies], tools=[WEATHER]).text == facts.TEXT


def takes_foreign_calls(llm: Any) -> None:
    """A history that another vendor began."""
    history = [
        UserMessage("How is the weather in Oslo?"),
        AssistantMessage((TextPart("I look."), ToolCallPart("call_Aa1-_:x", facts.TOOL, '{"city": "Oslo"}'))),
        ToolMessage("call_Aa1-_:x", "sunny"),
    ]
    assert llm.invoke(history, tools=[WEATHER]).text == facts.TEXT


def streams_a_tool_call(llm: Any) -> None:
    with llm.stream("How is the weather in Oslo?", tools=[WEATHER]) as stream:
        result = stream.result()
    (call,) = result.tool_calls
    assert (call.name, call.json()) == (facts.TOOL, {"city": facts.CITIES[0]})
    assert result.finish.unified == "tool_calls"


def sees(llm: Any) -> None:
    _takes(llm, ImagePart(facts.PNG, "image/png"))


def reads_documents(llm: Any) -> None:
    _takes(llm, DocumentPart(facts.PDF, "application/pdf"))


def hears(llm: Any) -> None:
    _takes(llm, AudioPart(facts.SOUND, "audio/wav"))


def watches(llm: Any) -> None:
    _takes(llm, VideoPart(b"\x00\x00\x00\x18ftypmp42", "video/mp4"))


def _takes(llm: Any, part: Any) -> None:
    result = llm.invoke([UserMessage((TextPart("What is this?"), part))])
    assert result.text == facts.TEXT
    _nothing_lost(result)


def _nothing_lost(result: Any) -> None:
    lost = [warning for warning in result.warnings if warning.kind not in ("deprecated", "undeclared")]
    assert not lost, lost


def gives_objects(llm: Any) -> None:
    result = llm.invoke("What is the answer? Say it as JSON.", output=facts.OBJECT_SCHEMA)
    assert result.parsed == facts.OBJECT


def reasons(llm: Any) -> None:
    result = llm.invoke("Think about the answer.")
    assert (result.reasoning, result.text) == (facts.REASONING, facts.TEXT)
    thought = [part for part in result.message.content if isinstance(part, ReasoningPart)]
    assert thought
    assert llm.invoke([UserMessage("Think."), result.message, UserMessage("Again.")]).text == facts.TEXT


def streams_reasoning(llm: Any) -> None:
    with llm.stream("Think about the answer.") as stream:
        events = list(stream)
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == facts.REASONING
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == facts.TEXT


def takes_parameters(llm: Any) -> None:
    """Every declared parameter, one call each, at a value that its rule allows; `strict` refuses what could not be said."""
    for rule in llm.parameter_rules:
        if rule.name in ("json_schema", "response_format"):
            continue
        assert llm.invoke("What is the answer?", strict=True, parameters={rule.name: allowed(rule)}).text == facts.TEXT, rule.name


def allowed(rule: ParameterRule) -> Any:
    """A value that the rule allows: the last option, the upper bound, or a small one."""
    if rule.options:
        return rule.options[-1]
    upper = rule.max if rule.max is not None else 1
    return {"boolean": True, "string": "a", "text": "a", "int": int(upper), "float": float(upper)}[rule.type]


SCENARIOS = (
    Scenario("answers", "chat", lambda schema: True, answers),
    Scenario("counts tokens", "usage", lambda schema: schema.mode == "chat", counts_tokens),
    Scenario("streams", "stream", lambda schema: True, streams),
    Scenario("takes parameters", "parameters", lambda schema: bool(schema.parameter_rules), takes_parameters),
    Scenario("calls a tool", "tools", calls_tools, calls_a_tool, (CALLS, SAYS_TEXT)),
    Scenario("chooses a tool", "tools", calls_tools, chooses_a_tool, (CALLS,)),
    Scenario("takes foreign calls", "tools", calls_tools, takes_foreign_calls),
    Scenario(
        "calls tools in parallel", "parallel tools", declares("multi-tool-call"), calls_tools_in_parallel, (CALLS_TWICE, SAYS_TEXT)
    ),
    Scenario("streams a tool call", "streamed tools", declares("stream-tool-call"), streams_a_tool_call, (CALLS,)),
    Scenario("sees", "vision", declares("vision"), sees),
    Scenario("reads documents", "documents", declares("document"), reads_documents),
    Scenario("hears", "audio in", declares("audio"), hears),
    Scenario("watches", "video in", declares("video"), watches),
    Scenario("gives objects", "structured output", declares("structured-output"), gives_objects, (SAYS_OBJECT,)),
    Scenario("reasons", "reasoning", declares("agent-thought"), reasons, (REASONS,)),
    Scenario("streams reasoning", "reasoning", declares("agent-thought"), streams_reasoning, (REASONS,)),
)
