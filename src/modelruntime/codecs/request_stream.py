"""A streaming operation of one request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead

D = TypeVar("D")


class RequestStream(Generic[D]):
    """The request, and what makes the decoder of its answer."""

    __slots__ = ("_decoder", "_endpoint", "_request")

    def __init__(self, request: HttpRequest, endpoint: Endpoint, decoder: Callable[[ResponseHead], D]) -> None:
        self._request = request
        self._endpoint = endpoint
        self._decoder = decoder

    def start(self) -> HttpRequest:
        """The request to send."""
        return self._request

    def decoder(self, head: ResponseHead) -> D:
        """The decoder for a 2xx answer."""
        return self._decoder(head)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._endpoint)
