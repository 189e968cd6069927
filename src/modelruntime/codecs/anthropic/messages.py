"""Messages: `POST /v1/messages`, and its twins on Vertex AI and Bedrock."""

from __future__ import annotations

from functools import partial

import msgspec

from modelruntime.codecs.anthropic.host import BEDROCK, DIRECT, VERTEX, Host
from modelruntime.codecs.anthropic.parse_reply import parse_reply
from modelruntime.codecs.anthropic.render_messages import render_messages
from modelruntime.codecs.anthropic.render_parameters import render_parameters
from modelruntime.codecs.anthropic.render_tools import render_tools
from modelruntime.codecs.anthropic.stream_machine import MessagesMachine
from modelruntime.codecs.anthropic.whole_or_events import WholeOrEvents, parse_body
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.declared_output import with_declared_output
from modelruntime.codecs.json_value import as_count, as_object
from modelruntime.codecs.machine_decoder import JsonEvents, MachineStream
from modelruntime.codecs.openai.errors import error_from, unreadable_reply
from modelruntime.codecs.openai.render_output import OutputPlan, render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.request_stream import RequestStream
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.output import OutputFormat
from modelruntime.schema.profile import Profile

VERSION_HEADER = ("anthropic-version", "2023-06-01")
_COUNTED = frozenset(
    (
        *("model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control"),
        *("speed", "user_profile_id", "workspace_id"),
    )
)
"""What of a call the counting endpoint takes (https://docs.anthropic.com/en/api/messages-count-tokens, read 2026-11-22)."""


class MessagesCodec:
    """Chat with tools, media, documents, citations, thinking and prompt caching."""

    def __init__(self, host: Host) -> None:
        self.name = host.codec
        self._host = host

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, betas, context = render_body(call, endpoint)
        request = self._request(body, betas, endpoint, self._host.operation, self._host.path)
        return Exchange(request, partial(parse_body if self._host.framing is JsonEvents else parse_reply, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream | RequestStream[WholeOrEvents]:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, betas, context = render_body(call, endpoint)
        if self._host.names_model:
            body["stream"] = True
        request = self._request(body, betas, endpoint, f"{self._host.operation}_stream", self._host.stream_path)
        if self._host.framing is JsonEvents:
            return RequestStream(request, endpoint, partial(WholeOrEvents, context=context))
        return MachineStream(request, endpoint, self._host.framing, partial(MessagesMachine, context=context), error_from)

    def count_tokens(self, call: LLMCall, endpoint: Endpoint) -> Exchange[int] | None:
        """The exchange that has the vendor count the prompt's tokens; None on hosts that have no endpoint for it."""
        path = self._host.count_path
        if path is None:
            return None
        body, betas, _ = render_body(call, endpoint)
        counted = {"model": endpoint.model, **{name: value for name, value in body.items() if name in _COUNTED}}
        request = self._request(counted, betas, endpoint, "count_tokens", path)
        return Exchange(request, partial(parse_count, endpoint=endpoint))

    def _request(self, body: JSON, betas: list[str], endpoint: Endpoint, operation: str, path: str) -> HttpRequest:
        host = self._host
        url = endpoint_url(endpoint, operation, path)
        if host.names_model:
            request = json_request(endpoint, url, {"model": endpoint.model, **body})
            request = request.with_headers(VERSION_HEADER)
            return request.with_headers(("anthropic-beta", ",".join(betas))) if betas else request
        placed = {"anthropic_version": host.version, **body, **({"anthropic_beta": betas} if betas else {})}
        placed.pop("stream", None)
        return json_request(endpoint, url, placed, "application/json")


def render_body(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, list[str], ReplyContext]:
    """The body without `model`, the beta features to ask for, and what the parser must know."""
    profile = endpoint.profile
    warnings = CallWarnings(call.strict)
    call = with_declared_output(call, warnings)
    plan = _output_plan(call.output, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    body, betas = render_parameters(call.parameters, profile, warnings)
    body = render_messages(with_instruction(call.messages, plan.instruction), warnings) | body
    body |= render_tools(tools, choice, profile, warnings)
    if plan.response_format is not None:
        merge_into(body, {"output_config": {"format": plan.response_format}})
    merge_into(body, call.extra)
    return body, betas, ReplyContext(endpoint, warnings.all(), plan.tool.name if plan.tool else None)


def _output_plan(output: OutputFormat | None, profile: Profile, warnings: CallWarnings) -> OutputPlan:
    """Natively the schema alone; there is no mode for any JSON object
    (https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs, read 2026-11-22)."""
    if output is None or output.kind == "text":
        return OutputPlan()
    if profile.output_mode == "json_schema" and output.schema is not None:
        return OutputPlan(response_format={"type": "json_schema", "schema": output.schema})
    mode = "prompt" if output.schema is None else profile.output_mode
    return render_output(output, msgspec.structs.replace(profile, output_mode=mode), warnings)


def parse_count(response: HttpResponse, endpoint: Endpoint, field: str = "input_tokens") -> int:
    """`{"input_tokens": 12}`. Raises `InvokeError` for another answer."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        count = as_count(as_object(msgspec.json.decode(response.body)).get(field))
    except (msgspec.DecodeError, UnicodeDecodeError):
        count = None
    if count is None:
        raise unreadable_reply(response, endpoint, "no count of tokens")
    return count


CODEC = MessagesCodec(DIRECT)
ON_VERTEX = MessagesCodec(VERTEX)
ON_BEDROCK = MessagesCodec(BEDROCK)
