"""A POST with a JSON body, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import Headers, HttpRequest

_encode = msgspec.json.Encoder().encode


def endpoint_url(endpoint: Endpoint, operation: str, path: str) -> str:
    """The URL of an operation: `profile.paths[operation]`, else the family's own `path`, under the base URL. `{model}` in it
    becomes the wire model; a query of the base URL stays last."""
    chosen = endpoint.profile.paths.get(operation, path).replace("{model}", quote(endpoint.model, safe=""))
    base, mark, query = endpoint.base_url.partition("?")
    if not mark:
        return base + chosen
    return base.rstrip("/") + chosen + ("&" if "?" in chosen else "?") + query


def merge_headers(*groups: Headers) -> Headers:
    """Headers with lower-case names; of one name the last value wins."""
    return tuple({name.lower(): value for group in groups for name, value in group}.items())


def render_json(endpoint: Endpoint, url: str, body: Mapping[str, Any], accept: str = "application/json") -> HttpRequest:
    """The request; headers of the endpoint win over those of the codec. Raises `ParameterInvalid` for a value that JSON
    cannot hold."""
    own = (("content-type", "application/json"), ("accept", accept))
    try:
        data = _encode(body)
    except (TypeError, ValueError, RecursionError) as cause:
        raise ParameterInvalid(f"the call holds a value that JSON cannot express: {cause}", model=endpoint.model) from cause
    return HttpRequest("POST", url, merge_headers(own, endpoint.headers), data)
