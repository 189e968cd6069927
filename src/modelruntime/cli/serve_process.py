"""One process that serves: everything put together, from the configuration to the socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime import __version__
from modelruntime.admin.call_watch import CallWatch
from modelruntime.admin.internal_keys import InternalKeys
from modelruntime.admin.services import AdminOptions
from modelruntime.cli.file_base import FileBase
from modelruntime.cli.front_door import FrontDoor
from modelruntime.cli.serve_plan import Hello, ServePlan, folders_of
from modelruntime.cli.spent_by_key import spent_by_key
from modelruntime.gateway.app import POSTS, Gateway
from modelruntime.gateway.asgi import Application
from modelruntime.gateway.contract import Limiter
from modelruntime.gateway.key_limiter import KeyLimiter
from modelruntime.gateway.ledgers import GroupLedger, Ledgers
from modelruntime.gateway.operation_app import METRICS, Health, OperationApp
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.server import GatewayServer, ServerOptions
from modelruntime.gateway.side_server import SideServer
from modelruntime.gateway.worker_link import Link, answering
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.core import Core
from modelruntime.schema.catalogue import Catalogue
from modelruntime.store.compiler import ConfigurationProblem
from modelruntime.store.key_audit import KeyAudit
from modelruntime.store.limits_contract import LimitStore
from modelruntime.store.limits_memory import MemoryLimits
from modelruntime.store.open_store import OpenStore, open_store
from modelruntime.telemetry.log_ledger import LogLedger
from modelruntime.telemetry.logs import configure_logs, is_text
from modelruntime.transports.contract import TransportOptions

if TYPE_CHECKING:
    from modelruntime.telemetry.prometheus import PrometheusMetrics
    from modelruntime.telemetry.tracing import Tracing

_HANGUP = getattr(signal, "SIGHUP", None)  # Windows has none


class ServeProcess:
    """Made whole before it listens, by `serve_process`."""

    def __init__(self, plan: ServePlan, hello: Hello, opened: OpenStore, base: FileBase, catalogue: Catalogue) -> None:
        self.plan = plan
        self.catalogue = catalogue
        self._processes = hello.workers
        self._opened = opened
        self._file = base.file
        telemetry = plan.file.telemetry
        self.source = InternalKeys(opened.configuration)
        self.tracing: Tracing | None = None
        if telemetry.tracing is not None:
            from modelruntime.telemetry.tracing import Tracing

            self.tracing = Tracing(telemetry.tracing)
        self.metrics: PrometheusMetrics | None = None
        told: list[GroupLedger] = []
        if telemetry.metrics is not None:
            from modelruntime.telemetry.prometheus import PrometheusMetrics

            self.metrics = PrometheusMetrics()
            told.append(self.metrics)
        if telemetry.logs.calls:
            told.append(LogLedger(None if is_text(telemetry.logs, sys.stderr) else sys.stderr))
        ledgers = Ledgers(opened.ledger, *told, at_once=() if self.tracing is None else (self.tracing.ledger,))
        self._watch = CallWatch(ledgers)
        runtime = self._runtime()
        plane = DataPlane(
            runtime,
            self.source,
            limiter=self._limiter(),
            ledger=self._watch,
            audit=KeyAudit(opened.store.database),
            limits=plan.file.edge,
        )
        self.gateway = Gateway(plane)
        self._guard(runtime)
        self._tell_readiness()
        if self.metrics is not None:
            self._tell_metrics(self.metrics)
        options = ServerOptions(host=plan.host, port=plan.port, lame_duck_seconds=plan.lame_duck, drain_seconds=plan.drain)
        self.server = GatewayServer(self.gateway, options, self._application(), ledgers.hand_over)

    async def serve(self, listener: socket.socket, started: Callable[[], None] | None = None, link: Link | None = None) -> None:
        """Until it is told to stop, by a signal or because its supervisor is gone."""
        side = self._side() if link is None else None
        tasks = [asyncio.create_task(self._answer(link))] if link is not None else []
        if self._file is not None:
            tasks.append(asyncio.create_task(self._file.watch()))
            if _HANGUP is not None:
                asyncio.get_running_loop().add_signal_handler(_HANGUP, self._file.reload)
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
        """It knows what the rows of the store were compiled with: the fleet is read once."""
        file = self.plan.file
        arguments: dict[str, Any] = {} if file.environment else {"sources": ()}
        runtime = AsyncRuntime(
            providers=folders_of(self.plan),
            endpoints=file.endpoints,
            observers=() if self.tracing is None else (self.tracing.observer,),
            transport_options=TransportOptions(guard_allow_stored=file.egress.allow),
            **arguments,
        )
        runtime.core = Core(runtime.core.settings, self.catalogue)
        return runtime

    def _limiter(self) -> Limiter:
        """Counts what keys use: in a shared server where there is one, else each process allows its share."""
        spent, ledger = spent_by_key(self._opened.store), self._opened.ledger
        if self.plan.valkey is not None:
            from modelruntime.store.limits_valkey import ValkeyLimits  # its client loads much, telemetry among it

            counting: LimitStore = ValkeyLimits(self.plan.valkey, spent, replicas=self._processes)
        else:
            counting = MemoryLimits(spent, share=self._processes)
        return KeyLimiter(counting, lambda: ledger.refusing)

    def _guard(self, runtime: AsyncRuntime) -> None:
        """The egress guard of stored addresses lets through what the file and the settings say, from whenever they say it."""
        live, own = self._opened.configuration, self.plan.file.egress.allow
        runtime.world.allow_stored((*own, *live.settings.egress_allow))
        live.on_change.append(lambda _: runtime.world.allow_stored((*own, *live.settings.egress_allow)))

    def _tell_readiness(self) -> None:
        live, file, ledger = self._opened.configuration, self._file, self._opened.ledger
        degrades = self.gateway.readiness.degrades
        degrades("store", lambda: "the database does not answer" if live.state.degraded else None)
        degrades("locked", lambda: "root keys are missing" if any(_is_locked(each) for each in live.state.problems) else None)
        degrades("ledger", lambda: "the outbox is full" if ledger.full else None)
        if file is not None:
            degrades("config_rejected", lambda: file.rejected)

    def _tell_metrics(self, metrics: PrometheusMetrics) -> None:
        metrics.count_refused(self.gateway.refused)
        ledger, live = self._opened.ledger, self._opened.configuration
        register = metrics.gauges.register
        register("modelruntime_in_flight", "Requests that are under way.", lambda: self.gateway.in_flight)
        register("modelruntime_outbox_bytes", "Records of calls that wait for the database.", lambda: ledger.state.bytes_waiting)
        register("modelruntime_outbox_age_seconds", "How long the oldest of them waits.", lambda: ledger.state.behind_seconds)
        register("modelruntime_waiting", "Calls that wait for a place.", lambda: self.gateway.plane.line.waiting)
        degraded = "1 while limits are counted alone because the shared server does not answer."
        register("modelruntime_limiter_degraded", degraded, lambda: float(self.gateway.plane.health().limiter_degraded))
        register("modelruntime_store_degraded", "1 while the database does not answer.", lambda: float(live.state.degraded))

    def _application(self) -> Application:
        application: Application = self.gateway
        if self.tracing is not None:
            from modelruntime.telemetry.server_span import TracedApplication

            routes, tracers = {*POSTS, "/v1/models"}, self.tracing.tracers
            self.gateway.call = TracedApplication(self.gateway.call, routes, tracers)
            application = TracedApplication(application, routes, tracers)
        if self.plan.admin:
            from modelruntime.cli.admin_door import admin_door

            admin = AdminOptions(version=__version__, base_path=self.plan.base_path, public_url=self.plan.public_url)
            origins = self.plan.file.console.frame_origins
            application = admin_door(
                self.gateway, application, self._opened, self.source, self._watch, admin, frame_origins=origins
            )
        options = self.plan.file.telemetry.metrics
        if options is not None and options.port is None:
            application = FrontDoor(application, {METRICS: OperationApp(self.exposition, token=options.token)})
        return application

    def _side(self) -> SideServer | None:
        options = self.plan.file.telemetry.metrics
        if options is None or options.port is None:
            return None
        return SideServer(OperationApp(self.exposition, self.health, options.token), options.host, options.port)


def _is_locked(problem: ConfigurationProblem) -> bool:
    return problem.message.startswith("locked")


@asynccontextmanager
async def serve_process(plan: ServePlan, hello: Hello) -> AsyncGenerator[ServeProcess]:
    """A process over the store of its plan, which is open while the block lasts. Raises what `open_store` does, `ParameterInvalid`,
    `DeclarationInvalid`."""
    configure_logs(plan.file.telemetry.logs)
    base = FileBase(plan, hello)
    catalogue = Catalogue.load(folders_of(plan))
    async with open_store(plan.data, os.environ, base=base.begin, catalogue=catalogue, database=plan.database) as opened:
        base.follow(opened.configuration)
        yield ServeProcess(plan, hello, opened, base, catalogue)
