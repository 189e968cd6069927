"""Several serving processes, and the one that watches over them and speaks for them."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator

import msgspec
from prometheus_client.core import GaugeMetricFamily, Metric

from modelruntime.cli.serve_plan import Hello, ServePlan
from modelruntime.cli.store_options import DATABASE_VARIABLE
from modelruntime.gateway.listeners import Listeners
from modelruntime.gateway.operation_app import Health, OperationApp
from modelruntime.gateway.side_server import SideServer
from modelruntime.gateway.supervisor import Supervisor, SupervisorOptions
from modelruntime.gateway.worker_link import open_link
from modelruntime.telemetry.logs import configure_logs
from modelruntime.telemetry.merged_metrics import merged_metrics

LEAVING = 10.0
"""Seconds that a worker gets on top of its own limits before it is ended."""


async def supervise(parsed: argparse.Namespace, plan: ServePlan, hello: Hello, announce: Callable[[str, int], None]) -> int:
    """Run until SIGTERM or Ctrl-C. The exit code."""
    configure_logs(plan.file.telemetry.logs)
    listeners = Listeners(plan.host, plan.port, plan.workers)
    options = SupervisorOptions(workers=plan.workers, lame_duck=plan.lame_duck, leave=plan.lame_duck + plan.drain + LEAVING)
    supervisor = Supervisor(listeners, _command(parsed), msgspec.json.encode(hello), options)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    loop.add_signal_handler(signal.SIGHUP, supervisor.reload)
    side = _side(plan, supervisor)
    if side is not None:
        side.start()
    announcing = asyncio.create_task(_announced(supervisor, lambda: announce(listeners.host, listeners.port)))
    try:
        return await supervisor.run()
    finally:
        announcing.cancel()
        if side is not None:
            await side.stop()


async def work(plan: ServePlan, listener_fd: int, link_fd: int) -> int:
    """The other side: serve as one worker of a supervisor."""
    from modelruntime.cli.serve_process import serve_process
    from modelruntime.gateway.garbage import set_aside

    link = await open_link(socket.socket(fileno=link_fd))
    _, frame = await link.receive()
    async with serve_process(plan, msgspec.json.decode(frame, type=Hello)) as process:
        set_aside()
        await process.serve(socket.socket(fileno=listener_fd), link=link)
    link.close()
    return 0


def _command(parsed: argparse.Namespace) -> Callable[[int, int], list[str]]:
    """This command line again, with two descriptors."""
    given = [f"--{name.replace('_', '-')}={value}" for name in _PASSED if (value := getattr(parsed, name)) is not None]
    given += ["--no-admin"] if parsed.no_admin else []
    if parsed.database:  # it may hold a password, and every user of the machine sees the arguments of a process
        os.environ[DATABASE_VARIABLE] = parsed.database
    return lambda listener, link: [
        sys.executable,
        "-m",
        "modelruntime.cli.main",
        "serve",
        *given,
        "--workers=1",
        f"--worker={listener},{link}",
    ]


_PASSED = ("config", "host", "port", "lame_duck", "drain", "data", "base_path", "public_url")


async def _announced(supervisor: Supervisor, announce: Callable[[], None]) -> None:
    await supervisor.up.wait()
    announce()


def _side(plan: ServePlan, supervisor: Supervisor) -> SideServer | None:
    options = plan.file.telemetry.metrics
    if options is None or options.port is None:
        return None

    async def metrics() -> bytes:
        texts = await supervisor.ask("metrics")
        return merged_metrics({number: text for number, text in texts.items() if text}, _families(supervisor))

    async def health() -> Health:
        return _joined({number: _health(answer) for number, answer in (await supervisor.ask("health")).items()})

    return SideServer(OperationApp(metrics, health, options.token), options.host, options.port)


def _health(answer: bytes | None) -> Health | None:
    return msgspec.json.decode(answer, type=Health) if answer else None


def _joined(workers: dict[int, Health | None]) -> Health:
    """Ready while any worker is; every worker's own words beside it."""
    ready = [health.status for health in workers.values() if health is not None and health.ready]
    whole = len(ready) == len(workers) and all(status == "ok" for status in ready)
    status = "ok" if whole else "degraded" if ready else "not_ready"
    told = {
        str(number): {"status": "down"} if health is None else {"status": health.status, **health.detail}
        for number, health in workers.items()
    }
    return Health(bool(ready), status, {"workers": told})


def _families(supervisor: Supervisor) -> Iterator[Metric]:
    up = GaugeMetricFamily("modelruntime_worker_up", "Whether a worker has answered since it was started.", labels=("worker",))
    restarts = GaugeMetricFamily("modelruntime_worker_restarts", "How often a worker was started again.", labels=("worker",))
    for worker in supervisor.workers:
        up.add_metric((str(worker.number),), float(worker.up))
        restarts.add_metric((str(worker.number),), worker.restarts)
    yield from (up, restarts)
