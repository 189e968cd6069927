"""Chat: `POST /actions/chat`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.oci import cohere, generic
from modelruntime.codecs.oci.family import JSON, action_request
from modelruntime.codecs.openai.chat import render_chat_body
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.request import stream_fields
from modelruntime.codecs.openai.translated import Translate, TranslatedStream, parse_translated
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.llm_result import LLMResult


class Format(msgspec.Struct, frozen=True):
    """One of the service's two spellings."""

    name: str
    request: Callable[[JSON, CallWarnings], JSON]
    translator: Callable[[], Translate]
    texts_only: bool = False


class OciChat:
    """Chat with tools, and in the generic format with media and reasoning."""

    def __init__(self, form: Format) -> None:
        self.name = form.name
        self._form = form

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        request, context = self._render(call, endpoint, {})
        return Exchange(request, partial(parse_translated, context=context, translate=self._form.translator()))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> TranslatedStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        request, context = self._render(call, endpoint, stream_fields(endpoint.profile))
        return TranslatedStream(request, context, self._form.translator)

    def _render(self, call: LLMCall, endpoint: Endpoint, framing: dict[str, Any]) -> tuple[HttpRequest, ReplyContext]:
        profile = endpoint.profile
        if self._form.texts_only:
            profile = msgspec.structs.replace(profile, content_as_text=True)
        body, context = render_chat_body(call, msgspec.structs.replace(endpoint, profile=profile), framing)
        warnings = CallWarnings(call.strict)
        chat = {"chatRequest": self._form.request(body, warnings)}
        request = action_request(endpoint, "chat", "/actions/chat", chat, "text/event-stream" if framing else "application/json")
        return request, msgspec.structs.replace(context, warnings=(*context.warnings, *warnings.all()))


def _generic(body: JSON, warnings: CallWarnings) -> JSON:
    return generic.to_request(body)


CODEC = OciChat(Format("oci_chat", _generic, lambda: generic.to_reply))
COHERE = OciChat(Format("oci_cohere_chat", cohere.to_request, cohere.Translation, texts_only=True))
