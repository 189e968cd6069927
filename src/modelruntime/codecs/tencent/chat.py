"""Hunyuan's chat: the action `ChatCompletions`."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.openai.chat import render_chat_body
from modelruntime.codecs.openai.translated import TranslatedStream, parse_translated
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.tencent.family import Action, action_request, with_error_codes
from modelruntime.codecs.tencent.names import to_body, to_reply
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult

_CHAT = Action("ChatCompletions", "2023-09-01")


class HunyuanChat:
    """Chat with tools, pictures and reasoning."""

    name = "hunyuan_chat"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        known = with_error_codes(endpoint)
        body, context = render_chat_body(call, known, {})
        request = action_request(known, _CHAT, "chat", to_body(body))
        return Exchange(request, partial(parse_translated, context=context, translate=to_reply))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> TranslatedStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        known = with_error_codes(endpoint)
        body, context = render_chat_body(call, known, {"stream": True})
        request = action_request(known, _CHAT, "chat", to_body(body), "text/event-stream")
        return TranslatedStream(request, context, lambda: to_reply)


CODEC = HunyuanChat()
