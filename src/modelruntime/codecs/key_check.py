"""A listing that lists nothing: where a vendor has no list of models, any small answer that takes a key shows whether one is
good."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.openai.errors import error_from, error_in_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.entities.http import HttpRequest, HttpResponse


class KeyCheck:
    """`GET` of the declared `models_endpoint`."""

    name = "key_check"

    def list_models(self, endpoint: Endpoint) -> Exchange[tuple[RemoteModel, ...]]:
        """One request; the result is always empty."""
        request = HttpRequest("GET", endpoint_url(endpoint, "models", "/models"), (("accept", "application/json"),))
        return Exchange(request.with_headers(*endpoint.headers), partial(parse_check, endpoint=endpoint))


def parse_check(response: HttpResponse, endpoint: Endpoint) -> tuple[RemoteModel, ...]:
    """Nothing. Raises `InvokeError` for an answer that is no success."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    if error := error_in_reply(response, endpoint):
        raise error
    return ()


CODEC = KeyCheck()
