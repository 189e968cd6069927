"""The model list of the OpenAI family: `GET /models`.

`{"data": [...]}` is the rule; `{"models": [...]}` and a bare list are taken too
(https://docs.together.ai/reference/models-1, https://docs.cohere.com/reference/list-models; unverified).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_text, is_array, is_object
from modelruntime.codecs.openai import model_facts, model_prices
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange, Operation
from modelruntime.entities.http import HttpRequest, HttpResponse


def render_models(endpoint: Endpoint) -> HttpRequest:
    """The request."""
    request = HttpRequest("GET", endpoint_url(endpoint, "models", "/models"), (("accept", "application/json"),))
    return request.with_headers(*endpoint.headers)


def parse_models(response: HttpResponse, endpoint: Endpoint) -> tuple[RemoteModel, ...]:
    """Each model once, in the vendor's order, without those of which it says that they make pictures or films. Raises
    `InvokeError` for an answer that is no list of models."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    rows = _rows(response.body)
    models = {model.id: model for model in _models(rows or [])}
    if rows is None or (rows and not models):
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no list of models")
    return tuple(model for model in models.values() if not model_facts.is_foreign(model.raw))


def _rows(body: bytes) -> list[Any] | None:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if is_array(found):
        return found
    lists = [found[name] for name in ("data", "models") if is_array(found.get(name))] if is_object(found) else []
    return next((rows for rows in lists if rows), lists[0] if lists else None)


def _models(rows: list[Any]) -> Iterator[RemoteModel]:
    seen: set[str] = set()
    for row in rows:
        facts = {"id": row} if isinstance(row, str) else row
        if not is_object(facts):
            continue
        name = next((text for key in ("id", "model", "name", "slug") if (text := as_text(facts.get(key)))), None)
        if name and name not in seen:
            seen.add(name)
            yield _model(name, facts)


def _model(name: str, row: dict[str, Any]) -> RemoteModel:
    label = as_text(row.get("display_name")) or as_text(row.get("name"))
    kind = model_facts.model_type(row)
    return RemoteModel(
        id=name,
        label=label if label != name else None,
        model_type=kind.value if kind else None,
        context=model_facts.context(row),
        max_output=model_facts.max_output(row),
        features=model_facts.features(row),
        pricing=model_prices.pricing(row),
        raw=row,
    )


class OpenAIModels:
    """`GET /models`."""

    name = "openai_models"

    def list_models(self, endpoint: Endpoint) -> Operation[tuple[RemoteModel, ...]]:
        """What the endpoint serves, in its own words."""
        return Exchange(render_models(endpoint), partial(parse_models, endpoint=endpoint))


CODEC = OpenAIModels()
