"""`POST /v1/responses` as a client says it (https://platform.openai.com/docs/api-reference/responses/create, read 2026-11-22).

No answer is kept here: a client that refers to an earlier one by its id is understood by vendors of the family alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.dialect import InboundCall
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.openai.inbound.chat_request import flag_at, with_structure
from modelruntime.codecs.openai.inbound.field import (
    filled_text_at,
    is_list,
    leave_to_family,
    mapping_at,
    optional_text_at,
    refuse,
)
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.openai_responses.inbound.items import messages_from
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.messages import Message, SystemMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

_READ = frozenset(
    (
        "model",
        "input",
        "instructions",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "text",
        "stream",
        "stream_options",
        "reasoning",
        "max_output_tokens",
    )
)
STRUCTURE = (_READ - {"model", "stream", "max_output_tokens"}) | {"store", "include"}
"""What is no parameter. Whether the vendor keeps the answer is the client's to say: it may ask for it again."""
_PORTABLE = frozenset(("temperature", "top_p"))
_ESSENTIAL = frozenset(("previous_response_id", "conversation", "prompt"))


def parse_responses_request(body: Mapping[str, Any]) -> InboundCall:
    """The call. Raises `ParameterInvalid` naming the place that cannot be read."""
    given = {name: value for name, value in body.items() if name not in _READ and value is not None}
    text = dict(mapping_at(body["text"], "text")) if body.get("text") is not None else {}
    form = text.pop("format", None)
    parameters = {name: value for name, value in given.items() if name in _PORTABLE}
    extra = {name: value for name, value in given.items() if name not in _PORTABLE}
    if text:
        extra["text"] = text
    if (limit := body.get("max_output_tokens")) is not None:
        parameters["max_tokens"] = limit
    equivalents: dict[str, tuple[tuple[str, Any], ...]] = {}
    if body.get("reasoning") is not None:
        reasoning = dict(mapping_at(body["reasoning"], "reasoning"))
        extra["reasoning"] = reasoning
        if effort := reasoning.get("effort"):
            equivalents["reasoning"] = (("reasoning_effort", effort), ("enable_thinking", effort != "none"))
    call = InboundCall(
        model=filled_text_at(body, "model", "body"),
        parameters=parameters,
        extra=extra,
        equivalents=equivalents,
        essential=_ESSENTIAL,
        stream=flag_at(body, "stream"),
    )
    return with_structure(call, lambda: _structure(body, form, open_ended=bool(_ESSENTIAL & extra.keys())))


def _structure(body: Mapping[str, Any], form: Any, *, open_ended: bool) -> dict[str, Any]:
    """`open_ended`: another field brings the input. A call without any means something to the family, if to anybody."""
    messages = (*_instructions(body), *messages_from(body.get("input")))
    if not messages and not open_ended:
        leave_to_family("input", "must not be empty")
    tools = tools_from(body.get("tools"))
    return {"messages": messages, "tools": tools, "tool_choice": _choice(body), "output": _format(form)}


def tools_from(value: Any) -> tuple[Tool | HostedTool, ...]:
    """Functions of the client, and tools of the vendor."""
    if value is None:
        return ()
    if not is_list(value):
        refuse("tools", f"must be a list of tools, not {type(value).__name__}")
    return tuple(_tool(tool, f"tools[{at}]") for at, tool in enumerate(value))


def _instructions(body: Mapping[str, Any]) -> list[Message]:
    text = optional_text_at(body, "instructions", "body")
    return [] if text is None else [SystemMessage(text, provider_metadata={FAMILY: {"instructions": True}})]


def _tool(value: Any, place: str) -> Tool | HostedTool:
    tool = dict(mapping_at(value, place))
    kind = filled_text_at(tool, "type", place)
    if kind != "function":
        return HostedTool(kind, without(tool, ("type",)))
    facts = metadata_of(FAMILY, without(tool, ("type", "name", "description", "parameters", "strict")))
    schema = tool.get("parameters")
    parameters = None if schema is None else dict(mapping_at(schema, f"{place}.parameters"))
    strict = flag_at(tool, "strict") if tool.get("strict") is not None else None
    return Tool(filled_text_at(tool, "name", place), optional_text_at(tool, "description", place), parameters, strict, facts)


def _choice(body: Mapping[str, Any]) -> ToolChoice | None:
    choice = body.get("tool_choice")
    parallel = flag_at(body, "parallel_tool_calls") if body.get("parallel_tool_calls") is not None else None
    if choice is None:
        return None if parallel is None else ToolChoice("auto", parallel=parallel)
    if isinstance(choice, str):
        if choice not in ("auto", "none", "required"):
            refuse("tool_choice", "must be auto, none, required or an object")
        return ToolChoice(choice, parallel=parallel)  # type: ignore[arg-type]
    fields = mapping_at(choice, "tool_choice")
    kind = filled_text_at(fields, "type", "tool_choice")
    if kind == "function":
        return ToolChoice("tool", filled_text_at(fields, "name", "tool_choice"), parallel=parallel)
    if kind == "allowed_tools":
        rows = fields.get("tools")
        names = tuple(str(as_object(row).get("name")) for row in (rows if is_list(rows) else ()))
        mode = fields.get("mode", "auto")
        if mode not in ("auto", "required") or not names:
            refuse("tool_choice", "must have a mode, auto or required, and tools")
        return ToolChoice(mode, allowed=names, parallel=parallel)
    return leave_to_family("tool_choice.type", "must be function or allowed_tools")


def _format(value: Any) -> OutputFormat | None:
    if value is None:
        return None
    form = mapping_at(value, "text.format")
    kind = filled_text_at(form, "type", "text.format")
    if kind == "text":
        return None
    if kind == "json_object":
        return OutputFormat("json")
    if kind != "json_schema":
        leave_to_family("text.format.type", "must be text, json_object or json_schema")
    schema = dict(mapping_at(form.get("schema"), "text.format.schema"))
    strict = flag_at(form, "strict") if form.get("strict") is not None else None
    name = optional_text_at(form, "name", "text.format") or "answer"
    return OutputFormat("json_schema", schema, name, optional_text_at(form, "description", "text.format"), strict)
