"""A whole gateway on loopback, data plane and admin API over a database in a folder, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from modelruntime import AsyncRuntime
from modelruntime.admin.call_watch import CallWatch
from modelruntime.admin.internal_keys import InternalKeys
from modelruntime.admin.services import AdminOptions, Services
from modelruntime.cli.admin_door import admin_door
from modelruntime.gateway.app import Gateway
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.server import GatewayServer, ServerOptions
from modelruntime.store.actor import COMMAND
from modelruntime.store.configuration import Configuration
from modelruntime.store.key_audit import KeyAudit
from modelruntime.store.open_store import OpenStore, open_store
from modelruntime.store.store import Store

T = TypeVar("T")
PASSWORD = "correct horse battery"
CANARY = "sk-canary-7f3a9b51d2c84e60"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str]

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str | None:
        """Of the error envelope."""
        return self.json.get("code") if isinstance(self.json, dict) else None


@dataclass
class Client:
    """Asks the gateway, with a token or with a cookie."""

    address: tuple[str, int]
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, *, query: dict[str, Any] | None = None, **headers: str) -> Answer:
        connection = HTTPConnection(*self.address, timeout=20)
        try:
            self.send(connection, method, path, body, query, headers)
            return answered(connection.getresponse())
        finally:
            connection.close()

    def send(
        self, connection: HTTPConnection, method: str, path: str, body: Any, query: dict[str, Any] | None, headers: dict[str, str]
    ) -> None:
        named = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None and "content-type" not in named:
            named["content-type"] = "application/json"
        connection.request(method, path + (f"?{urlencode(query)}" if query else ""), data, named)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.ask("GET", path, query=query)
        assert answer.status == 200, answer
        return answer.json

    def done(self, method: str, path: str, body: Any = None, *, query: dict[str, Any] | None = None) -> Any:
        """The JSON of what must succeed."""
        answer = self.ask(method, path, body, query=query)
        assert answer.status in (200, 201, 204), answer
        return answer.json


def answered(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
    return Answer(response.status, headers, response.read(), cookies)


@dataclass
class Served:
    """A gateway that serves."""

    address: tuple[str, int]
    opened: OpenStore
    services: Services
    directory: Path
    loop: asyncio.AbstractEventLoop
    server: GatewayServer

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self.address)

    @property
    def store(self) -> Store:
        return self.opened.store

    def written(self) -> None:
        """Every record of a call is in the database."""
        assert self.run(self.opened.ledger.drain)

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Something on the gateway's loop."""

        async def wrapped() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(wrapped(), self.loop).result(20)

    def token(self, role: Any = "admin", workspace: str = "") -> str:
        async def make() -> str:
            async with self.store.database.change(COMMAND) as change:
                return (await self.store.access_tokens.create(change, f"{role} of tests", role, workspace)).text

        return self.run(make)

    def client(self, role: str = "admin", workspace: str = "") -> Client:
        """With a token."""
        return Client(self.address, {"authorization": f"Bearer {self.token(role, workspace)}"})

    def anonymous(self) -> Client:
        return Client(self.address)

    def setup_token(self) -> str:
        async def make() -> str:
            async with self.store.database.write() as connection:
                return await self.store.setup_tokens.make(connection, time.time())

        return self.run(make)

    def signed_in(self) -> Client:
        """The first admin, through the set-up, with cookie and CSRF token."""
        body = {"token": self.setup_token(), "name": "Root", "password": PASSWORD}
        answer = self.anonymous().ask("POST", "/api/setup", body)
        assert answer.status == 200, answer
        return Client(self.address, {"cookie": cookie_of(answer), "x-csrf-token": answer.json["csrf_token"]})


def cookie_of(answer: Answer) -> str:
    (cookie,) = answer.cookies
    return cookie.partition(";")[0]


@contextmanager
def serving(directory: Path, runtime: dict[str, Any], options: AdminOptions | None = None) -> Iterator[Served]:
    """A running gateway over a runtime made with these arguments; leaving it ends the server and its thread."""
    started = threading.Event()
    found: list[Served] = []
    failed: list[BaseException] = []

    async def work() -> None:
        chosen = options or AdminOptions(version="test", logins_per_minute=5)

        def base(pepper: bytes) -> Configuration:
            return Configuration(pepper=pepper)

        base_runtime = AsyncRuntime(**runtime)
        catalogue = base_runtime.core.catalogue
        async with open_store(directory, {}, base=base, catalogue=catalogue) as opened:
            live, world = opened.configuration, base_runtime.world
            live.on_change.append(lambda _: world.allow_stored(live.settings.egress_allow))
            keys, watch = InternalKeys(live), CallWatch(opened.ledger)
            gateway = Gateway(DataPlane(base_runtime, keys, ledger=watch, audit=KeyAudit(opened.store.database)))
            door = admin_door(gateway, gateway, opened, keys, watch, chosen)
            server = GatewayServer(gateway, ServerOptions(port=0, drain_seconds=5), door)
            listener = server.listen()
            host, port = listener.getsockname()[:2]
            found.append(Served((host, port), opened, door.services, directory, asyncio.get_running_loop(), server))
            await server.serve(listener, started.set)

    def main() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            started.set()

    thread = threading.Thread(target=main, daemon=True)
    thread.start()
    assert started.wait(20)
    assert not failed, failed
    try:
        yield found[0]
    finally:
        found[0].loop.call_soon_threadsafe(found[0].server.stop)
        thread.join(15)
        assert not thread.is_alive()
