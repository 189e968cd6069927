"""Generation: `POST /v2/models/{model}/generate` and `/generate_stream`
(https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md, read 2026-11-28)."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace

from modelruntime.codecs.body_parameters import taken_parameters
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.render_output import render_output
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into, put_at
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.triton.parse_reply import parse_reply
from modelruntime.codecs.triton.prompt import render_prompt
from modelruntime.codecs.triton.stream_machine import PiecesStream
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "prompt", "text_input", "stream", "tools"))
_PATH = "/v2/models/{model}/generate"
_BESIDE = ("max_tokens", "sampling_parameters")
"""What stands beside `text_input`, as inputs of the TensorRT-LLM and vLLM backends; the rest is among `parameters`."""


class TritonGenerate:
    """A text, or a conversation as a text, continued."""

    name = "triton"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint, streamed={"stream": False})
        request = json_request(endpoint, endpoint_url(endpoint, "generate", _PATH), body)
        return Exchange(request, partial(parse_reply, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> PiecesStream:
        """One request whose reply streams, or is told as a stream. Raises `ParameterInvalid` for a call that cannot be said."""
        if endpoint.profile.stream_form == "whole":
            body, context = render_body(call, endpoint, streamed={"stream": False})
            return PiecesStream(json_request(endpoint, endpoint_url(endpoint, "generate", _PATH), body), context)
        body, context = render_body(call, endpoint, streamed={"stream": True})
        url = endpoint_url(endpoint, "generate_stream", f"{_PATH}_stream")
        return PiecesStream(json_request(endpoint, url, body, "text/event-stream"), context)


def render_body(call: LLMCall, endpoint: Endpoint, streamed: JSON) -> tuple[JSON, ReplyContext]:
    """The body, and what the parser must know. Tools have no place here: a warning, or refused under strict."""
    profile, warnings = endpoint.profile, CallWarnings(call.strict)
    if call.tools:
        warnings.drop("tools were not sent: the endpoint has none", "tools")
    plan = render_output(call.output, replace(profile, output_mode="prompt"), warnings)
    body: JSON = {"text_input": render_prompt(call, plan.instruction, warnings), **profile.constants}
    merge_into(body, {"parameters": streamed})
    for name, value in taken_parameters(call, profile, warnings, _RESERVED).items():
        if (plain := _plain(name, value, warnings)) is not None:
            put_at(body, _place(name, profile), plain)
    merge_into(body, call.extra)
    return body, ReplyContext(endpoint, warnings.all())


def _place(name: str, profile: Profile) -> str:
    return profile.rename.get(name, name if name in _BESIDE else f"parameters.{name}")


def _plain(name: str, value: Any, warnings: CallWarnings) -> Any:
    """A parameter is a text, a number or a switch; a list of one is its item."""
    if isinstance(value, (list, tuple)) and len(value) == 1:  # pyright: ignore[reportUnknownArgumentType]
        value = value[0]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (str, int, float)):
        return value
    warnings.drop(f"{name} was not sent: the endpoint takes texts, numbers and switches alone", name)
    return None


CODEC = TritonGenerate()
