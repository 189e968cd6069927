"""Chat: `POST /responses`, in the foreground, streamed, or in the background and polled."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.declared_output import with_declared_output
from modelruntime.codecs.json_value import as_count, as_object, as_text
from modelruntime.codecs.machine_decoder import JsonEvents, MachineStream
from modelruntime.codecs.openai.errors import error_from, unreadable_reply
from modelruntime.codecs.openai.render_output import OutputPlan, render_output, with_instruction, with_output_tool
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.openai_responses.family import PENDING
from modelruntime.codecs.openai_responses.parse_reply import parse_reply, read_response
from modelruntime.codecs.openai_responses.render_input import render_input
from modelruntime.codecs.openai_responses.render_parameters import render_parameters
from modelruntime.codecs.openai_responses.render_tools import render_format, render_tools
from modelruntime.codecs.openai_responses.storage import render_storage
from modelruntime.codecs.openai_responses.stream_machine import ResponsesMachine
from modelruntime.codecs.operation import Done, Endpoint, Exchange, Send, Step, Wait
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.llm_result import LLMResult

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 10.0
_COUNTED = frozenset(("model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning"))


class ResponsesCodec:
    """Chat with items, hosted tools, reasoning that goes back, structured output."""

    name = "openai_responses"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> ResponsesOperation:
        """One request, and polls of an answer that is made in the background. Raises `ParameterInvalid` for a call that cannot
        be said."""
        body, context = render_body(call, endpoint)
        return ResponsesOperation(json_request(endpoint, _url(endpoint), body), context)

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = render_body(call, endpoint)
        request = json_request(endpoint, _url(endpoint), {**body, "stream": True})
        return MachineStream(request, endpoint, JsonEvents, partial(ResponsesMachine, context=context), error_from)

    def count_tokens(self, call: LLMCall, endpoint: Endpoint) -> Exchange[int] | None:
        """The exchange that has the vendor count the prompt's tokens; None where `profile.paths.count_tokens` names no path
        (`/responses/input_tokens` at the inventor's)."""
        if "count_tokens" not in endpoint.profile.paths:
            return None
        body, _ = render_body(call, endpoint)
        counted = {name: value for name, value in body.items() if name in _COUNTED}
        url = endpoint_url(endpoint, "count_tokens", "/responses/input_tokens")
        return Exchange(json_request(endpoint, url, counted), partial(parse_count, endpoint=endpoint))


class ResponsesOperation:
    """One answer. While the vendor works on it in the background it is asked for by its id, at the endpoint's own address: a key
    must not follow an address that stands in an answer."""

    __slots__ = ("_context", "_id", "_request", "_wait")

    def __init__(self, request: HttpRequest, context: ReplyContext) -> None:
        self._request = request
        self._context = context
        self._id: str | None = None
        self._wait = _FIRST_WAIT

    def start(self) -> Step[LLMResult]:
        """Send the request."""
        return Send(self._request)

    def receive(self, response: HttpResponse) -> Step[LLMResult]:
        """The result, or a wait. Raises `InvokeError`."""
        body = read_response(response, self._context)
        if body.get("status") in PENDING:
            self._id = as_text(body.get("id")) or self._id
            if self._id is None:
                raise unreadable_reply(response, self._context.endpoint, "an answer in the background without its id")
            wait, self._wait = self._wait, min(self._wait * 1.5, _LONGEST_WAIT)
            return Wait(wait)
        return Done(parse_reply(response, body, self._context))

    def resume(self) -> Step[LLMResult]:
        """Ask how far the answer is."""
        return Send(self._of_answer("GET", ""))

    def cancel(self) -> HttpRequest | None:
        """Ends the work in the background (https://platform.openai.com/docs/api-reference/responses/cancel; unverified)."""
        return self._of_answer("POST", "/cancel") if self._id is not None else None

    def _of_answer(self, method: str, action: str) -> HttpRequest:
        endpoint = self._context.endpoint
        base, mark, query = _url(endpoint).partition("?")
        url = f"{base}/{quote(self._id or '', safe='')}{action}{mark}{query}"
        return HttpRequest(method, url, (("accept", "application/json"),)).with_headers(*endpoint.headers)


def render_body(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """The body, and what the parser must know."""
    profile = endpoint.profile
    warnings = CallWarnings(call.strict)
    call = with_declared_output(call, warnings)
    native = call.output is not None and profile.output_mode == "json_schema"
    plan = OutputPlan() if native else render_output(call.output, profile, warnings)
    tools, choice = with_output_tool(call.tools, call.tool_choice, plan.tool)
    body: JSON = {"model": endpoint.model}
    merge_into(body, render_parameters(call.parameters, profile, warnings))
    body |= render_input(with_instruction(call.messages, plan.instruction), warnings)
    body |= render_tools(tools, choice, profile, warnings)
    if native and call.output is not None:
        merge_into(body, {"text": {"format": render_format(call.output)}})
    elif plan.response_format is not None:
        merge_into(body, {"text": {"format": {"type": "json_object"}}})
    body |= render_storage(body, call.extra, profile)
    merge_into(body, call.extra)
    return body, ReplyContext(endpoint, warnings.all(), plan.tool.name if plan.tool else None)


def parse_count(response: HttpResponse, endpoint: Endpoint) -> int:
    """`{"input_tokens": 12}`. Raises `InvokeError` for another answer."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        found: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    count = as_count(as_object(found).get("input_tokens"))
    if count is None:
        raise unreadable_reply(response, endpoint, "no count of tokens")
    return count


def _url(endpoint: Endpoint) -> str:
    return endpoint_url(endpoint, "responses", "/responses")


CODEC = ResponsesCodec()
