"""Chat: `POST /v2/chat` (the package's `v2/raw_client.py`, version 7.3.1, read 2026-11-28)."""

from __future__ import annotations

from functools import partial

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.cohere.parse_reply import parse_reply
from modelruntime.codecs.cohere.render_messages import render_messages
from modelruntime.codecs.cohere.render_parameters import render_parameters
from modelruntime.codecs.cohere.render_tools import render_tools
from modelruntime.codecs.cohere.stream_machine import ChatMachine
from modelruntime.codecs.cohere.token_count import TokenCountOperation
from modelruntime.codecs.declared_output import with_declared_output
from modelruntime.codecs.machine_decoder import JsonEvents, MachineStream
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.render_output import OutputPlan, render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage, parts_of
from modelruntime.entities.parts import DocumentPart
from modelruntime.schema.profile import Profile


class CohereChat:
    """Chat with tools, pictures, documents to cite, thinking and structured output."""

    name = "cohere_chat"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        return Exchange(_request({**body, "stream": False}, endpoint), partial(parse_reply, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        request = _request({**body, "stream": True}, endpoint)
        return MachineStream(request, endpoint, JsonEvents, partial(ChatMachine, context=context), error_from)

    def count_tokens(self, call: LLMCall, endpoint: Endpoint) -> TokenCountOperation:
        """The operation that has the vendor count the texts of the prompt, which are what it bills. Raises `ParameterInvalid`
        for tools and media: its endpoint takes text alone."""
        return TokenCountOperation(call, endpoint)


def _request(body: JSON, endpoint: Endpoint) -> HttpRequest:
    return json_request(endpoint, endpoint_url(endpoint, "chat", "/v2/chat"), body)


def render_body(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """The body without `stream`, and what the parser must know."""
    profile = endpoint.profile
    warnings = CallWarnings(call.strict)
    call = with_declared_output(_as_messages(call), warnings)
    parameters = render_parameters(call, profile, warnings)
    plan = _output_plan(call, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    messages = render_messages(with_instruction(call.messages, plan.instruction), warnings)
    body: JSON = {"model": endpoint.model, **messages, **parameters, **render_tools(tools, choice, warnings)}
    if plan.response_format is not None:
        body["response_format"] = plan.response_format
    merge_into(body, call.extra)
    return body, ReplyContext(endpoint, warnings.all(), plan.tool.name if plan.tool else None)


def _output_plan(call: LLMCall, profile: Profile, warnings: CallWarnings) -> OutputPlan:
    """`{"type": "json_object"}`, with a schema or without. Beside tools or documents the vendor refuses it ("response_format is not
    supported with RAG", https://docs.cohere.com/errors-reference, read 2026-11-28), so there it is asked for in the prompt."""
    output = call.output
    if output is None or output.kind == "text":
        return OutputPlan()
    if call.tools or _has_documents(call) or profile.output_mode not in ("json_schema", "json_object"):
        mode = "tool" if profile.output_mode == "tool" else "prompt"
        return render_output(output, msgspec.structs.replace(profile, output_mode=mode), warnings)
    if output.schema is None or profile.output_mode == "json_object":
        return render_output(output, profile, warnings)
    return OutputPlan(response_format={"type": "json_object", "json_schema": output.schema})


def _as_messages(call: LLMCall) -> LLMCall:
    """A prompt of completion mode, for which the vendor has no endpoint any more, as a message of the user."""
    return call if call.prompt is None else msgspec.structs.replace(call, messages=(UserMessage(call.prompt),), prompt=None)


def _has_documents(call: LLMCall) -> bool:
    shown = (part for message in call.messages if isinstance(message, UserMessage) for part in parts_of(message.content))
    return bool(call.extra.get("documents")) or any(isinstance(part, DocumentPart) for part in shown)


CODEC = CohereChat()
