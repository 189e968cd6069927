"""A POST with a JSON body, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.http import Headers, HttpRequest

_encode = msgspec.json.Encoder().encode


def endpoint_url(endpoint: Endpoint, operation: str, path: str) -> str:
    """The URL of an operation: `profile.paths[operation]`, else the family's own `path`, under the base URL."""
    return endpoint.base_url + endpoint.profile.paths.get(operation, path)


def merge_headers(*groups: Headers) -> Headers:
    """Headers with lower-case names; of one name the last value wins."""
    return tuple({name.lower(): value for group in groups for name, value in group}.items())


def render_json(endpoint: Endpoint, url: str, body: Mapping[str, Any], accept: str = "application/json") -> HttpRequest:
    """The request; headers of the endpoint win over those of the codec."""
    own = (("content-type", "application/json"), ("accept", accept))
    return HttpRequest("POST", url, merge_headers(own, endpoint.headers), _encode(body))
