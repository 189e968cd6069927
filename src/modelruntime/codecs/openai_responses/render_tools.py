"""Tools, the choice among them, and the shape of the answer."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile


def render_tools(tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, profile: Profile, warnings: CallWarnings) -> JSON:
    """The fields `tools`, `tool_choice`, `parallel_tool_calls`."""
    body: JSON = {}
    if tools:
        body["tools"] = [_render(tool, profile, warnings) for tool in tools]
    if choice is not None:
        body["tool_choice"] = _choice(choice, tools)
        if choice.parallel is not None:
            body["parallel_tool_calls"] = choice.parallel
    return body


def render_format(output: OutputFormat) -> JSON:
    """`text.format`."""
    if output.kind != "json_schema" or output.schema is None:
        return {"type": "text" if output.kind == "text" else "json_object"}
    form: JSON = {"type": "json_schema", "name": output.name, "schema": output.schema}
    beside = {"description": output.description, "strict": output.strict}
    return form | {name: value for name, value in beside.items() if value is not None}


def _choice(choice: ToolChoice, tools: tuple[Tool | HostedTool, ...]) -> Any:
    """A tool that the vendor runs is chosen by its kind, a function by its name."""
    if choice.allowed is not None:
        allowed = [{"type": "function", "name": name} for name in choice.allowed]
        return {"type": "allowed_tools", "mode": "required" if choice.mode == "required" else "auto", "tools": allowed}
    if choice.mode != "tool":
        return choice.mode
    hosted = next((tool for tool in tools if isinstance(tool, HostedTool) and choice.name in (tool.kind, _name(tool))), None)
    if hosted is None:
        return {"type": "function", "name": choice.name}
    named = {"name": _name(hosted)} if hosted.kind == "custom" else {}
    server = {"server_label": hosted.options["server_label"]} if "server_label" in hosted.options else {}
    return {"type": hosted.kind, **named, **server}


def _name(tool: HostedTool) -> Any:
    return tool.options.get("name")


def _render(tool: Tool | HostedTool, profile: Profile, warnings: CallWarnings) -> JSON:
    if isinstance(tool, HostedTool):
        return {"type": tool.kind, **tool.options}
    block: JSON = {"type": "function", "name": tool.name, "parameters": tool.parameters or {"type": "object", "properties": {}}}
    if tool.description is not None:
        block["description"] = tool.description
    if tool.strict and not profile.strict_tools:
        warnings.map(f"the tool {tool.name!r} is not held to its schema: the endpoint has no strict mode", "tools")
    # without a word of ours the vendor would make it strict, and refuse schemas that are not
    block["strict"] = bool(tool.strict) and profile.strict_tools
    return {**block, **facts_of(FAMILY, tool.provider_metadata)}
