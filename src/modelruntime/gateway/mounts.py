"""Several ASGI applications on one port, by the beginning of the path. The data plane's routes pass one dictionary look-up."""

from __future__ import annotations

from collections.abc import Mapping

from modelruntime.gateway.asgi import Application, Receive, Scope, Send


class Mounts:
    """`beside` maps the first piece of a path (`/metrics`, `/api`, `/console`) to what serves it; the rest is the data plane's, and
    so are the events of the process's life."""

    def __init__(self, plane: Application, beside: Mapping[str, Application]) -> None:
        self._plane = plane
        self._beside = dict(beside)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI."""
        found = self._plane
        if scope["type"] == "http":
            path: str = scope["path"]
            end = path.find("/", 1)
            found = self._beside.get(path if end < 0 else path[:end], self._plane)
        await found(scope, receive, send)
