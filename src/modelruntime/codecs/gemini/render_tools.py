"""Tools and the choice among them."""

from __future__ import annotations

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.gemini.family import FAMILY, MODES
from modelruntime.codecs.gemini.schema_subset import openapi_schema
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile


def render_tools(tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, profile: Profile, warnings: CallWarnings) -> JSON:
    """The fields `tools` and `toolConfig`."""
    body: JSON = {}
    declared = [_render(tool, profile, warnings) for tool in tools if isinstance(tool, Tool)]
    hosted = [{tool.kind: tool.options} for tool in tools if isinstance(tool, HostedTool)]
    if declared or hosted:
        body["tools"] = [*([{"functionDeclarations": declared}] if declared else []), *hosted]
    if choice is not None and declared:
        body["toolConfig"] = {"functionCallingConfig": _choice(choice, warnings)}
    return body


def _choice(choice: ToolChoice, warnings: CallWarnings) -> JSON:
    if choice.parallel is False:
        warnings.drop("parallel calls can not be forbidden: the endpoint has no word for it", "tool_choice")
    if choice.mode == "tool":
        return {"mode": "ANY", "allowedFunctionNames": [choice.name]}
    mode = next(word for word, meaning in MODES.items() if meaning == choice.mode)
    if choice.allowed and mode == "AUTO":
        mode = "VALIDATED"  # the only mode beside ANY that takes names
    return {"mode": mode, **({"allowedFunctionNames": list(choice.allowed)} if choice.allowed else {})}


def _render(tool: Tool, profile: Profile, warnings: CallWarnings) -> JSON:
    declared: JSON = {"name": tool.name}
    if tool.description is not None:
        declared["description"] = tool.description
    if tool.parameters is not None:
        field = profile.tool_schema_field
        declared[field] = openapi_schema(tool.parameters, warnings, "tools") if field == "parameters" else tool.parameters
    return {**declared, **facts_of(FAMILY, tool.provider_metadata)}
