"""Tools and the choice among them."""

from __future__ import annotations

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

_NO_PARAMETERS: JSON = {"type": "object", "properties": {}}


def render_tools(tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, warnings: CallWarnings) -> JSON:
    """`tools`, `strict_tools` and `tool_choice`. The vendor knows a forced call and none at all; which tool is said by offering
    only it, and being held to a schema is said for all tools together."""
    for tool in tools:
        if isinstance(tool, HostedTool):
            warnings.drop(f"the tool {tool.kind!r} was not sent: the vendor runs none itself", "tools")
    functions = [tool for tool in tools if isinstance(tool, Tool)]
    functions = _chosen(functions, choice, warnings)
    if not functions:
        return {}
    body: JSON = {"tools": [_render(tool) for tool in functions]}
    if strict := {tool.strict for tool in functions} - {None}:
        body["strict_tools"] = True in strict
        if len({tool.strict for tool in functions}) > 1:
            warnings.map("strict is said of all tools together: the endpoint knows no single ones", "tools")
    if choice is not None and choice.mode != "auto":
        body["tool_choice"] = "NONE" if choice.mode == "none" else "REQUIRED"
    if choice is not None and choice.parallel is not None:
        warnings.drop("parallel was not sent: the endpoint decides itself how many tools are called", "tool_choice")
    return body


def _chosen(tools: list[Tool], choice: ToolChoice | None, warnings: CallWarnings) -> list[Tool]:
    if choice is None or (choice.mode != "tool" and choice.allowed is None):
        return tools
    names = (choice.name,) if choice.mode == "tool" else choice.allowed or ()
    if len(tools) > 1:
        warnings.map("only the chosen tools are offered: the endpoint knows no choice among some", "tool_choice")
    return [tool for tool in tools if tool.name in names]


def _render(tool: Tool) -> JSON:
    function: JSON = {"name": tool.name, "parameters": tool.parameters or _NO_PARAMETERS}
    if tool.description is not None:
        function["description"] = tool.description
    return {"type": "function", "function": function}
