"""One process that serves: everything put together, from the configuration to the socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime import __version__
from modelruntime.admin.services import AdminOptions
from modelruntime.cli.front_door import FrontDoor
from modelruntime.cli.serve_plan import Hello, ServePlan, folders_of
from modelruntime.cli.setting_up import first_hello
from modelruntime.cli.spent_by_key import spent_by_key
from modelruntime.cli.stored_gateway import StoredGateway, stored_gateway
from modelruntime.gateway.app import POSTS, Gateway
from modelruntime.gateway.asgi import Application
from modelruntime.gateway.config_file import compile_file
from modelruntime.gateway.contract import Ledger, Limiter
from modelruntime.gateway.file_configuration import FileConfiguration
from modelruntime.gateway.key_limiter import KeyLimiter
from modelruntime.gateway.listeners import bound
from modelruntime.gateway.operation_app import METRICS, Health, OperationApp
from modelruntime.gateway.server import GatewayServer, ServerOptions
from modelruntime.gateway.side_server import SideServer
from modelruntime.gateway.worker_link import Link, answering
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey, digest_of, split_key
from modelruntime.store.limits_memory import MemoryLimits
from modelruntime.store.limits_valkey import ValkeyLimits
from modelruntime.store.open_store import OpenStore
from modelruntime.telemetry.log_ledger import LogLedger
from modelruntime.telemetry.logs import configure_logs, is_text
from modelruntime.transports.contract import TransportOptions

if TYPE_CHECKING:
    from modelruntime.telemetry.prometheus import PrometheusMetrics
    from modelruntime.telemetry.tracing import Tracing

_HANGUP = getattr(signal, "SIGHUP", None)  # Windows has none


class ServeProcess:
    """`hello` is what a supervisor made for this run; without one this process makes it."""

    def __init__(self, plan: ServePlan, hello: Hello | None = None) -> None:
        self.plan = plan
        self._hello = hello
        telemetry = plan.file.telemetry
        configure_logs(telemetry.logs)
        self._tracing: Tracing | None = None
        if telemetry.tracing is not None:
            from modelruntime.telemetry.tracing import Tracing

            self._tracing = Tracing(telemetry.tracing)
        self._metrics: PrometheusMetrics | None = None
        if telemetry.metrics is not None:
            from modelruntime.telemetry.prometheus import PrometheusMetrics

            self._metrics = PrometheusMetrics()
        self._file: FileConfiguration | None = None
        self._gateway: Gateway | None = None

    def listen(self) -> socket.socket:
        """The bound socket. Raises `OSError` for an address that is taken."""
        return bound(self.plan.host, self.plan.port)

    async def serve(
        self, listener: socket.socket, started: Callable[[Hello], None] | None = None, link: Link | None = None
    ) -> None:
        """Until it is told to stop, by a signal or because its supervisor is gone. Raises `ParameterInvalid`,
        `DeclarationInvalid` and what opening the store does."""
        try:
            async with self._opened() as stored:
                hello = self._hello or await first_hello(stored.opened)
                self._admit_key(stored.opened, hello)
                server = self._server(stored)
                tasks = [asyncio.create_task(self._answer(link, server))] if link is not None else []
                await self._served(server, listener, tasks, None if started is None else lambda: started(hello), link is None)
        finally:
            if self._tracing is not None:
                await asyncio.to_thread(self._tracing.close)

    async def exposition(self) -> bytes:
        """The metrics of this process."""
        return self._metrics.exposition() if self._metrics is not None else b""

    async def health(self) -> Health:
        """Whether this process takes requests."""
        assert self._gateway is not None, "it is asked once it serves"
        state = self._gateway.readiness.state()
        revision = self._gateway.plane.in_force.current().configuration.revision
        detail: dict[str, object] = {"reasons": state.reasons, "revision": revision, "in_flight": self._gateway.in_flight}
        return Health(state.ready, state.status, detail)

    @asynccontextmanager
    async def _opened(self) -> AsyncGenerator[StoredGateway]:
        plan = self.plan
        admin = AdminOptions(version=__version__, base_path=plan.base_path, public_url=plan.public_url)

        async with stored_gateway(
            plan.data,
            plan.database,
            self._base,
            self._runtime(),
            admin,
            limiter=self._limiter,
            further=self._ledgers(),
            limits=plan.file.edge,
        ) as stored:
            self._gateway = stored.composition.gateway
            self._watch_over(stored.opened, stored.composition.gateway)
            yield stored

    def _base(self, pepper: bytes) -> Configuration:
        """What the file says, which is read anew while the gateway runs."""
        if self.plan.path is None:
            return compile_file(self.plan.file, pepper, Path("-"))
        self._file = FileConfiguration(self.plan.path, pepper, os.environ)
        return self._file.current()

    def _admit_key(self, opened: OpenStore, hello: Hello) -> None:
        """The key of this run, and the file whenever it changes."""
        parts = split_key(hello.key) if hello.key else None
        live = opened.configuration

        def with_key(configuration: Configuration) -> Configuration:
            if parts is None:
                return configuration
            key = GatewayKey(id=parts[0], digest=digest_of(parts[1], configuration.pepper), name="made for this run")
            return msgspec.structs.replace(configuration, keys={**configuration.keys, key.id: key})

        if self._file is not None:
            self._file.on_change = lambda configuration: live.rebase(with_key(configuration))
            live.rebase(with_key(self._file.current()))
        elif parts is not None:
            live.rebase(with_key(self._base(live.current().pepper)))

    def _limiter(self, opened: OpenStore) -> Limiter:
        spent = spent_by_key(opened.store)
        if self.plan.valkey is not None:
            return KeyLimiter(ValkeyLimits(self.plan.valkey, spent, replicas=self.plan.workers))
        return KeyLimiter(MemoryLimits(spent, share=self.plan.workers))

    def _ledgers(self) -> list[Ledger]:
        logs = self.plan.file.telemetry.logs
        found: list[Ledger] = []
        if self._metrics is not None:
            found.append(self._metrics)
        if self._tracing is not None:
            found.append(self._tracing.ledger)
        if logs.calls:
            found.append(LogLedger(None if is_text(logs, sys.stderr) else sys.stderr))
        return found

    def _runtime(self) -> AsyncRuntime:
        file = self.plan.file
        arguments: dict[str, Any] = {} if file.environment else {"sources": ()}
        return AsyncRuntime(
            providers=folders_of(self.plan),
            endpoints=file.endpoints,
            observers=() if self._tracing is None else (self._tracing.observer,),
            transport_options=TransportOptions(guard_allow_stored=file.egress.allow),
            **arguments,
        )

    def _watch_over(self, opened: OpenStore, gateway: Gateway) -> None:
        """What an operator should know, and numbers for dashboards."""
        live, ledger, readiness = opened.configuration, opened.ledger, gateway.readiness
        readiness.degrades("config_rejected", lambda: self._file.rejected if self._file is not None else None)
        readiness.degrades("database", lambda: live.state.reason)
        readiness.degrades("ledger", lambda: "the outbox is full" if ledger.full else None)
        if self._metrics is None:
            return
        self._metrics.count_refused(gateway.refused)
        gauges = self._metrics.gauges
        gauges.register("modelruntime_in_flight", "Requests that are under way.", lambda: gateway.in_flight)
        gauges.register("modelruntime_waiting", "Calls that wait for a place.", lambda: gateway.plane.line.waiting)
        gauges.register("modelruntime_outbox_bytes", "Bytes that are not in the database yet.", lambda: ledger.state.bytes_waiting)
        behind = "How long the oldest record waits to be written."
        gauges.register("modelruntime_outbox_seconds", behind, lambda: ledger.state.behind_seconds)

    def _server(self, stored: StoredGateway) -> GatewayServer:
        plan, gateway = self.plan, stored.composition.gateway
        application: Application = gateway
        if self._tracing is not None:
            from modelruntime.telemetry.server_span import TracedApplication

            application = TracedApplication(application, {*POSTS, "/v1/models"}, self._tracing.tracers)
        beside: dict[str, Application] = dict(stored.composition.beside) if plan.admin else {}
        if plan.admin:
            from modelruntime.console.app import Console

            beside["/console"] = Console(base_path=plan.base_path)
        metrics = plan.file.telemetry.metrics
        if metrics is not None and metrics.port is None:
            beside[METRICS] = OperationApp(self.exposition, token=metrics.token)
        options = ServerOptions(host=plan.host, port=plan.port, lame_duck_seconds=plan.lame_duck, drain_seconds=plan.drain)
        return GatewayServer(gateway, options, FrontDoor(application, beside, plan.base_path))

    async def _served(
        self,
        server: GatewayServer,
        listener: socket.socket,
        tasks: list[asyncio.Task[None]],
        started: Callable[[], None] | None,
        alone: bool,
    ) -> None:
        side = self._side() if alone else None
        if self._file is not None:
            tasks.append(asyncio.create_task(self._file.watch()))
            if _HANGUP is not None:
                asyncio.get_running_loop().add_signal_handler(_HANGUP, self._file.reload)
        if side is not None:
            side.start()
        try:
            await server.serve(listener, started)
        finally:
            for task in tasks:
                task.cancel()
            if side is not None:
                await side.stop()

    async def _answer(self, link: Link, server: GatewayServer) -> None:
        async def health() -> bytes:
            return msgspec.json.encode(await self.health())

        await answering(link, {"metrics": self.exposition, "health": health})
        server.stop()  # nobody watches over this process any more

    def _side(self) -> SideServer | None:
        options = self.plan.file.telemetry.metrics
        if options is None or options.port is None:
            return None
        return SideServer(OperationApp(self.exposition, self.health, options.token), options.host, options.port)
