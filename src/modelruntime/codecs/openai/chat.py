"""Chat: `POST /chat/completions` (https://platform.openai.com/docs/api-reference/chat; unverified)."""

from __future__ import annotations

from functools import partial
from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.contract import LLMCodec
from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.openai.parse_body import parse_body
from modelruntime.codecs.openai.render_messages import render_messages
from modelruntime.codecs.openai.render_output import render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.render_parameters import render_parameters
from modelruntime.codecs.openai.render_tools import render_tools
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into, stream_fields
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.openai.token_counting import count_tokens
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered, StreamingOperation
from modelruntime.codecs.request_stream import RequestStream
from modelruntime.entities.call import LLMCall
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult


class ChatCodec:
    """Chat with messages, tools, media, structured output and reasoning."""

    name = "openai_chat"
    takes_verbatim = True

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        rendered, context = render_chat(call, endpoint, {})
        return Exchange(rendered.request, partial(parse_body, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> StreamingOperation[StreamEvent]:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        rendered, context = render_chat(call, endpoint, stream_fields(endpoint.profile))
        return RequestStream(rendered.request, endpoint, partial(StreamDecoder, context=context))

    def count_tokens(self, call: LLMCall, endpoint: Endpoint) -> Exchange[int] | None:
        """The exchange that has the vendor count the prompt's tokens, None where the endpoint cannot."""
        return count_tokens(call, endpoint)


def render_chat(call: LLMCall, endpoint: Endpoint, framing: dict[str, Any]) -> tuple[Rendered, ReplyContext]:
    """The request of a call and of the `framing` fields that ask for a stream, with what its answer's parser must know."""
    body, context = render_chat_body(call, endpoint, framing)
    streamed = body.get("stream") and "chat_stream" in endpoint.profile.paths
    request = json_request(endpoint, endpoint_url(endpoint, "chat_stream" if streamed else "chat", "/chat/completions"), body)
    return Rendered(request, context.warnings), context


def render_chat_body(call: LLMCall, endpoint: Endpoint, framing: dict[str, Any]) -> tuple[dict[str, Any], ReplyContext]:
    """The body alone, for families that say the same under other names, and what the answer's parser must know."""
    if call.verbatim is not None:
        return _verbatim_body(call, call.verbatim, endpoint, framing)
    profile = endpoint.profile
    warnings = CallWarnings(call.strict)
    plan = render_output(call.output, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": render_messages(with_instruction(call.messages, plan.instruction), profile, warnings),
    }
    body |= render_parameters(call.parameters, profile, warnings)
    if plan.response_format is not None:
        body["response_format"] = plan.response_format
    body |= render_tools(tools, choice, profile, warnings)
    merge_into(body, framing)
    merge_into(body, call.extra)
    audio_format = as_text(as_object(body.get("audio")).get("format"))
    return body, ReplyContext(endpoint, warnings.all(), plan.tool.name if plan.tool else None, audio_format)


def _verbatim_body(
    call: LLMCall, verbatim: dict[str, Any], endpoint: Endpoint, framing: dict[str, Any]
) -> tuple[dict[str, Any], ReplyContext]:
    """The same around what a client of the family wrote."""
    warnings = CallWarnings(call.strict)
    body: dict[str, Any] = {"model": endpoint.model, **render_parameters(call.parameters, endpoint.profile, warnings)}
    if framing:
        merge_into(body, framing)
    if call.extra:
        merge_into(body, call.extra)
    body |= verbatim
    audio_format = as_text(as_object(body["audio"]).get("format")) if "audio" in body else None
    return body, ReplyContext(endpoint, warnings.all(), None, audio_format, relayed=True)


CODEC: LLMCodec = ChatCodec()
