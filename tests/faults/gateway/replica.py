"""A whole replica: store, limits and gateway over one data directory, in a thread of the test or as a process of its own.

python -m tests.faults.gateway.replica '{"data": …}'      prints its URL, serves until SIGTERM
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
from sqlalchemy import select

from modelruntime import AsyncRuntime
from modelruntime.entities.secret import Secret
from modelruntime.gateway.app import Gateway
from modelruntime.gateway.key_limiter import KeyLimiter
from modelruntime.gateway.ledgers import Ledgers
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.server import GatewayServer, ServerOptions
from modelruntime.schema.catalogue import Catalogue
from modelruntime.store import limits_valkey
from modelruntime.store.actor import COMMAND
from modelruntime.store.configuration import Configuration, Route, RouteTarget, StoredCredential
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.gateway_key import GatewayKey, KeyLimits, new_key
from modelruntime.store.ledger import UsageLoss
from modelruntime.store.limits_contract import Spent
from modelruntime.store.limits_memory import MemoryLimits
from modelruntime.store.open_store import OpenStore, open_store
from modelruntime.store.outbox import MAX_BYTES
from modelruntime.store.store import Store
from modelruntime.store.tables import CALLS
from modelruntime.transports.contract import TransportOptions
from tests.faults.gateway.bench import DECLARATIONS, LOOPBACK
from tests.faults.gateway.wire import CANARY

R = TypeVar("R")
PROVIDER = "ill-openai"
ROOT = Path(__file__).resolve().parents[3]


class ReplicaOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How one is started."""

    data: str
    database: str | None = None
    """None: the SQLite file of the data directory."""
    valkey: str | None = None
    """None: limits in memory."""
    well: str
    """The base URL of the backup, whose credential stands in the configuration file."""
    compiled: str
    """Where the declarations are kept compiled."""
    file_key: bool = False
    """The configuration file has a key; its text is printed after the URL."""
    lease_seconds: int = 30
    renew_seconds: float = 10.0
    outbox_bytes: int = MAX_BYTES
    usage_loss: UsageLoss = "refuse"
    replicas: int = 1


class Replica(msgspec.Struct):
    """One that serves."""

    url: str
    opened: OpenStore
    limiter: KeyLimiter
    loop: asyncio.AbstractEventLoop
    key: str = ""

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def run(self, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """Something on its loop."""
        return asyncio.run_coroutine_threadsafe(work(), self.loop).result(30)


def catalogue() -> Catalogue:
    """The vendors of the matrix."""
    found = Catalogue([])
    for document in DECLARATIONS:
        found = found.with_document(document)
    return found


async def serve(options: ReplicaOptions, ready: Callable[[Replica, GatewayServer], None]) -> None:
    """Until it is told to stop."""
    limits_valkey.LEASE_SECONDS, limits_valkey.RENEW_SECONDS = options.lease_seconds, options.renew_seconds
    key_text = ""

    def base(pepper: bytes) -> Configuration:
        nonlocal key_text
        made = new_key(pepper)
        key_text = made.text
        credential = StoredCredential(id="file", provider="well", values={"api_key": Secret(CANARY), "base_url": options.well})
        keys = {made.id: GatewayKey(id=made.id, digest=made.digest)} if options.file_key else {}
        routes = {"backup": Route("backup", (RouteTarget(f"{PROVIDER}/m"), RouteTarget("well/m")))}
        return Configuration(
            revision="file", pepper=pepper, keys=keys, credentials=(credential,), routes=routes, aliases={"alone": f"{PROVIDER}/m"}
        )

    async with open_store(
        Path(options.data),
        os.environ,
        base=base,
        catalogue=catalogue(),
        database=options.database,
        usage_loss=options.usage_loss,
        outbox_bytes=options.outbox_bytes,
    ) as opened:

        async def spent(key: str, currency: str, since: float) -> list[Spent]:
            query = select(CALLS.c.started_at, CALLS.c.cost).where(CALLS.c.key_id == key, CALLS.c.currency == currency)
            async with opened.store.database.read() as connection:
                rows = await connection.execute(query.where(CALLS.c.started_at >= since))
                return [Spent(row.started_at, Decimal(row.cost)) for row in rows if row.cost is not None]

        counting = (
            limits_valkey.ValkeyLimits(options.valkey, spent, replicas=options.replicas) if options.valkey else MemoryLimits(spent)
        )
        limiter = KeyLimiter(counting)
        environ, reach = {"MODELRUNTIME_CACHE": options.compiled}, TransportOptions(guard_allow_stored=LOOPBACK, trust_env=False)
        runtime = AsyncRuntime(documents=DECLARATIONS, environ=environ, transport_options=reach)
        ledgers = Ledgers(opened.ledger)
        gateway = Gateway(DataPlane(runtime, opened.configuration, limiter=limiter, ledger=ledgers))
        server = GatewayServer(gateway, ServerOptions(port=0, drain_seconds=2), gateway, ledgers.hand_over)
        listener = server.listen()
        url = "http://{}:{}".format(*listener.getsockname()[:2])
        replica = Replica(url, opened, limiter, asyncio.get_running_loop(), key_text)
        await server.serve(listener, lambda: ready(replica, server))
        await limiter.aclose()


class Threaded:
    """In a thread. `replica` is None until it serves; `failure` is what it ended with."""

    def __init__(self, options: ReplicaOptions) -> None:
        self._options = options
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._server: GatewayServer | None = None
        self.replica: Replica | None = None
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.replica is not None and self._server is not None and not self._ended.is_set():
            self.replica.loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def served(self, seconds: float = 20.0) -> Replica:
        """The one that serves."""
        assert self._ready.wait(seconds), self.failure
        assert self.replica is not None
        return self.replica

    def ended(self, seconds: float = 20.0) -> BaseException | None:
        """Why it did not serve."""
        assert self._ended.wait(seconds)
        return self.failure

    @property
    def waits(self) -> bool:
        """Neither serving nor ended."""
        return not self._ready.is_set() and not self._ended.is_set()

    def _run(self) -> None:
        try:
            asyncio.run(serve(self._options, self._started))
        except BaseException as error:  # noqa: BLE001 (told to the test)
            self.failure = error
        finally:
            self._ended.set()

    def _started(self, replica: Replica, server: GatewayServer) -> None:
        self.replica, self._server = replica, server
        self._ready.set()


class Process:
    """A process of its own, to be killed."""

    def __init__(self, options: ReplicaOptions) -> None:
        command = [sys.executable, "-m", "tests.faults.gateway.replica", msgspec.json.encode(options).decode()]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT)

    def address(self) -> tuple[str, int]:
        """Where it serves, once it does."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode().strip()
        assert line, self._process.communicate()[1].decode()
        host, port = line.removeprefix("http://").split(":")
        return host, int(port)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait(10)

    def close(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            self.kill()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def process(options: ReplicaOptions) -> Iterator[Process]:
    """One that is gone afterwards."""
    made = Process(options)
    try:
        yield made
    finally:
        made.close()


def seed(options: ReplicaOptions, vendor: str, limits: KeyLimits | None = None) -> str:
    """A key and a credential of the vendor in a new database; returns the key's text."""

    async def work() -> str:
        store = await Store.open(Path(options.data), os.environ, options.database)
        try:
            async with store.database.change(COMMAND) as change:
                values = {"api_key": CANARY, "base_url": vendor}
                await store.credentials.add(change, CredentialScope(provider=PROVIDER), catalogue().provider(PROVIDER), "", values)
                return (await store.api_keys.create(change, "default", "tests", limits=limits)).text
        finally:
            await store.aclose()

    return asyncio.run(work())


def main() -> None:
    """See the module."""
    options = msgspec.json.decode(sys.argv[1], type=ReplicaOptions)
    asyncio.run(serve(options, lambda replica, server: print(replica.url, flush=True)))


if __name__ == "__main__":
    main()
