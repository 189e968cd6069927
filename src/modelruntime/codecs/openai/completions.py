"""Completion mode: `POST /completions`, a prompt in and text out
(https://platform.openai.com/docs/api-reference/completions; unverified)."""

from __future__ import annotations

from functools import partial
from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.contract import LLMCodec
from modelruntime.codecs.openai.parse_body import parse_body
from modelruntime.codecs.openai.render_output import render_output
from modelruntime.codecs.openai.render_parameters import render_parameters
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into, stream_fields
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered, StreamingOperation
from modelruntime.codecs.request_stream import RequestStream
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.events import StreamEvent
from modelruntime.entities.llm_result import LLMResult


class CompletionsCodec:
    """A text continued."""

    name = "openai_completions"
    takes_prompt = True
    """And never messages, whatever is declared of a model."""

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call without a prompt."""
        rendered, context = render_completion(call, endpoint, {})
        return Exchange(rendered.request, partial(parse_body, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> StreamingOperation[StreamEvent]:
        """One request whose reply streams. Raises `ParameterInvalid` for a call without a prompt."""
        rendered, context = render_completion(call, endpoint, stream_fields(endpoint.profile))
        return RequestStream(rendered.request, endpoint, partial(StreamDecoder, context=context))


def render_completion(call: LLMCall, endpoint: Endpoint, framing: dict[str, Any]) -> tuple[Rendered, ReplyContext]:
    """The request of a call. Tools have no place here: a warning, or refused under strict."""
    if call.prompt is None:
        raise ParameterInvalid("a model in completion mode takes a prompt, not messages", field="prompt")
    profile = endpoint.profile
    warnings = CallWarnings(call.strict)
    if call.tools:
        warnings.drop("tools were not sent: completion mode has none", "tools")
    plan = render_output(call.output, profile, warnings)
    if plan.tool is not None or plan.response_format is not None:
        warnings.drop("the output format was not sent: completion mode has none", "output")
    prompt = call.prompt if plan.instruction is None else f"{plan.instruction}\n\n{call.prompt}"
    body: dict[str, Any] = {"model": endpoint.model, "prompt": prompt}
    body |= render_parameters(call.parameters, profile, warnings)
    merge_into(body, framing)
    merge_into(body, call.extra)
    request = json_request(endpoint, endpoint_url(endpoint, "completions", "/completions"), body)
    return Rendered(request, warnings.all()), ReplyContext(endpoint, warnings.all())


CODEC: LLMCodec = CompletionsCodec()
