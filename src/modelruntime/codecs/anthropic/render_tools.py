"""Tools and the choice among them."""

from __future__ import annotations

from modelruntime.codecs.anthropic.family import FAMILY, MODES, cache_control
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile

_NO_PARAMETERS: JSON = {"type": "object", "properties": {}}


def render_tools(tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, profile: Profile, warnings: CallWarnings) -> JSON:
    """The fields `tools` and `tool_choice`. A choice among some of the tools offers only those."""
    if choice is not None and choice.allowed is not None:
        tools = tuple(tool for tool in tools if isinstance(tool, HostedTool) or tool.name in choice.allowed)
        warnings.map("only the allowed tools are offered: the endpoint knows no choice among some", "tool_choice")
    body: JSON = {}
    if tools:
        body["tools"] = [_render(tool, profile, warnings) for tool in tools]
    if choice is not None and tools:
        mode = next(word for word, meaning in MODES.items() if meaning == choice.mode)
        chosen: JSON = {"type": mode}
        if choice.mode == "tool":
            chosen["name"] = choice.name
        if choice.parallel is not None and choice.mode != "none":
            chosen["disable_parallel_tool_use"] = not choice.parallel
        body["tool_choice"] = chosen
    return body


def _render(tool: Tool | HostedTool, profile: Profile, warnings: CallWarnings) -> JSON:
    cache = {"cache_control": cache_control(tool.cache)} if tool.cache else {}
    if isinstance(tool, HostedTool):
        return {"type": tool.kind, **tool.options, **cache}
    block: JSON = {"name": tool.name, "input_schema": tool.parameters or _NO_PARAMETERS}
    if tool.description is not None:
        block["description"] = tool.description
    if tool.strict is not None and profile.strict_tools:
        block["strict"] = tool.strict
    elif tool.strict:
        warnings.map(f"the tool {tool.name!r} is not held to its schema: the endpoint has no strict mode", "tools")
    return {**block, **facts_of(FAMILY, tool.provider_metadata), **cache}
