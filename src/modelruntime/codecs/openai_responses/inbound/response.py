"""The response object (https://platform.openai.com/docs/api-reference/responses/object, read 2026-11-22): what was asked is said
again beside what was answered, since clients of the family read both."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.openai_responses.inbound.output import render_output
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.finish import Finish
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import SystemMessage, parts_of
from modelruntime.entities.tools import HostedTool, Tool
from modelruntime.entities.usage import Usage

_REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}


def render_response(result: LLMResult, call: InboundCall, served: Served) -> bytes:
    """The body of a whole answer."""
    items = render_output(parts_of(result.message.content), served.id)
    return msgspec.json.encode(finished(skeleton(call, served), items, result.finish, result.usage, result.response_id))


def skeleton(call: InboundCall, served: Served) -> JSON:
    """The response before anything was said."""
    parameters, extra = call.parameters, call.extra
    return {
        "id": response_id(served.id),
        "object": "response",
        "created_at": served.created,
        "completed_at": None,
        "status": "in_progress",
        "incomplete_details": None,
        "error": None,
        "model": served.model,
        "previous_response_id": extra.get("previous_response_id"),
        "instructions": _instructions(call),
        "output": [],
        "tools": [_tool(tool) for tool in call.tools],
        "tool_choice": _choice(call),
        "parallel_tool_calls": call.tool_choice is None or call.tool_choice.parallel is not False,
        "truncation": extra.get("truncation", "disabled"),
        "text": {"format": _format(call), **extra.get("text", {})},
        "temperature": parameters.get("temperature", 1.0),
        "top_p": parameters.get("top_p", 1.0),
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "top_logprobs": extra.get("top_logprobs", 0),
        "reasoning": {"effort": None, "summary": None, **extra.get("reasoning", {})},
        "usage": None,
        "max_output_tokens": parameters.get("max_tokens"),
        "max_tool_calls": extra.get("max_tool_calls"),
        "store": False,
        "background": False,
        "service_tier": "default",
        "metadata": extra.get("metadata", {}),
        "safety_identifier": extra.get("safety_identifier"),
        "prompt_cache_key": extra.get("prompt_cache_key"),
    }


def finished(response: JSON, items: list[JSON], finish: Finish, usage: Usage, identifier: str | None) -> JSON:
    """The response at its end: completed, or incomplete with the reason."""
    reason = _REASONS.get(finish.unified)
    ended = {"status": "incomplete" if reason else "completed", "incomplete_details": {"reason": reason} if reason else None}
    own = {"id": response_id(identifier)} if identifier else {}
    completed = {"completed_at": response["created_at"]} if not reason else {}
    return {**response, **own, **ended, **completed, "output": items, "usage": render_usage(usage)}


def failed(response: JSON, items: list[JSON], fault: Fault) -> JSON:
    """The response that a stream ends with when it breaks off."""
    return {**response, "status": "failed", "output": items, "error": {"code": fault.code, "message": fault.message}}


def render_usage(usage: Usage) -> JSON:
    """Clients add the numbers up, so unknown ones are 0."""
    read, made = usage.input.total or 0, usage.output.total or 0
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": usage.input.cache_read or 0, "cache_write_tokens": usage.input.cache_write or 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": usage.output.reasoning or 0},
        "total_tokens": read + made,
    }


def response_id(identifier: str) -> str:
    """An id as the family writes it."""
    return identifier if identifier.startswith("resp_") else f"resp_{identifier}"


def _instructions(call: InboundCall) -> str | None:
    """Those that stood beside the input; a system message in it is none."""
    first = call.messages[0] if call.messages else None
    given = isinstance(first, SystemMessage) and facts_of(FAMILY, first.provider_metadata).get("instructions")
    return first.content if first is not None and given and isinstance(first.content, str) else None


def _tool(tool: Tool | HostedTool) -> JSON:
    if isinstance(tool, HostedTool):
        return {"type": tool.kind, **tool.options}
    described = {"description": tool.description, "parameters": tool.parameters, "strict": bool(tool.strict)}
    return {"type": "function", "name": tool.name, **described}


def _choice(call: InboundCall) -> Any:
    choice = call.tool_choice
    if choice is None:
        return "auto"
    if choice.mode == "tool":
        return {"type": "function", "name": choice.name}
    if choice.allowed is not None:
        allowed = [{"type": "function", "name": name} for name in choice.allowed]
        return {"type": "allowed_tools", "mode": choice.mode, "tools": allowed}
    return choice.mode


def _format(call: InboundCall) -> JSON:
    output = call.output
    if output is None or output.kind == "text":
        return {"type": "text"}
    if output.kind == "json":
        return {"type": "json_object"}
    described = {"name": output.name, "description": output.description, "schema": None, "strict": bool(output.strict)}
    return {"type": "json_schema", **described}  # the open specification wants no schema here (JsonSchemaResponseFormat)
