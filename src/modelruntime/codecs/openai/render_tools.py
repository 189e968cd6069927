"""Tools and how freely the model may use them."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.cache_marks import cache_mark
from modelruntime.codecs.openai.vendor_fields import fields_of
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile

_NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}


def render_tools(
    tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, profile: Profile, warnings: CallWarnings
) -> dict[str, Any]:
    """The body's fields about tools; empty without tools."""
    if not tools:
        return {}
    if profile.function_calling == "none":
        warnings.drop("tools were not sent: the model cannot call functions", "tools")
        return {}
    offered = _offered(tools, choice, profile, warnings)
    if profile.function_calling == "function_call":
        return _legacy(offered, choice, warnings)
    body: dict[str, Any] = {"tools": [_tool(tool, profile, warnings) for tool in offered]}
    if choice is None:
        return body
    if (word := _choice(choice, tools, profile, warnings)) is not None:
        body["tool_choice"] = word
    if choice.parallel is not None:
        if profile.parallel_tool_calls:
            body["parallel_tool_calls"] = choice.parallel
        elif not choice.parallel:
            warnings.drop("parallel=False was not sent: the endpoint does not take it", "tool_choice")
    return body


def _offered(
    tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, profile: Profile, warnings: CallWarnings
) -> tuple[Tool | HostedTool, ...]:
    """Where `allowed` cannot be said, only the allowed tools are offered."""
    if choice is None or choice.allowed is None or profile.tool_choice_allowed == "allowed_tools":
        return tools
    warnings.map("only the allowed tools were sent: the endpoint cannot limit the choice among more", "tool_choice")
    allowed = choice.allowed
    return tuple(tool for tool in tools if not isinstance(tool, Tool) or tool.name in allowed)


def _tool(tool: Tool | HostedTool, profile: Profile, warnings: CallWarnings) -> dict[str, Any]:
    if isinstance(tool, HostedTool):
        return {"type": tool.kind, **tool.options, **cache_mark(tool.cache, profile)}
    function = _function(tool, profile, warnings)
    return {"type": "function", "function": function, **cache_mark(tool.cache, profile), **fields_of(tool.provider_metadata)}


def _function(tool: Tool, profile: Profile, warnings: CallWarnings) -> dict[str, Any]:
    function: dict[str, Any] = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    function["parameters"] = _NO_PARAMETERS if tool.parameters is None else tool.parameters
    if tool.strict is not None:
        if profile.strict_tools:
            function["strict"] = tool.strict
        elif tool.strict:
            warnings.drop(f"strict was not sent for tool {tool.name}: the endpoint does not know it", "tools")
    return function


def _choice(
    choice: ToolChoice, tools: tuple[Tool | HostedTool, ...], profile: Profile, warnings: CallWarnings
) -> str | dict[str, Any] | None:
    """The wire's `tool_choice`, or None where it cannot be said."""
    required = profile.tool_choice_required
    if choice.mode in ("required", "tool") and required == "unsupported":
        warnings.drop("the model is free to call no tool: the endpoint cannot force one", "tool_choice")
        return None
    if choice.mode == "tool":
        return {"type": "function", "function": {"name": choice.name}}
    word = required if choice.mode == "required" else choice.mode
    if choice.allowed is None or profile.tool_choice_allowed != "allowed_tools" or choice.mode == "none":
        return word
    names = [tool.name for tool in tools if isinstance(tool, Tool) and tool.name in choice.allowed]
    listed = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": word, "tools": listed}}


def _legacy(tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, warnings: CallWarnings) -> dict[str, Any]:
    """`functions` and `function_call`, deprecated by the family's inventor and still the only words of some servers."""
    functions: list[dict[str, Any]] = []
    for tool in tools:
        if isinstance(tool, HostedTool):
            warnings.drop(f"tool {tool.kind} was not sent: the endpoint knows only functions", "tools")
            continue
        if tool.strict:
            warnings.drop(f"strict was not sent for tool {tool.name}: the endpoint does not know it", "tools")
        functions.append(
            {"name": tool.name, "description": tool.description or "", "parameters": tool.parameters or _NO_PARAMETERS}
        )
    body: dict[str, Any] = {"functions": functions}
    if choice is None:
        return body
    if choice.mode == "tool":
        body["function_call"] = {"name": choice.name}
    elif choice.mode == "required":
        warnings.drop("the model is free to call no tool: the endpoint cannot force one", "tool_choice")
    else:
        body["function_call"] = choice.mode
    return body
