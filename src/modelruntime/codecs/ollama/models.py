"""The model list: `GET /api/tags`, then `POST /api/show` for each model (shapes:
https://github.com/ollama/ollama/blob/main/docs/openapi.yaml; what a model can do, in words:
https://www.w3cschool.cn/ollamadocs/ollamadocs-api-showpwkm41ur.html, a copy of the vendor's pages; read 2026-11-28)."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text, is_object
from modelruntime.codecs.openai.errors import error_from, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Done, Endpoint, Send, Step
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.http import HttpRequest, HttpResponse

_MOST_SHOWN = 200
"""Models beyond these are listed without what the server knows of them: each costs a request."""
_FEATURES = {
    "tools": ("tool-call", "multi-tool-call", "stream-tool-call"),
    "vision": ("vision",),
    "thinking": ("agent-thought",),
    "audio": ("audio",),
}
"""The vendor's word for what a model can do → ours. `audio` is unverified."""


class OllamaListing:
    """One request for the names, and one a model for what it can do. A model that the server cannot show is listed by its name."""

    __slots__ = ("_endpoint", "_found", "_names")

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._names: list[RemoteModel] | None = None
        self._found: list[RemoteModel] = []

    def start(self) -> Step[tuple[RemoteModel, ...]]:
        """Ask for the names."""
        request = HttpRequest("GET", endpoint_url(self._endpoint, "models", "/api/tags"), (("accept", "application/json"),))
        return Send(request.with_headers(*self._endpoint.headers))

    def receive(self, response: HttpResponse) -> Step[tuple[RemoteModel, ...]]:
        """Take the names, or one model; ask for the next. Raises `InvokeError` for an answer that is no list."""
        if self._names is None:
            self._names = parse_names(response, self._endpoint)
        else:
            self._found.append(with_facts(self._names[len(self._found)], response))
        at = len(self._found)
        if at >= min(len(self._names), _MOST_SHOWN):
            return Done((*self._found, *self._names[at:]))
        body = {"model": self._names[at].id}
        return Send(json_request(self._endpoint, endpoint_url(self._endpoint, "show", "/api/show"), body))

    def resume(self) -> Step[tuple[RemoteModel, ...]]:
        """Never called: a listing does not wait."""
        raise RuntimeError("a listing never waits")


def parse_names(response: HttpResponse, endpoint: Endpoint) -> list[RemoteModel]:
    """The rows of `/api/tags`, each name once."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    body = _decoded(response)
    if body is None or "models" not in body:
        raise unreadable_reply(response, endpoint, "no list of models")
    rows = [as_object(row) for row in as_array(body["models"])]
    named = {name: row for row in rows if (name := as_text(row.get("model")) or as_text(row.get("name")))}
    return [RemoteModel(id=name, raw=row) for name, row in named.items()]


def with_facts(model: RemoteModel, response: HttpResponse) -> RemoteModel:
    """The model with what the server says it can do: `completion` makes a chat model, `embedding` alone one for vectors."""
    body = _decoded(response) if response.head.status == 200 else None
    if body is None:
        return model
    able = as_array(body.get("capabilities"))
    info = as_object(body.get("model_info"))
    context = as_count(info.get(f"{as_text(info.get('general.architecture'))}.context_length"))
    chats = "completion" in able
    kind = "llm" if chats else "text-embedding" if "embedding" in able else None
    features = tuple(feature for word, known in _FEATURES.items() if word in able for feature in known) if chats else None
    raw = {**model.raw, "capabilities": able}
    return RemoteModel(id=model.id, model_type=kind, context=context, features=features, raw=raw)


def _decoded(response: HttpResponse) -> JSON | None:
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return body if is_object(body) else None


class OllamaModels:
    """What the server holds."""

    name = "ollama_models"

    def list_models(self, endpoint: Endpoint) -> OllamaListing:
        """Names first, then each model."""
        return OllamaListing(endpoint)


CODEC = OllamaModels()
