"""One process that serves: everything put together, from the configuration to the socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime.cli.serve_plan import Hello, ServePlan, folders_of
from modelruntime.gateway.app import POSTS, Gateway
from modelruntime.gateway.asgi import Application
from modelruntime.gateway.config_file import compile_file
from modelruntime.gateway.contract import ConfigurationSource, Ledger
from modelruntime.gateway.file_configuration import FileConfiguration
from modelruntime.gateway.ledgers import Ledgers
from modelruntime.gateway.mounts import Mounts
from modelruntime.gateway.operation_app import METRICS, Health, OperationApp
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.server import GatewayServer, ServerOptions
from modelruntime.gateway.side_server import SideServer
from modelruntime.gateway.unlimited import FixedConfiguration
from modelruntime.gateway.worker_link import Link, answering
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey, digest_of, split_key
from modelruntime.telemetry.log_ledger import LogLedger
from modelruntime.telemetry.logs import configure_logs, is_text
from modelruntime.transports.contract import TransportOptions

if TYPE_CHECKING:
    from modelruntime.telemetry.prometheus import PrometheusMetrics
    from modelruntime.telemetry.tracing import Tracing

_HANGUP = getattr(signal, "SIGHUP", None)  # Windows has none


class ServeProcess:
    """Made whole before it listens. Raises `ParameterInvalid`, `DeclarationInvalid`."""

    def __init__(self, plan: ServePlan, hello: Hello) -> None:
        self.plan = plan
        telemetry = plan.file.telemetry
        configure_logs(telemetry.logs)
        self.source: ConfigurationSource = _source(plan, hello)
        self.tracing: Tracing | None = None
        if telemetry.tracing is not None:
            from modelruntime.telemetry.tracing import Tracing

            self.tracing = Tracing(telemetry.tracing)
        self.metrics: PrometheusMetrics | None = None
        ledgers: list[Ledger] = []
        if telemetry.metrics is not None:
            from modelruntime.telemetry.prometheus import PrometheusMetrics

            self.metrics = PrometheusMetrics()
            ledgers.append(self.metrics)
        if self.tracing is not None:
            ledgers.append(self.tracing.ledger)
        if telemetry.logs.calls:
            ledgers.append(LogLedger(None if is_text(telemetry.logs, sys.stderr) else sys.stderr))
        plane = DataPlane(self._runtime(), self.source, ledger=Ledgers(ledgers), limits=plan.file.edge)
        self.gateway = Gateway(plane)
        if isinstance(self.source, FileConfiguration):
            rejected = self.source
            self.gateway.readiness.degrades("config_rejected", lambda: rejected.rejected)
        if self.metrics is not None:
            self.metrics.count_refused(self.gateway.refused)
            self.metrics.gauges.register("modelruntime_in_flight", "Requests that are under way.", lambda: self.gateway.in_flight)
        options = ServerOptions(host=plan.host, port=plan.port, lame_duck_seconds=plan.lame_duck, drain_seconds=plan.drain)
        self.server = GatewayServer(self.gateway, options, self._application())

    async def serve(self, listener: socket.socket, started: Callable[[], None] | None = None, link: Link | None = None) -> None:
        """Until it is told to stop, by a signal or because its supervisor is gone."""
        side = self._side() if link is None else None
        tasks = [asyncio.create_task(self._answer(link))] if link is not None else []
        if isinstance(self.source, FileConfiguration):
            tasks.append(asyncio.create_task(self.source.watch()))
            if _HANGUP is not None:
                asyncio.get_running_loop().add_signal_handler(_HANGUP, self.source.reload)
        if side is not None:
            side.start()
        try:
            await self.server.serve(listener, started)
        finally:
            for task in tasks:
                task.cancel()
            if side is not None:
                await side.stop()
            if self.tracing is not None:
                await asyncio.to_thread(self.tracing.close)

    async def exposition(self) -> bytes:
        """The metrics of this process."""
        return self.metrics.exposition() if self.metrics is not None else b""

    async def health(self) -> Health:
        """Whether this process takes requests."""
        state = self.gateway.readiness.state()
        revision = self.source.current().revision
        detail: dict[str, object] = {"reasons": state.reasons, "revision": revision, "in_flight": self.gateway.in_flight}
        return Health(state.ready, state.status, detail)

    async def _answer(self, link: Link) -> None:
        async def health() -> bytes:
            return msgspec.json.encode(await self.health())

        await answering(link, {"metrics": self.exposition, "health": health})
        self.server.stop()  # nobody watches over this process any more

    def _runtime(self) -> AsyncRuntime:
        file = self.plan.file
        arguments: dict[str, Any] = {} if file.environment else {"sources": ()}
        return AsyncRuntime(
            providers=folders_of(self.plan),
            endpoints=file.endpoints,
            observers=() if self.tracing is None else (self.tracing.observer,),
            transport_options=TransportOptions(guard_allow_stored=file.egress.allow),
            **arguments,
        )

    def _application(self) -> Application:
        application: Application = self.gateway
        if self.tracing is not None:
            from modelruntime.telemetry.server_span import TracedApplication

            application = TracedApplication(application, {*POSTS, "/v1/models"}, self.tracing.tracers)
        options = self.plan.file.telemetry.metrics
        if options is not None and options.port is None:
            application = Mounts(application, {METRICS: OperationApp(self.exposition, token=options.token)})
        return application

    def _side(self) -> SideServer | None:
        options = self.plan.file.telemetry.metrics
        if options is None or options.port is None:
            return None
        return SideServer(OperationApp(self.exposition, self.health, options.token), options.host, options.port)


def _source(plan: ServePlan, hello: Hello) -> ConfigurationSource:
    def adapt(configuration: Configuration) -> Configuration:
        """The key of this run, as long as the file names none."""
        parts = split_key(hello.key) if hello.key and not configuration.keys else None
        if parts is None:
            return configuration
        key = GatewayKey(id=parts[0], digest=digest_of(parts[1], hello.pepper), name="made for this run")
        return msgspec.structs.replace(configuration, keys={key.id: key})

    if plan.path is None:
        return FixedConfiguration(adapt(compile_file(plan.file, hello.pepper, Path("-"))))
    return FileConfiguration(plan.path, hello.pepper, os.environ, adapt)
