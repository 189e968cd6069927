"""The shape an answer must have, asked for as the endpoint understands it."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.entities.messages import DeveloperMessage, Message, SystemMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import TextPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.profile import Profile


class OutputPlan(msgspec.Struct, frozen=True):
    """How `output` is said: a body field, a text for the model to read, or a tool that it must call."""

    response_format: dict[str, Any] | None = None
    instruction: str | None = None
    tool: Tool | None = None


NO_PLAN = OutputPlan()


def render_output(output: OutputFormat | None, profile: Profile, warnings: CallWarnings) -> OutputPlan:
    """The plan for one call. Anything but the native form is noted as mapped."""
    if output is None or output.kind == "text":
        return NO_PLAN
    mode = profile.output_mode
    if output.kind == "json" or output.schema is None:
        if mode in ("json_schema", "json_object"):
            return OutputPlan(response_format={"type": "json_object"})
        warnings.map("JSON is asked for in the prompt: the endpoint has no mode for it", "output")
        return OutputPlan(instruction="Answer with one JSON object and nothing else.")
    if mode == "json_schema":
        return OutputPlan(response_format={"type": "json_schema", "json_schema": _native(output)})
    if mode == "tool" and profile.function_calling == "tool_call":
        warnings.map("the schema is asked for as a forced tool: the endpoint has no mode for it", "output")
        description = output.description or "Give the final answer."
        return OutputPlan(tool=Tool(output.name, description, output.schema, output.strict if profile.strict_tools else None))
    warnings.map("the schema is asked for in the prompt: the endpoint cannot hold an answer to it", "output")
    asked = {"type": "json_object"} if mode == "json_object" else None
    return OutputPlan(response_format=asked, instruction=_instruction(output))


def _native(output: OutputFormat) -> dict[str, Any]:
    schema: dict[str, Any] = {"name": output.name, "schema": output.schema}
    if output.description is not None:
        schema["description"] = output.description
    if output.strict is not None:
        schema["strict"] = output.strict
    return schema


def _instruction(output: OutputFormat) -> str:
    purpose = f" {output.description}" if output.description else ""
    schema = msgspec.json.encode(output.schema).decode()
    return f"Answer with one JSON object and nothing else.{purpose} It must fit this JSON Schema:\n{schema}"


def with_instruction(messages: tuple[Message, ...], instruction: str | None) -> tuple[Message, ...]:
    """The messages with a text added at the end of the first instructions, or before all when there are none."""
    if instruction is None:
        return messages
    for at, message in enumerate(messages):
        if isinstance(message, (SystemMessage, DeveloperMessage)):
            old = message.content
            content = f"{old}\n\n{instruction}" if isinstance(old, str) else (*old, TextPart(f"\n\n{instruction}"))
            return (*messages[:at], msgspec.structs.replace(message, content=content), *messages[at + 1 :])
    return (SystemMessage(instruction), *messages)


def with_output_tool(
    tools: tuple[Tool | HostedTool, ...], choice: ToolChoice | None, tool: Tool | None
) -> tuple[tuple[Tool | HostedTool, ...], ToolChoice | None]:
    """The tools with the output tool among them, and a choice that leads to it: forced when it is alone."""
    if tool is None:
        return tools, choice
    return (*tools, tool), ToolChoice("required") if tools else ToolChoice("tool", tool.name)
