"""Tools and the choice among them (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html,
read 2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.bedrock.family import FAMILY, cache_point
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile

_NO_PARAMETERS: JSON = {"type": "object", "properties": {}}
_MODES = {"auto": "auto", "required": "any"}


def render_tools(
    tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, called: list[str], profile: Profile, warnings: CallWarnings
) -> JSON:
    """The field `toolConfig`, where there is something to say. `called` are the tools that the history calls: the vendor wants
    tools declared as long as the conversation holds calls, so without any of the caller's own these are named."""
    if choice is not None and choice.allowed is not None:
        tools = tuple(tool for tool in tools if isinstance(tool, HostedTool) or tool.name in choice.allowed)
        warnings.map("only the allowed tools are offered: the endpoint knows no choice among some", "tool_choice")
    if choice is not None and choice.mode == "none" and tools:
        if called:
            warnings.drop("the model was not forbidden to call tools: the endpoint has no word for it", "tool_choice")
        else:
            tools = ()
    rendered = [block for tool in tools for block in _render(tool, profile, warnings)]
    if not rendered and called:
        warnings.map("the tools of the conversation's earlier calls are declared: the endpoint wants it", "tools")
        rendered = [{"toolSpec": {"name": name, "inputSchema": {"json": _NO_PARAMETERS}}} for name in called]
    if not rendered:
        return {}
    chosen = _choice(choice, profile, warnings) if tools and choice is not None else {}
    return {"toolConfig": {"tools": rendered, **({"toolChoice": chosen} if chosen else {})}}


def _choice(choice: ToolChoice, profile: Profile, warnings: CallWarnings) -> JSON:
    if choice.parallel is False:
        warnings.drop("parallel calls were not forbidden: the endpoint has no word for it", "tool_choice")
    if choice.mode in ("required", "tool") and profile.tool_choice_required == "unsupported":
        warnings.drop("no tool was forced: the model cannot be made to call one", "tool_choice")
        return {}
    if choice.mode == "tool":
        return {"tool": {"name": choice.name}}
    return {_MODES[choice.mode]: {}} if choice.mode in _MODES else {}


def _render(tool: Tool | HostedTool, profile: Profile, warnings: CallWarnings) -> list[JSON]:
    mark = [cache_point(tool.cache)] if tool.cache and profile.cache_marks == "cache_point" else []
    if isinstance(tool, HostedTool):
        if tool.options:
            warnings.drop(f"the options of the tool {tool.kind!r} were not sent: the endpoint takes its name only", "tools")
        return [{"systemTool": {"name": tool.kind}}, *mark]
    spec: JSON = {"name": tool.name, "inputSchema": {"json": tool.parameters or _NO_PARAMETERS}}
    if tool.description:
        spec["description"] = tool.description
    if tool.strict is not None and profile.strict_tools:
        spec["strict"] = tool.strict
    elif tool.strict:
        warnings.map(f"the tool {tool.name!r} is not held to its schema: the endpoint has no strict mode", "tools")
    return [{"toolSpec": spec | facts_of(FAMILY, tool.provider_metadata)}, *mark]
