"""Tools. The vendor knows no choice among them: the model decides."""

from __future__ import annotations

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

_NO_PARAMETERS: JSON = {"type": "object", "properties": {}}


def render_tools(tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, warnings: CallWarnings) -> JSON:
    """The field `tools`. No tool at all is said by offering none; which one, by offering only it."""
    offered = [tool for tool in tools if isinstance(tool, Tool)]
    for tool in tools:
        if isinstance(tool, HostedTool):
            warnings.drop(f"the tool {tool.kind!r} was not sent: the vendor runs none itself", "tools")
        elif tool.strict:
            warnings.map(f"the tool {tool.name!r} is not held to its schema: the endpoint has no strict mode", "tools")
    if choice is not None:
        offered = _chosen(offered, choice, warnings)
    return {"tools": [_render(tool) for tool in offered]} if offered else {}


def _chosen(tools: list[Tool], choice: ToolChoice, warnings: CallWarnings) -> list[Tool]:
    if not tools:
        return tools
    if choice.mode == "none":
        warnings.map("no tools are offered: the endpoint knows no choice of none", "tool_choice")
        return []
    if choice.mode in ("required", "tool"):
        warnings.drop("the call of a tool is not forced: the endpoint leaves the choice to the model", "tool_choice")
    if choice.parallel is not None:
        warnings.drop("parallel was not sent: the endpoint leaves the number of calls to the model", "tool_choice")
    names = (choice.name,) if choice.mode == "tool" else choice.allowed
    if names is None or not (rest := [tool for tool in tools if tool.name not in names]):
        return tools
    warnings.map("only the chosen tools are offered: the endpoint knows no choice among some", "tool_choice")
    return [tool for tool in tools if tool not in rest]


def _render(tool: Tool) -> JSON:
    function: JSON = {"name": tool.name, "parameters": tool.parameters or _NO_PARAMETERS}
    if tool.description is not None:
        function["description"] = tool.description
    return {"type": "function", "function": function}
