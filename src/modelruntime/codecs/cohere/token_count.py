"""Tokens counted by the vendor: `POST /v1/tokenize`, one text a request.

The endpoint takes 1 to 65,536 characters (the package's `raw_base_client.py`, version 7.3.1, read 2026-11-28). The vendor's own
prompt around the texts is not counted, and not billed.
"""

from __future__ import annotations

import msgspec

from modelruntime.codecs.json_value import as_object, is_array
from modelruntime.codecs.openai.errors import error_from, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Done, Endpoint, Send, Step
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import ReasoningPart, TextPart

LONGEST = 65_536
"""Characters of one request. A longer text is cut into pieces, where each cut may add a token."""


class TokenCountOperation:
    """One request after the other; the sum is the count."""

    __slots__ = ("_count", "_endpoint", "_texts")

    def __init__(self, call: LLMCall, endpoint: Endpoint) -> None:
        self._texts = _texts(call)
        self._endpoint = endpoint
        self._count = 0

    def start(self) -> Step[int]:
        """Send the first text."""
        return self._next()

    def receive(self, response: HttpResponse) -> Step[int]:
        """Take the tokens of one text. Raises `InvokeError`."""
        if not 200 <= response.head.status < 300:
            raise error_from(response, self._endpoint)
        try:
            tokens = as_object(msgspec.json.decode(response.body)).get("tokens")
        except (msgspec.DecodeError, UnicodeDecodeError):
            tokens = None
        if not is_array(tokens):
            raise unreadable_reply(response, self._endpoint, "no list of tokens")
        self._count += len(tokens)
        return self._next()

    def resume(self) -> Step[int]:
        """Never called: counting does not wait."""
        raise RuntimeError("counting never waits")

    def _next(self) -> Step[int]:
        if not self._texts:
            return Done(self._count)
        body = {"text": self._texts.pop(0), "model": self._endpoint.model}
        return Send(json_request(self._endpoint, endpoint_url(self._endpoint, "count_tokens", "/v1/tokenize"), body))


def _texts(call: LLMCall) -> list[str]:
    texts = [] if call.prompt is None else [call.prompt]
    for part in (part for message in call.messages for part in parts_of(message.content)):
        if isinstance(part, TextPart):
            texts.append(part.text)
        elif not isinstance(part, ReasoningPart):
            raise ParameterInvalid(f"the vendor counts texts only: it cannot count a {type(part).__name__}", field="ask_vendor")
    if call.tools:
        raise ParameterInvalid("the vendor counts texts only: it cannot count tools", field="ask_vendor")
    return [text[at : at + LONGEST] for text in texts for at in range(0, len(text), LONGEST)]
