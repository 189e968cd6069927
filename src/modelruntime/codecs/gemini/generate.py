"""Chat: `POST /models/{model}:generateContent` and `:streamGenerateContent`."""

from __future__ import annotations

from functools import partial

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.declared_output import with_declared_output
from modelruntime.codecs.gemini.family import error_of
from modelruntime.codecs.gemini.parse_reply import parse_reply
from modelruntime.codecs.gemini.render_contents import render_contents
from modelruntime.codecs.gemini.render_parameters import render_parameters
from modelruntime.codecs.gemini.render_tools import render_tools
from modelruntime.codecs.gemini.schema_subset import openapi_schema
from modelruntime.codecs.gemini.stream_machine import GenerateMachine
from modelruntime.codecs.json_value import as_count, as_object
from modelruntime.codecs.machine_decoder import JsonEvents, MachineStream
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.render_output import OutputPlan, render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.output import OutputFormat
from modelruntime.schema.profile import Profile

_COUNTED = ("contents", "systemInstruction", "tools")


class GenerateCodec:
    """Chat with tools, media in and out, structured output, thinking and grounding."""

    name = "gemini"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        url = endpoint_url(endpoint, "generate", "/models/{model}:generateContent")
        return Exchange(json_request(endpoint, url, body), partial(parse_reply, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        url = endpoint_url(endpoint, "generate_stream", "/models/{model}:streamGenerateContent?alt=sse")
        request = json_request(endpoint, url, body, "text/event-stream")
        return MachineStream(request, endpoint, JsonEvents, partial(GenerateMachine, context=context), error_of)

    def count_tokens(self, call: LLMCall, endpoint: Endpoint) -> Exchange[int]:
        """The exchange that has the vendor count the prompt's tokens (https://ai.google.dev/api/tokens, read 2026-11-22)."""
        body, _ = render_body(call, endpoint)
        if endpoint.profile.count_tokens_body == "contents":
            counted = {name: body[name] for name in _COUNTED if name in body}
        else:
            counted = {"generateContentRequest": {"model": f"models/{endpoint.model}", **body}}
        url = endpoint_url(endpoint, "count_tokens", "/models/{model}:countTokens")
        return Exchange(json_request(endpoint, url, counted), partial(parse_count, endpoint=endpoint))


def render_body(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """The body, and what the parser must know; the model stands in the path."""
    profile = endpoint.profile
    warnings = CallWarnings(call.strict)
    call = with_declared_output(call, warnings)
    plan = _output_plan(call.output, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    body = render_contents(with_instruction(call.messages, plan.instruction), warnings)
    merge_into(body, render_parameters(call.parameters, profile, warnings))
    merge_into(body, render_tools(tools, choice, profile, warnings))
    if plan.response_format is not None:
        merge_into(body, {"generationConfig": plan.response_format})
    merge_into(body, call.extra)
    return body, ReplyContext(endpoint, warnings.all(), plan.tool.name if plan.tool else None)


def _output_plan(output: OutputFormat | None, profile: Profile, warnings: CallWarnings) -> OutputPlan:
    """Natively a media type and perhaps a schema (https://ai.google.dev/gemini-api/docs/structured-output, read 2026-11-22)."""
    if output is None or output.kind == "text":
        return OutputPlan()
    if profile.output_mode != "json_schema":
        return render_output(output, profile, warnings)
    wanted: JSON = {"responseMimeType": "application/json"}
    if output.schema is not None:
        field = profile.output_schema_field
        subset = field == "responseSchema"
        wanted[field] = openapi_schema(output.schema, warnings, "output") if subset else output.schema
    return OutputPlan(response_format=wanted)


def parse_count(response: HttpResponse, endpoint: Endpoint) -> int:
    """`{"totalTokens": 12}`. Raises `InvokeError` for another answer."""
    if not 200 <= response.head.status < 300:
        raise error_of(response, endpoint)
    try:
        count = as_count(as_object(msgspec.json.decode(response.body)).get("totalTokens"))
    except (msgspec.DecodeError, UnicodeDecodeError):
        count = None
    if count is None:
        raise unreadable_reply(response, endpoint, "no count of tokens")
    return count


CODEC = GenerateCodec()
