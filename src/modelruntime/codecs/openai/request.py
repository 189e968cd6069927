"""An HTTP request of this family: URL, headers, JSON body."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.schema.profile import Profile


def endpoint_url(endpoint: Endpoint, operation: str, path: str) -> str:
    """Base URL and path, which the profile may replace, with the profile's query. `{model}` in the path becomes the wire model,
    `{model_path}` the same with its slashes; a query of the base URL stays last."""
    chosen = endpoint.profile.paths.get(operation, path)
    if "{model" in chosen:
        from urllib.parse import quote  # rare: most paths are fixed

        chosen = chosen.replace("{model}", quote(endpoint.model, safe=""))
        chosen = chosen.replace("{model_path}", quote(endpoint.model, safe="/"))
    if endpoint.profile.query:
        from urllib.parse import urlencode

        chosen += ("&" if "?" in chosen else "?") + urlencode(endpoint.profile.query)
    base, mark, query = endpoint.base_url.partition("?")
    if not mark:
        return base + chosen
    joiner = "&" if "?" in chosen else "?"
    return base.rstrip("/") + chosen + joiner + query


def json_request(endpoint: Endpoint, url: str, body: dict[str, Any], accept: str | None = None) -> HttpRequest:
    """A POST of `body`; `accept` is JSON, or events where the body asks for a stream, unless stated.

    Raises `ParameterInvalid` for a value that JSON cannot hold.
    """
    try:
        data = msgspec.json.encode(body)
    except (TypeError, ValueError, RecursionError) as cause:
        field = next((str(name) for name, value in body.items() if not _is_json(value)), "extra")
        raise ParameterInvalid(f"{field} holds a value that JSON cannot express: {cause}", field=field) from cause
    accept = accept or ("text/event-stream" if body.get("stream") else "application/json")
    request = HttpRequest("POST", url, (("content-type", "application/json"), ("accept", accept)), data)
    return request.with_headers(*endpoint.headers) if endpoint.headers else request


def _is_json(value: object) -> bool:
    try:
        msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def merge_into(body: dict[str, Any], extra: dict[str, Any]) -> None:
    """Merges `extra` into `body`: objects key by key, anything else replaces what stood there."""
    for key, value in extra.items():
        present = body.get(key)
        if is_object(value) and is_object(present):
            merged = dict(present)
            merge_into(merged, value)
            body[key] = merged
        else:
            body[key] = value


def put_at(body: dict[str, Any], dotted: str, value: object) -> None:
    """Sets a field whose name may be a dotted path: `reasoning.effort` is `{"reasoning": {"effort": …}}`.
    Nested objects are copied, never changed: they may be a profile's."""
    name, _, rest = dotted.partition(".")
    if not rest:
        body[name] = value
        return
    inner = body.get(name)
    copied = dict(inner) if is_object(inner) else {}
    put_at(copied, rest, value)
    body[name] = copied


def stream_fields(profile: Profile) -> dict[str, Any]:
    """What asks for a stream, and for usage in it where it must be asked for."""
    if profile.stream_usage == "include_usage":
        return {"stream": True, "stream_options": {"include_usage": True}}
    return {"stream": True}
