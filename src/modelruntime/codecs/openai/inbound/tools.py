"""Tools and tool choices as callers write them: our own types or OpenAI-style objects.

Functions in both forms of OpenAI's APIs, nested (`{type: function, function: {name, …}}`) and flat (`{type: function, name, …}`);
any other `type` is a tool that the vendor runs (`{type: web_search, …}`). Python functions are not taken: nothing here guesses
a schema. Source: https://github.com/openai/openai-openapi, unverified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelruntime.codecs.openai.inbound.field import (
    check_texts,
    filled_text_at,
    is_list,
    leave_to_family,
    mapping_at,
    optional_text_at,
    refuse,
    unknown_keys,
)
from modelruntime.codecs.openai.vendor_fields import metadata_of
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

_MODES = {"auto": ToolChoice("auto"), "none": ToolChoice("none"), "required": ToolChoice("required")}


def tools_from(value: Sequence[Tool | HostedTool | Mapping[str, Any]] | None) -> tuple[Tool | HostedTool, ...]:
    """The tools; none for None. Raises `ParameterInvalid` naming the place of what cannot be read, or of a name given twice."""
    if value is None:
        return ()
    if not is_list(value):
        refuse("tools", f"must be a list of tools, not {type(value).__name__}")
    tools = tuple(_tool(tool, f"tools[{index}]") for index, tool in enumerate(value))
    seen: set[str] = set()
    for index, tool in enumerate(tools):
        if isinstance(tool, Tool):
            if tool.name in seen:
                refuse(f"tools[{index}].name", f"{tool.name!r} is the name of another tool too")
            seen.add(tool.name)
    return tools


def tool_choice_from(value: ToolChoice | str | Mapping[str, Any] | None) -> ToolChoice | None:
    """The choice: `auto`, `none`, `required`, or an object that names one function or the allowed ones; None for None."""
    if value is None or isinstance(value, ToolChoice):
        return value
    if isinstance(value, str):
        return _MODES.get(value) or leave_to_family(
            "tool_choice", 'must be "auto", "none", "required", or {"type": "function", "function": {"name": …}}'
        )
    fields = mapping_at(value, "tool_choice")
    kind = filled_text_at(fields, "type", "tool_choice")
    if kind == "function":
        return ToolChoice("tool", name=_function_name(fields, "tool_choice"))
    if kind == "allowed_tools":
        return _allowed(fields)
    return leave_to_family("tool_choice.type", "must be function or allowed_tools")


def _tool(value: Any, place: str) -> Tool | HostedTool:
    if isinstance(value, Tool):
        check_texts(value, ("name",), place)
        if value.parameters is not None:
            mapping_at(value.parameters, f"{place}.parameters")
        return value if value.name else refuse(f"{place}.name", "must not be empty")
    if isinstance(value, HostedTool):
        check_texts(value, ("kind",), place)
        mapping_at(value.options, f"{place}.options")
        return value
    if callable(value):
        refuse(place, "is a Python function: describe it as Tool(name, description, parameters)")
    fields = mapping_at(value, place)
    kind = "function" if "function" in fields and fields.get("type") is None else filled_text_at(fields, "type", place)
    if kind == "custom":
        leave_to_family(f"{place}.type", "custom is not supported: describe the tool as a function")
    if kind != "function":
        return HostedTool(kind, {name: option for name, option in fields.items() if name != "type"})
    nested = fields.get("function")
    if nested is None:
        return _function(fields, place, {})
    return _function(mapping_at(nested, f"{place}.function"), f"{place}.function", unknown_keys(fields, ("type", "function")))


def _function(fields: Mapping[str, Any], place: str, unknown: dict[str, Any]) -> Tool:
    parameters, strict = fields.get("parameters"), fields.get("strict")
    if parameters is not None:
        parameters = dict(mapping_at(parameters, f"{place}.parameters"))
    if strict is not None and not isinstance(strict, bool):
        refuse(f"{place}.strict", "must be true or false")
    if deeper := unknown_keys(fields, ("type", "name", "description", "parameters", "strict")):
        unknown["function"] = deeper
    name, description = filled_text_at(fields, "name", place), optional_text_at(fields, "description", place)
    return Tool(name, description, parameters, strict, metadata_of(unknown))


def _function_name(fields: Mapping[str, Any], place: str) -> str:
    nested = fields.get("function")
    if nested is None:
        return filled_text_at(fields, "name", place)
    return filled_text_at(mapping_at(nested, f"{place}.function"), "name", f"{place}.function")


def _allowed(fields: Mapping[str, Any]) -> ToolChoice:
    place = "tool_choice.allowed_tools"
    inner = mapping_at(fields.get("allowed_tools", fields), place)
    mode, tools = inner.get("mode", "auto"), inner.get("tools")
    if mode not in ("auto", "required"):
        refuse(f"{place}.mode", "must be auto or required")
    if not is_list(tools) or not tools:
        refuse(f"{place}.tools", "must be a list of tools")
    rows = enumerate(tools)
    names = tuple(_function_name(mapping_at(tool, f"{place}.tools[{i}]"), f"{place}.tools[{i}]") for i, tool in rows)
    return ToolChoice(mode, allowed=names)
