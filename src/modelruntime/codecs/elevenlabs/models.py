"""The model list: `GET /v1/models`, an array of what makes speech or changes voices (package `elevenlabs` 2.78.0, read
2026-11-28). Models that transcribe are not in it."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_object, as_text, is_array
from modelruntime.codecs.openai.errors import error_from, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.entities.http import HttpRequest, HttpResponse


class ElevenLabsModels:
    """What the account may speak with."""

    name = "elevenlabs_models"

    def list_models(self, endpoint: Endpoint) -> Exchange[tuple[RemoteModel, ...]]:
        """One request."""
        request = HttpRequest("GET", endpoint_url(endpoint, "models", "/v1/models"), (("accept", "application/json"),))
        return Exchange(request.with_headers(*endpoint.headers), partial(parse_models, endpoint=endpoint))


def parse_models(response: HttpResponse, endpoint: Endpoint) -> tuple[RemoteModel, ...]:
    """Those that speak. Raises `InvokeError` for an answer that is no list."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        found: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not is_array(found):
        raise unreadable_reply(response, endpoint, "no list of models")
    return tuple(
        RemoteModel(id=name, label=as_text(row.get("name")), model_type="tts", raw=row)
        for row in map(as_object, found)
        if (name := as_text(row.get("model_id"))) and row.get("can_do_text_to_speech")
    )


CODEC = ElevenLabsModels()
