"""Content as requests: a text, in pieces where it is long, and each image by itself.

https://learn.microsoft.com/azure/ai-services/content-safety/quickstart-text and the models of
https://github.com/Azure/azure-sdk-for-python/tree/azure-ai-contentsafety_1.0.0/sdk/contentsafety (read 2026-11-28).
"""

from __future__ import annotations

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.media_source import inline, remote_url
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.entities.warning import CallWarning

LONGEST_TEXT = 10_000
"""Characters of one request."""
DEFAULT_THRESHOLD = 4
"""Medium; what the vendor's own filters of models block from by default
(https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter, unverified)."""
API_VERSION = "2024-09-01"
_TEXT_ONLY = ("blocklistNames", "haltOnBlocklistHit")


class SafetyRequests(msgspec.Struct, frozen=True):
    """The requests in order, what could not be said, and from which severity on (1 to 7) content is flagged."""

    requests: tuple[HttpRequest, ...]
    warnings: tuple[CallWarning, ...]
    threshold: int


def render_safety(call: ModerationCall, endpoint: Endpoint) -> SafetyRequests:
    """Parameters are `threshold` (ours) and the vendor's own: `categories`, `outputType`, `blocklistNames`, `haltOnBlocklistHit`.

    Raises `ParameterInvalid` for no content and for a threshold that is no severity.
    """
    parameters = dict(call.parameters)
    threshold = parameters.pop("threshold", None)
    threshold = DEFAULT_THRESHOLD if threshold is None else threshold
    if not isinstance(threshold, int) or isinstance(threshold, bool) or not 1 <= threshold <= 7:
        raise ParameterInvalid("threshold must be a severity from 1 to 7", field="threshold", model=call.model)
    sent = msgspec.structs.replace(call, parameters=parameters)
    parts = (TextPart(call.input),) if isinstance(call.input, str) else call.input
    text = "\n".join(part.text for part in parts if isinstance(part, TextPart))
    found = [_request(_text_fields(piece), "text:analyze", sent, endpoint) for piece in _pieces(text)]
    of_images = msgspec.structs.replace(sent, parameters=_of_images(parameters))
    found += [
        _request({"image": _image(part)}, "image:analyze", of_images, endpoint) for part in parts if isinstance(part, ImagePart)
    ]
    if not found:
        raise ParameterInvalid("there is nothing to judge: the input is empty", field="input", model=call.model)
    warnings = tuple(dict.fromkeys(warning for _, warnings in found for warning in warnings))
    return SafetyRequests(tuple(request for request, _ in found), warnings, threshold)


def _pieces(text: str) -> list[str]:
    return [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)] if text.strip() else []


def _text_fields(piece: str) -> JSON:
    """Eight levels tell more than four."""
    return {"text": piece, "outputType": "EightSeverityLevels"}


def _of_images(parameters: JSON) -> JSON:
    """Block lists are of words, and images have four levels of severity alone."""
    return {name: value for name, value in parameters.items() if name not in (*_TEXT_ONLY, "outputType")}


def _image(part: ImagePart) -> JSON:
    if isinstance(part.source, str) and (url := remote_url(part.source)):
        return {"blobUrl": url}
    return {"content": inline(part.source, part.media_type, "image/png").base64}


def _request(fields: JSON, operation: str, call: ModerationCall, endpoint: Endpoint) -> tuple[HttpRequest, tuple[CallWarning, ...]]:
    body, warnings = render_body(fields, call, endpoint.profile)
    version = endpoint.credentials.get("api_version") or API_VERSION
    path = f"/contentsafety/{operation}?api-version={version}"
    return json_request(endpoint, endpoint_url(endpoint, operation.partition(":")[0], path), body), warnings
