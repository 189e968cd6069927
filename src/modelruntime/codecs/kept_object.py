"""What a vendor keeps of a family's answers, asked for by its path: passed on as it is, there and back."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.entities.http import Headers, HttpRequest, HttpResponse


class KeptRequest(msgspec.Struct, frozen=True):
    """A client's request: the path begins after the base URL and has the query."""

    method: str
    path: str
    body: bytes | None = None
    headers: Headers = ()


class KeptObjectCodec:
    """Speaks for the codec of a model, whose endpoint and key are the vendor's."""

    name = "kept_object"

    def invoke(self, call: KeptRequest, endpoint: Endpoint) -> Exchange[HttpResponse]:
        """The vendor's answer as it came. Errors are those of the family."""
        request = HttpRequest(call.method, endpoint_url(endpoint, self.name, call.path), call.headers, call.body)

        def parse(response: HttpResponse) -> HttpResponse:
            if not 200 <= response.head.status < 300:
                raise error_from(response, endpoint)
            return response

        return Exchange(request.with_headers(*endpoint.headers), parse)


CODEC: Any = KeptObjectCodec()
