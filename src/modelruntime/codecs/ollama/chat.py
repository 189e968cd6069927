"""Chat, `POST /api/chat`, and completion mode, `POST /api/generate`
(https://github.com/ollama/ollama/blob/main/docs/openapi.yaml, read 2026-11-28)."""

from __future__ import annotations

from functools import partial
from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.declared_output import with_declared_output
from modelruntime.codecs.machine_decoder import JsonLines, MachineStream
from modelruntime.codecs.ollama.family import LINES
from modelruntime.codecs.ollama.parse_reply import parse_reply
from modelruntime.codecs.ollama.render_messages import render_messages
from modelruntime.codecs.ollama.render_parameters import render_parameters
from modelruntime.codecs.ollama.render_tools import render_tools
from modelruntime.codecs.ollama.stream_machine import LinesMachine
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.render_output import OutputPlan, render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.output import OutputFormat
from modelruntime.schema.profile import Profile


class OllamaChat:
    """Chat with tools, pictures, thinking and answers that fit a schema."""

    name = "ollama"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_chat(call, endpoint)
        return _exchange(body, context, "chat", "/api/chat")

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_chat(call, endpoint)
        return _stream(body, context, "chat", "/api/chat")


class OllamaGenerate:
    """A text continued."""

    name = "ollama_generate"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call without a prompt."""
        body, context = render_prompt(call, endpoint)
        return _exchange(body, context, "completions", "/api/generate")

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call without a prompt."""
        body, context = render_prompt(call, endpoint)
        return _stream(body, context, "completions", "/api/generate")


def _exchange(body: JSON, context: ReplyContext, operation: str, path: str) -> Exchange[LLMResult]:
    request = _request({**body, "stream": False}, context.endpoint, operation, path, "application/json")
    return Exchange(request, partial(parse_reply, context=context))


def _stream(body: JSON, context: ReplyContext, operation: str, path: str) -> MachineStream:
    request = _request({**body, "stream": True}, context.endpoint, operation, path, LINES)
    return MachineStream(request, context.endpoint, JsonLines, partial(LinesMachine, context=context), error_from)


def _request(body: JSON, endpoint: Endpoint, operation: str, path: str, accept: str) -> HttpRequest:
    """`stream` is always said: without it the vendor streams."""
    return json_request(endpoint, endpoint_url(endpoint, operation, path), body, accept)


def render_chat(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """The body of a chat without `stream`, and what the parser must know."""
    profile, warnings = endpoint.profile, CallWarnings(call.strict)
    call = with_declared_output(call, warnings)
    plan, shape = _output_plan(call.output, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    messages = render_messages(with_instruction(call.messages, plan.instruction), warnings)
    body: JSON = {"model": endpoint.model, "messages": messages, **render_parameters(call, profile, warnings)}
    body |= render_tools(tools, choice, warnings)
    body |= shape
    merge_into(body, call.extra)
    return body, ReplyContext(endpoint, warnings.all(), plan.tool.name if plan.tool else None)


def render_prompt(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """The body of a completion without `stream`, and what the parser must know."""
    if call.prompt is None:
        raise ParameterInvalid("a model in completion mode takes a prompt, not messages", field="prompt")
    profile, warnings = endpoint.profile, CallWarnings(call.strict)
    call = with_declared_output(call, warnings)
    if call.tools:
        warnings.drop("tools were not sent: completion mode has none", "tools")
    plan, shape = _output_plan(call.output, profile, warnings)
    prompt = call.prompt if plan.instruction is None else f"{plan.instruction}\n\n{call.prompt}"
    body: JSON = {"model": endpoint.model, "prompt": prompt, **render_parameters(call, profile, warnings), **shape}
    merge_into(body, call.extra)
    return body, ReplyContext(endpoint, warnings.all())


def _output_plan(output: OutputFormat | None, profile: Profile, warnings: CallWarnings) -> tuple[OutputPlan, dict[str, Any]]:
    """`format` is the schema itself, or `json` for any object; else as the shared plan says."""
    if output is None or output.kind == "text":
        return OutputPlan(), {}
    if profile.output_mode == "json_schema" and output.schema is not None:
        return OutputPlan(), {"format": output.schema}
    plan = render_output(output, profile, warnings)
    return plan, {"format": "json"} if plan.response_format is not None else {}


CODEC = OllamaChat()
GENERATE = OllamaGenerate()
