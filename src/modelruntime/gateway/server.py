"""The server around the application: uvicorn, one event loop a process."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import uvicorn

from modelruntime.gateway.app import Gateway
from modelruntime.gateway.asgi import Application
from modelruntime.gateway.http_protocol import protocol_within
from modelruntime.gateway.listeners import bound
from modelruntime.gateway.web_socket_protocol import DrainingWebSocket

R = TypeVar("R")


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen, and how to leave. Times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8080
    """0: any free one."""
    lame_duck_seconds: float = 0.0
    """After SIGTERM: not ready, but still serving, so that a balancer notices before sockets are refused."""
    drain_seconds: float = 30.0
    """Then: how long open calls may go on."""
    backlog: int = 2048


def run_on_best_loop(main: Coroutine[Any, Any, R]) -> R:
    """Run until it is done: on uvloop where that is installed, else on asyncio's own loop."""
    try:
        import uvloop
    except ImportError:  # Windows has none
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


class QuietServer(uvicorn.Server):
    """uvicorn without signal handlers of its own, that says when it listens."""

    on_started: Callable[[], None] | None = None

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are `GatewayServer`'s."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        if self.on_started is not None:
            self.on_started()


class GatewayServer:
    """Serves until it is told to stop. SIGTERM and SIGINT drain; a second one ends at once."""

    def __init__(
        self, gateway: Gateway, options: ServerOptions, application: Application | None = None, *before_writes: Callable[[], None]
    ) -> None:
        """`application` is what is served where that is more than the gateway: things around it, or beside it. `before_writes` are
        called before anything is sent to a client: what must have happened when it is read."""
        self._gateway = gateway
        self._options = options
        self._server = QuietServer(
            uvicorn.Config(
                application or gateway,
                host=options.host,
                port=options.port,
                http=protocol_within(gateway.plane.limits, *before_writes),
                ws=DrainingWebSocket,
                ws_max_size=gateway.plane.limits.json_bytes,
                ws_per_message_deflate=False,  # what is small as bytes may be large as a message
                loop="auto",
                interface="asgi3",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # nothing of ours asks who the client is: one layer less for every request
                date_header=False,
                backlog=options.backlog,
                timeout_graceful_shutdown=max(1, round(options.drain_seconds)),
            )
        )
        self._leaving: asyncio.TimerHandle | None = None

    def listen(self) -> socket.socket:
        """The bound socket. Raises `OSError` for an address that is taken."""
        return bound(self._options.host, self._options.port)

    async def serve(self, listener: socket.socket, started: Callable[[], None] | None = None) -> None:
        """Serve on a bound socket until `stop`, SIGTERM or SIGINT; `started` is called once it listens."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
        for number in signals:
            loop.add_signal_handler(number, self.stop)
        self._server.on_started = started
        try:
            await self._server.serve([listener])
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        """Say that nothing new should come, then drain and end. Called again: end at once."""
        if self._leaving is not None:
            self._server.force_exit = True
            self._end()
            return
        self._gateway.readiness.draining = True
        self._leaving = asyncio.get_running_loop().call_later(self._options.lame_duck_seconds, self._end)

    def _end(self) -> None:
        self._server.should_exit = True
