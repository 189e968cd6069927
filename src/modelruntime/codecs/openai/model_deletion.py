"""A model deleted at its vendor: `DELETE` of its row in the family's list of models.

    DELETE /models/ft:gpt-4o-mini:acme::abc   →   {"id": "ft:gpt-4o-mini:acme::abc", "object": "model", "deleted": true}

(https://platform.openai.com/docs/api-reference/models/delete, as the published OpenAPI description has it;
https://docs.mistral.ai/api/#tag/models, unverified.)
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.entities.errors import BadRequest, InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse

LISTED_BY = "openai_models"
"""The codec of a list whose rows can be deleted like this."""
NOT_DELETABLE = "model_not_deletable"
"""The `code` of an error that says: not this model, not by this account, or none at all."""
_REFUSALS = {403: "this account may not", 405: "it knows no such request", 501: "it knows no such request"}


class ModelDeletion(msgspec.Struct, frozen=True):
    """`list_path` is that of the vendor's list, after the base URL."""

    list_path: str


class DeletedModel(msgspec.Struct, frozen=True):
    """What the vendor said: its own words, and whether the model is gone."""

    body: bytes
    deleted: bool


class ModelDeletionCodec:
    """Speaks for the codec of a model, whose endpoint and key are the vendor's."""

    name = "model_deletion"

    def invoke(self, call: ModelDeletion, endpoint: Endpoint) -> Exchange[DeletedModel]:
        """One request. Raises `BadRequest` with the code `NOT_DELETABLE` where the vendor will not, else the family's errors."""

        def parse(response: HttpResponse) -> DeletedModel:
            return parse_deletion(response, endpoint)

        return Exchange(render_deletion(call, endpoint), parse)


def render_deletion(call: ModelDeletion, endpoint: Endpoint) -> HttpRequest:
    """The request. The model's name is one step of the path, whatever it holds."""
    path, _, _ = call.list_path.partition("?")
    url = endpoint_url(endpoint, ModelDeletionCodec.name, path.rstrip("/") + "/{model}")
    return HttpRequest("DELETE", url, (("accept", "application/json"),)).with_headers(*endpoint.headers)


def parse_deletion(response: HttpResponse, endpoint: Endpoint) -> DeletedModel:
    """The vendor's answer; one without words says that the model is gone, and gets the family's."""
    if not 200 <= response.head.status < 300:
        raise _error(response, endpoint)
    if not response.body:
        return DeletedModel(msgspec.json.encode({"id": endpoint.model, "object": "model", "deleted": True}), deleted=True)
    try:
        said: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    if not is_object(said):
        raise unreadable_reply(response, endpoint, "no word of a deletion")
    if error := error_in_reply(response, endpoint):
        raise error
    return DeletedModel(response.body, said.get("deleted", True) is True)


def _error(response: HttpResponse, endpoint: Endpoint) -> InvokeError:
    """A vendor that will not is no fault of the key, which calls may still be made with."""
    found = error_from(response, endpoint)
    why = _REFUSALS.get(response.head.status)
    if why is None:
        return found
    name = "/".join(filter(None, (endpoint.provider, endpoint.model_id or endpoint.model)))
    return BadRequest(
        f"the vendor does not delete {name}: {why} (HTTP {response.head.status})",
        provider=found.provider,
        model=found.model,
        status=found.status,
        code=NOT_DELETABLE,
        request_id=found.request_id,
        raw=found.raw,
    )


CODEC: Any = ModelDeletionCodec()
