"""A gateway on loopback, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from modelruntime import AsyncRuntime
from modelruntime.gateway.app import Gateway
from modelruntime.gateway.asgi import Application
from modelruntime.gateway.contract import Audit, ConfigurationSource, Lease, Ledger, Limiter
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.server import GatewayServer, ServerOptions
from modelruntime.gateway.unlimited import FixedConfiguration
from modelruntime.runtime.call_record import CallRecord
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey, new_key

PEPPER = b"pepper of the tests"
MADE = new_key(PEPPER)
KEY = MADE.text


class Kept:
    """A ledger and a limiter that remember."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []
        self.admitted = 0
        self.given_back = 0
        self.settled = threading.Event()

    def settle(self, record: CallRecord) -> None:
        self.settle_all((record,))

    def settle_all(self, records: Sequence[CallRecord]) -> None:
        self.records.extend(records)
        self.settled.set()

    def admit_at_once(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> Lease:
        self.admitted += 1
        return _Place(self)

    async def admit(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> Lease:
        return self.admit_at_once(key, estimated_tokens, estimated_cost)


class _Place:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def settle(self, record: CallRecord) -> None:
        self._kept.given_back += 1


@dataclass
class Running:
    """A gateway that serves."""

    url: str
    kept: Kept
    gateway: Gateway
    server: GatewayServer
    loop: asyncio.AbstractEventLoop

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def tasks(self) -> int:
        """How many tasks the loop has, the server's own aside."""

        async def count() -> int:
            return len(asyncio.all_tasks()) - 1

        return asyncio.run_coroutine_threadsafe(count(), self.loop).result(5)

    def stop(self) -> None:
        with suppress(RuntimeError):  # it has ended already
            self.loop.call_soon_threadsafe(self.server.stop)


def configuration(**changes: Any) -> Configuration:
    key = GatewayKey(id=MADE.id, digest=MADE.digest, name="tests")
    return msgspec.structs.replace(Configuration(revision="r1", pepper=PEPPER, keys={MADE.id: key}), **changes)


@contextmanager
def serving(
    runtime: dict[str, Any],
    config: Configuration | None = None,
    *,
    limits: EdgeLimits | None = None,
    options: ServerOptions | None = None,
    limiter: Callable[[], Limiter] | None = None,
    source: ConfigurationSource | None = None,
    ledger: Ledger | None = None,
    audit: Audit | None = None,
    around: Callable[[Application], Application] = lambda application: application,
) -> Iterator[Running]:
    """A running gateway over a runtime made with these arguments; leaving it ends the server and its thread. `limiter` is called on
    the gateway's own loop. It serves by `source`, else by one configuration."""
    kept = Kept()
    started = threading.Event()
    running: list[Running] = []

    async def work() -> None:
        current = source or FixedConfiguration(config or configuration())
        gateway = Gateway(
            DataPlane(
                AsyncRuntime(**runtime),
                current,
                limiter=limiter() if limiter else kept,
                ledger=ledger or kept,
                audit=audit,
                limits=limits,
            )
        )
        server = GatewayServer(gateway, options or ServerOptions(port=0, drain_seconds=5), around(gateway))
        listener = server.listen()
        url = "http://{}:{}".format(*listener.getsockname()[:2])
        running.append(Running(url, kept, gateway, server, asyncio.get_running_loop()))
        await server.serve(listener, started.set)

    thread = threading.Thread(target=asyncio.run, args=(work(),), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield running[0]
    finally:
        running[0].stop()
        thread.join(15)
        assert not thread.is_alive()
