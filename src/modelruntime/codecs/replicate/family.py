"""A prediction: how it is asked for, found again, ended; and what its states mean.

https://replicate.com/docs/reference/http as the package `replicate` 1.0.7 speaks it (read 2026-11-28). An answer names
addresses for polling and ending; they are built here from the id, as a key must not follow an address that stands in an answer.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from modelruntime.codecs.json_value import as_object, as_text, is_array, is_object
from modelruntime.codecs.openai.errors import error_from, error_of_words, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import InvokeError, ParameterInvalid, ServerUnavailable
from modelruntime.entities.http import HttpRequest, HttpResponse

FAMILY = "replicate"
JSON = dict[str, Any]
VERSION = "model_version"
"""The variable of the form that names a version of the model."""
PENDING = ("starting", "processing")
_FIRST_WAIT_SECONDS = 1
"""How long the creating request itself is held: short answers come at once, and a caller who leaves is not paid for longer."""


def create_request(endpoint: Endpoint, given: JSON) -> HttpRequest:
    """The request that creates a prediction: of a version by its id, else of the model's latest.

    Raises `ParameterInvalid` for a model that is not called `owner/name`.
    """
    version = as_text(endpoint.credentials.get(VERSION))
    headers = (("prefer", f"wait={_FIRST_WAIT_SECONDS}"),)
    if version:
        url = endpoint_url(endpoint, "predictions", "/predictions")
        return json_request(endpoint, url, {"version": version, "input": given}).with_headers(*headers)
    owner, slash, name = endpoint.model.partition("/")
    if not (owner and slash and name) or "/" in name:
        raise ParameterInvalid("a model is named owner/name here", field="model", model=endpoint.model)
    path = f"/models/{quote(owner, safe='')}/{quote(name, safe='')}/predictions"
    return json_request(endpoint, endpoint_url(endpoint, "model_predictions", path), {"input": given}).with_headers(*headers)


def prediction_request(endpoint: Endpoint, prediction: str, method: str = "GET", action: str = "") -> HttpRequest:
    """The request that asks for a prediction, or ends it (`POST`, `/cancel`)."""
    url = endpoint_url(endpoint, "prediction", f"/predictions/{quote(prediction, safe='')}{action}")
    return HttpRequest(method, url, (("accept", "application/json"),)).with_headers(*endpoint.headers)


def read_prediction(response: HttpResponse, endpoint: Endpoint) -> JSON:
    """The prediction in an answer. Raises `InvokeError` for another one, and for a prediction that failed or was ended."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = None
    if not is_object(body) or not isinstance(body.get("status"), str) or not isinstance(body.get("id"), str):
        raise unreadable_reply(response, endpoint, "no prediction")
    if body["status"] in PENDING or body["status"] == "succeeded":
        return body
    raise failed(body, response, endpoint)


def failed(body: JSON, response: HttpResponse, endpoint: Endpoint) -> InvokeError:
    """The error of a prediction that did not succeed."""
    if body["status"] in ("canceled", "aborted"):
        name = endpoint.model_id or endpoint.model
        facts: JSON = {"provider": endpoint.provider, "model": name, "status": response.head.status, "code": body["status"]}
        return ServerUnavailable(f"{name} was ended before its answer was whole: ask again", raw=response.body, **facts)
    error = error_of_words((), as_text(body.get("error")), endpoint, response.head)
    error.raw = response.body
    return error


def text_of(output: Any) -> str | None:
    """The text of an output: a string, or a list of pieces; None for what is no text."""
    if isinstance(output, str):
        return output
    pieces: list[Any] = output if is_array(output) else [None]
    return "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else None


def metrics_of(body: JSON) -> JSON:
    """What the prediction was measured by."""
    return as_object(body.get("metrics"))
