"""Chat: `POST /ml/v1/text/chat`, streamed by a path of its own."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.chat import render_chat_body
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.openai.translated import TranslatedStream, parse_translated
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.watsonx.family import JSON, scope_of, told_error
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult


class WatsonxChat:
    """OpenAI's chat under a few names of its own."""

    name = "watsonx_chat"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = _render(call, endpoint)
        request = json_request(endpoint, endpoint_url(endpoint, "chat", "/ml/v1/text/chat"), body)
        return Exchange(request, partial(parse_translated, context=context, translate=to_reply))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> TranslatedStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = _render(call, endpoint)
        url = endpoint_url(endpoint, "chat_stream", "/ml/v1/text/chat_stream")
        return TranslatedStream(json_request(endpoint, url, body, "text/event-stream"), context, lambda: to_reply)


def _render(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    """A function that must be called is an object, any other choice a word in another field."""
    body, context = render_chat_body(call, endpoint, {})
    body["model_id"] = body.pop("model")
    if isinstance(stop := body.get("stop"), str):
        body["stop"] = [stop]
    if "tool_choice" in body and not is_object(body["tool_choice"]):
        body["tool_choice_option"] = body.pop("tool_choice")
    return {**scope_of(endpoint), **body}, context


def to_reply(body: JSON) -> JSON:
    """A reply, or an event of a stream, in OpenAI's spelling."""
    told = told_error(body)
    if "model_id" in told:
        told = {**told, "model": told["model_id"]}
        del told["model_id"]
    return told


CODEC = WatsonxChat()
