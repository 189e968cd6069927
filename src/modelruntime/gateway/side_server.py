"""A second port of the same process, for operators."""

from __future__ import annotations

import asyncio
import socket

import uvicorn

from modelruntime.gateway.asgi import Application
from modelruntime.gateway.http_protocol import DeadlineProtocol
from modelruntime.gateway.listeners import bound
from modelruntime.gateway.server import QuietServer


class SideServer:
    """Serves an application from `start` to `stop`; it does not drain: nothing there lasts."""

    def __init__(self, application: Application, host: str, port: int) -> None:
        """Raises `OSError` for an address that is taken."""
        self._listener: socket.socket = bound(host, port)
        self.host, self.port = self._listener.getsockname()[:2]
        self._server = QuietServer(
            uvicorn.Config(
                application,
                http=DeadlineProtocol,
                ws="none",
                interface="asgi3",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Serve in the background."""
        self._serving = asyncio.create_task(self._server.serve([self._listener]))

    async def stop(self) -> None:
        """Close it."""
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        self._listener.close()
