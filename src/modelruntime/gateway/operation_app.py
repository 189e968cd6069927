"""`/metrics` and `/health/…` for operators and their tools, on a port of their own or beside the API."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

import msgspec

from modelruntime.entities.secret import Secret
from modelruntime.gateway.asgi import Receive, Scope, Send, fields_of, respond

METRICS = "/metrics"
_TEXT = b"text/plain; version=0.0.4; charset=utf-8"
_JSON = b"application/json"


class Health(msgspec.Struct, frozen=True):
    """What `/health/ready` says; `detail` stands beside it."""

    ready: bool
    status: str
    detail: dict[str, object] = {}


class OperationApp:
    """An ASGI application. `token` is what a scraper must send; health is open to all: it tells no secret."""

    def __init__(
        self,
        metrics: Callable[[], Awaitable[bytes]],
        health: Callable[[], Awaitable[Health]] | None = None,
        token: Secret | None = None,
    ) -> None:
        self._metrics, self._health, self._token = metrics, health, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            await respond(send, 405, [(b"allow", b"GET")], b"")
        elif path == METRICS and not self._may(scope):
            await respond(send, 401, [(b"www-authenticate", b"Bearer")], b"")
        elif path == METRICS:
            await respond(send, 200, [(b"content-type", _TEXT)], await self._metrics())
        elif self._health is not None and path in ("/health/live", "/health/ready"):
            found = await self._health()
            good = found.ready or path == "/health/live"
            body = msgspec.json.encode({"status": found.status, **found.detail})
            await respond(send, 200 if good else 503, [(b"content-type", _JSON)], body)
        else:
            await respond(send, 404, [], b"")

    def _may(self, scope: Scope) -> bool:
        if self._token is None:
            return True
        presented = fields_of(scope).get(b"authorization", b"")
        return hmac.compare_digest(presented, b"Bearer " + self._token.reveal().encode())
