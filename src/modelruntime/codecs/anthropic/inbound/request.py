"""`POST /v1/messages` as a client says it (https://docs.anthropic.com/en/api/messages, read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.anthropic.family import FAMILY, MODES
from modelruntime.codecs.anthropic.inbound.blocks import cache_from, content_from, parts_from
from modelruntime.codecs.dialect import InboundCall
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.openai.inbound.chat_request import flag_at
from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, mapping_at, optional_text_at, refuse
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.messages import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage, parts_of
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

STRUCTURE = frozenset(("messages", "system", "tools", "tool_choice", "output_format", "output_config"))
"""What is no parameter, and is told to vendors of the family as it stands."""
_READ = STRUCTURE | {"model", "stream", "stop_sequences"}
_PORTABLE = frozenset(("max_tokens", "temperature", "top_p"))
"""Parameters that every family knows by these names; any other goes to this one alone, or to models that declare it."""
_EFFORTS = ((2048, "low"), (8192, "medium"))
"""Budget of thinking → effort, for models that know no budget; above the last: high."""


def parse_messages_request(body: Mapping[str, Any]) -> InboundCall:
    """The call. Raises `ParameterInvalid` naming the place that cannot be read."""
    given = {name: value for name, value in body.items() if name not in _READ and value is not None}
    config = dict(mapping_at(body["output_config"], "output_config")) if body.get("output_config") is not None else {}
    output = config.pop("format", None) or body.get("output_format")
    if config:
        given["output_config"] = config
    parameters = {name: value for name, value in given.items() if name in _PORTABLE}
    if (stop := body.get("stop_sequences")) is not None:
        parameters["stop"] = stop
    return InboundCall(
        model=filled_text_at(body, "model", "body"),
        messages=(*_system(body), *messages_from(body.get("messages"))),
        tools=tools_from(body.get("tools")),
        tool_choice=_choice(body.get("tool_choice")),
        output=_output(output),
        parameters=parameters,
        extra={name: value for name, value in given.items() if name not in _PORTABLE},
        equivalents=_equivalents(as_object(given.get("thinking")), config),
        stream=flag_at(body, "stream"),
    )


def messages_from(value: Any) -> tuple[Message, ...]:
    """The turns. A user's turn with results of tools becomes several messages."""
    if not is_list(value) or not value:
        refuse("messages", "is missing" if value is None else "must be a list of messages, and not empty")
    return tuple(message for at, turn in enumerate(value) for message in _turn(turn, f"messages[{at}]"))


def tools_from(value: Any) -> tuple[Tool | HostedTool, ...]:
    """Functions of the client, and tools of the vendor."""
    if value is None:
        return ()
    if not is_list(value):
        refuse("tools", f"must be a list of tools, not {type(value).__name__}")
    return tuple(_tool(tool, f"tools[{at}]") for at, tool in enumerate(value))


def _system(body: Mapping[str, Any]) -> list[Message]:
    return [SystemMessage(content_from(body["system"], "system"))] if body.get("system") else []


def _turn(value: Any, place: str) -> list[Message]:
    turn = mapping_at(value, place)
    content = turn.get("content")
    match filled_text_at(turn, "role", place):
        case "assistant":
            return [AssistantMessage(content_from(content, f"{place}.content"))]
        case "system":
            return [SystemMessage(content_from(content, f"{place}.content"))]
        case "user":
            return [UserMessage(content)] if isinstance(content, str) else _user(content, f"{place}.content")
        case _:
            return refuse(f"{place}.role", "must be user or assistant")


def _user(blocks: Any, place: str) -> list[Message]:
    if not is_list(blocks):
        refuse(place, "is missing" if blocks is None else f"must be text or a list of blocks, not {type(blocks).__name__}")
    messages: list[Message] = []
    for at, value in enumerate(blocks):
        block, where = mapping_at(value, f"{place}[{at}]"), f"{place}[{at}]"
        if block.get("type") == "tool_result":
            result = content_from(block.get("content") or "", f"{where}.content")
            call, failed = filled_text_at(block, "tool_use_id", where), flag_at(block, "is_error")
            messages.append(ToolMessage(call, result, is_error=failed, cache=cache_from(block, where)))
        elif messages and isinstance(last := messages[-1], UserMessage):
            messages[-1] = UserMessage((*parts_of(last.content), *parts_from(block, where)))
        else:
            messages.append(UserMessage(tuple(parts_from(block, where))))
    return messages or [UserMessage("")]


def _tool(value: Any, place: str) -> Tool | HostedTool:
    tool = dict(mapping_at(value, place))
    kind = optional_text_at(tool, "type", place) or "custom"
    if kind != "custom":
        return HostedTool(kind, without(tool, ("type", "cache_control")), cache_from(tool, place))
    known = ("type", "name", "description", "input_schema", "strict", "cache_control")
    schema = dict(mapping_at(tool.get("input_schema"), f"{place}.input_schema"))
    strict = flag_at(tool, "strict") if tool.get("strict") is not None else None
    name, description = filled_text_at(tool, "name", place), optional_text_at(tool, "description", place)
    return Tool(name, description, schema, strict, metadata_of(FAMILY, without(tool, known)), cache_from(tool, place))


def _choice(value: Any) -> ToolChoice | None:
    if value is None:
        return None
    choice = mapping_at(value, "tool_choice")
    mode = MODES.get(filled_text_at(choice, "type", "tool_choice")) or refuse(
        "tool_choice.type", f"must be one of: {', '.join(MODES)}"
    )
    name = filled_text_at(choice, "name", "tool_choice") if mode == "tool" else None
    alone = choice.get("disable_parallel_tool_use")
    return ToolChoice(mode, name, parallel=None if alone is None else not alone)


def _output(value: Any) -> OutputFormat | None:
    if value is None:
        return None
    fields = mapping_at(value, "output_config.format")
    if filled_text_at(fields, "type", "output_config.format") != "json_schema":
        refuse("output_config.format.type", "must be json_schema")
    return OutputFormat("json_schema", dict(mapping_at(fields.get("schema"), "output_config.format.schema")))


def _equivalents(thinking: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, tuple[tuple[str, Any], ...]]:
    """How models of other families are told to think."""
    found: dict[str, tuple[tuple[str, Any], ...]] = {}
    budget = thinking.get("budget_tokens")
    if thinking.get("type") == "disabled":
        found["thinking"] = (("enable_thinking", False), ("reasoning_effort", "none"))
    elif thinking:
        effort = config.get("effort") or next((word for most, word in _EFFORTS if (budget or 4096) <= most), "high")
        counted = (("thinking_budget", budget),) if budget else ()
        found["thinking"] = (*counted, ("reasoning_effort", effort), ("enable_thinking", True))
    if effort := config.get("effort"):
        found["output_config"] = (("reasoning_effort", effort),)
    return found
