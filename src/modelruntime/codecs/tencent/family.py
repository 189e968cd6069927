"""What every action of the cloud shares: headers that name it, an envelope around the answer, errors with status 200.

https://cloud.tencent.com/document/api/1729/101837 as the package `tencentcloud-sdk-python-hunyuan` 3.1.180 says it (read
2026-11-28). The signer adds the time and the signature.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.openai.errors import error_in_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse

JSON = dict[str, Any]

ERROR_CODES: dict[str, str] = {
    "authfailure": "Unauthorized",
    "unauthorizedoperation": "Unauthorized",
    "operationdenied.textillegaldetected": "ContentFiltered",
    "operationdenied.imageillegaldetected": "ContentFiltered",
    "operationdenied": "Unauthorized",
    "resourceunavailable": "Unauthorized",
    "resourceinsufficient": "Unauthorized",
    "failedoperation.freeresourcepackexhausted": "Unauthorized",
    "failedoperation.resourcepackexhausted": "Unauthorized",
    "failedoperation.servicenotactivated": "Unauthorized",
    "failedoperation.servicestop": "Unauthorized",
    "failedoperation.servicestoparrears": "Unauthorized",
    "failedoperation.userunautherror": "Unauthorized",
    "limitexceeded": "RateLimited",
    "requestlimitexceeded": "RateLimited",
    "failedoperation.enginerequesttimeout": "TimedOut",
    "failedoperation.engineserverlimitexceeded": "RateLimited",
    "failedoperation": "ServerUnavailable",
    "internalerror": "ServerUnavailable",
    "resourcenotfound": "ModelNotFound",
    "invalidparameter": "BadRequest",
    "invalidparametervalue": "BadRequest",
    "invalidparametervalue.model": "ModelNotFound",
    "missingparameter": "BadRequest",
    "unknownparameter": "BadRequest",
    "unsupportedoperation": "BadRequest",
    "4000": "ServerUnavailable",
    "4001": "TimedOut",
}
"""Codes in lower case, or what stands before their dot: `errorcodes.py` of the package, and those that all actions share
(https://cloud.tencent.com/document/api/1729/101843; unverified). The numbers are those of a stream."""


class Action(msgspec.Struct, frozen=True):
    """One operation of one service."""

    name: str
    version: str
    region: str | None = None


def action_request(endpoint: Endpoint, action: Action, operation: str, body: JSON, accept: str = "application/json") -> HttpRequest:
    """`POST /` with the headers that say what is asked for. `operation` is the key of `profile.paths`."""
    headers = [("x-tc-action", action.name), ("x-tc-version", action.version)]
    if action.region is not None:
        headers.append(("x-tc-region", action.region))
    return json_request(endpoint, endpoint_url(endpoint, operation, "/"), body, accept).with_headers(*headers)


def with_error_codes(endpoint: Endpoint) -> Endpoint:
    """The endpoint whose profile knows the cloud's codes; what the profile says itself stays."""
    profile = endpoint.profile
    return msgspec.structs.replace(
        endpoint, profile=msgspec.structs.replace(profile, error_codes={**ERROR_CODES, **profile.error_codes})
    )


def opened(body: JSON) -> JSON:
    """The answer without its envelope, an error under the names that are looked for."""
    inner = as_object(body.get("Response")) or body
    error = as_object(inner.get("Error")) or as_object(inner.get("ErrorMsg"))
    if not error:
        return inner
    code = str(error.get("Code"))
    message = as_text(error.get("Message")) or as_text(error.get("Msg"))
    return {"error": {"code": code, "type": code.partition(".")[0], "message": message}}


def error_in_envelope(response: HttpResponse, endpoint: Endpoint) -> InvokeError | None:
    """The error inside an answer with status 200, None when it holds none."""
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    error = error_in_reply(HttpResponse(response.head, msgspec.json.encode(opened(as_object(body)))), endpoint)
    if error is not None:
        error.raw = response.body
    return error
