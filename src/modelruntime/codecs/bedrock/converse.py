"""Converse: `POST /model/{model}/converse` and `/converse-stream`, one request for every chat model."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.anthropic.messages import parse_count
from modelruntime.codecs.bedrock.model_path import base_model, through_profile
from modelruntime.codecs.bedrock.parse_reply import parse_reply
from modelruntime.codecs.bedrock.render_messages import called_tools, render_messages
from modelruntime.codecs.bedrock.render_parameters import render_parameters
from modelruntime.codecs.bedrock.render_tools import render_tools
from modelruntime.codecs.bedrock.stream_machine import ConverseMachine
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.machine_decoder import AwsEvents, MachineStream
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.render_output import OutputPlan, render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into, put_at
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.output import OutputFormat
from modelruntime.schema.profile import Profile

EVENTS = "application/vnd.amazon.eventstream"
_COUNTED = ("messages", "system", "toolConfig", "additionalModelRequestFields")
"""What of a call the counting operation takes (API_runtime_ConverseTokensRequest.html)."""


class BedrockConverse:
    """Chat with tools, media, documents, citations, reasoning, guardrails and prompt caching."""

    name = "bedrock_converse"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        url = endpoint_url(context.endpoint, "converse", "/model/{model}/converse")
        return Exchange(json_request(endpoint, url, body), partial(parse_reply, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        url = endpoint_url(context.endpoint, "converse_stream", "/model/{model}/converse-stream")
        request = json_request(endpoint, url, body, EVENTS)
        return MachineStream(request, context.endpoint, AwsEvents, partial(ConverseMachine, context=context), error_from)

    def count_tokens(self, call: LLMCall, endpoint: Endpoint) -> Exchange[int]:
        """The exchange that has the vendor count the prompt's tokens; it knows foundation models, not their profiles."""
        body, context = render_body(call, endpoint)
        counted = {"input": {"converse": {name: body[name] for name in _COUNTED if name in body}}}
        foundation = msgspec.structs.replace(context.endpoint, model=base_model(context.endpoint.model))
        url = endpoint_url(foundation, "count_tokens", "/model/{model}/count-tokens")
        return Exchange(json_request(endpoint, url, counted), partial(parse_count, endpoint=endpoint, field="inputTokens"))


def render_body(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """The body, and what the parser must know: the endpoint in it names the model as it is called."""
    warnings = CallWarnings(call.strict)
    reached, parameters = through_profile(endpoint, call.parameters)
    profile = reached.profile
    plan = _output_plan(call.output, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    body = render_parameters(parameters, profile, warnings)
    body |= render_messages(with_instruction(call.messages, plan.instruction), profile, warnings)
    body |= render_tools(tools, choice, called_tools(body["messages"]), profile, warnings)
    if plan.response_format is not None:
        put_at(body, "outputConfig.textFormat", plan.response_format)
    merge_into(body, call.extra)
    return body, ReplyContext(reached, warnings.all(), plan.tool.name if plan.tool else None)


def _output_plan(output: OutputFormat | None, profile: Profile, warnings: CallWarnings) -> OutputPlan:
    """Natively the schema alone, as JSON text; there is no mode for any JSON object
    (https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html, read 2026-11-28)."""
    if output is None or output.kind == "text":
        return OutputPlan()
    if profile.output_mode == "json_schema" and output.schema is not None:
        text = msgspec.json.encode(output.schema).decode()
        described: dict[str, Any] = {"description": output.description} if output.description is not None else {}
        schema = {"schema": text, "name": output.name, **described}
        return OutputPlan(response_format={"type": "json_schema", "structure": {"jsonSchema": schema}})
    mode = "prompt" if output.schema is None or profile.output_mode == "json_object" else profile.output_mode
    return render_output(output, msgspec.structs.replace(profile, output_mode=mode), warnings)


CODEC = BedrockConverse()
