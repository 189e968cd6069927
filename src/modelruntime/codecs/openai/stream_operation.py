"""The streaming operation of chat and completions."""

from __future__ import annotations

from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead


class StreamOperation:
    """One request, and a decoder for its answer."""

    __slots__ = ("_context", "_request")

    def __init__(self, request: HttpRequest, context: ReplyContext) -> None:
        self._request = request
        self._context = context

    def start(self) -> HttpRequest:
        """The request to send."""
        return self._request

    def decoder(self, head: ResponseHead) -> StreamDecoder:
        """The decoder for a 2xx answer."""
        return StreamDecoder(head, self._context)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._context.endpoint)
