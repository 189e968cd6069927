"""A prediction on its way: created, asked for until it is over, ended when its caller gives up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from modelruntime.codecs.operation import Done, Endpoint, Send, Wait
from modelruntime.codecs.replicate.family import PENDING, prediction_request, read_prediction
from modelruntime.entities.http import HttpRequest, HttpResponse

R = TypeVar("R")
JSON = dict[str, Any]
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0


class Prediction(Generic[R]):
    """The operation: one prediction, whose result `parse` reads from its last state."""

    __slots__ = ("_endpoint", "_id", "_over", "_parse", "_request", "_wait")

    def __init__(self, request: HttpRequest, endpoint: Endpoint, parse: Callable[[JSON, HttpResponse], R]) -> None:
        self._request = request
        self._endpoint = endpoint
        self._parse = parse
        self._id: str | None = None
        self._over = False
        self._wait = _FIRST_WAIT

    def start(self) -> Send | Wait | Done[R]:
        """Create it."""
        return Send(self._request)

    def receive(self, response: HttpResponse) -> Send | Wait | Done[R]:
        """The result, or a wait. Raises `InvokeError`."""
        body = read_prediction(response, self._endpoint)
        self._id = body["id"]
        if body["status"] in PENDING:
            wait, self._wait = self._wait, min(self._wait * 1.5, _LONGEST_WAIT)
            return Wait(wait)
        self._over = True
        return Done(self._parse(body, response))

    def resume(self) -> Send | Wait | Done[R]:
        """Ask how far it is."""
        assert self._id is not None
        return Send(prediction_request(self._endpoint, self._id))

    def cancel(self) -> HttpRequest | None:
        """Ends the prediction, while it runs."""
        if self._id is None or self._over:
            return None
        return prediction_request(self._endpoint, self._id, "POST", "/cancel")
