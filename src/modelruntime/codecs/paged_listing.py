"""A model list that comes in pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Done, Endpoint, Send, Step
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.http import HttpRequest, HttpResponse

_MOST_PAGES = 100
"""A list that never ends is cut here."""


class Page(NamedTuple):
    """Some models, and the query of the next page; None at the end."""

    models: tuple[RemoteModel, ...]
    next: Mapping[str, str] | None = None


class PagedListing:
    """An operation of one request a page. Each model once, in the vendor's order."""

    __slots__ = ("_endpoint", "_found", "_headers", "_pages", "_parse", "_path", "_query")

    def __init__(
        self,
        endpoint: Endpoint,
        path: str,
        query: Mapping[str, str],
        parse: Callable[[JSON], Page],
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._endpoint = endpoint
        self._path = path
        self._query = dict(query)
        self._parse = parse
        self._headers = headers
        self._found: dict[str, RemoteModel] = {}
        self._pages = 0

    def start(self) -> Step[tuple[RemoteModel, ...]]:
        """Ask for the first page."""
        return self._ask({})

    def receive(self, response: HttpResponse) -> Step[tuple[RemoteModel, ...]]:
        """Take a page; ask for the next, or be done. Raises `InvokeError` for an answer that is no list."""
        if not 200 <= response.head.status < 300:
            raise error_from(response, self._endpoint)
        try:
            body = msgspec.json.decode(response.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            body = None
        if not is_object(body):
            raise unreadable_reply(response, self._endpoint, "no list of models")
        if error := error_in_reply(response, self._endpoint):
            raise error
        page = self._parse(body)
        for model in page.models:
            self._found.setdefault(model.id, model)
        self._pages += 1
        if page.next is None or self._pages >= _MOST_PAGES:
            return Done(tuple(self._found.values()))
        return self._ask(page.next)

    def resume(self) -> Step[tuple[RemoteModel, ...]]:
        """Never called: a listing does not wait."""
        raise RuntimeError("a listing never waits")

    def _ask(self, page: Mapping[str, str]) -> Send:
        url = endpoint_url(self._endpoint, "models", self._path)
        if query := urlencode({**self._query, **page}):
            url += ("&" if "?" in url else "?") + query
        request = HttpRequest("GET", url, (("accept", "application/json"), *self._headers))
        return Send(request.with_headers(*self._endpoint.headers))
