"""What the handlers work with. The command line puts it together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec

from modelruntime.admin.call_feed import CallFeed
from modelruntime.admin.call_watch import CallWatch
from modelruntime.admin.compressed import CompressedAnswers
from modelruntime.admin.credential_health import TargetHealth
from modelruntime.admin.inner_call import AsgiApp
from modelruntime.admin.internal_keys import InternalKeys
from modelruntime.admin.throttle import Throttle
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.schema.catalogue import Catalogue
from modelruntime.store.configuration import Configuration
from modelruntime.store.settings import GatewaySettings, settings_of
from modelruntime.store.store import Store

PASSWORDS_AT_ONCE = 2
"""Passwords that are compared at once: each takes 64 MiB for a moment."""


class Serving(Protocol):
    """One configuration and its runtimes."""

    @property
    def configuration(self) -> Configuration:
        """What an operator set."""
        ...

    def configuration_of(self, workspace: str) -> Configuration:
        """As the workspace sees it."""
        ...

    def runtime(self, workspace: str) -> AsyncRuntime:
        """The workspace's runtime."""
        ...


class InForce(Protocol):
    """Gives what requests are served by now."""

    def current(self) -> Serving:
        """For a new request."""
        ...


class AdminOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the admin API is served."""

    version: str
    base_path: str = ""
    """What stands before `/api` and `/console` in the address, without a last slash."""
    public_url: str | None = None
    """The gateway's address as clients see it, for snippets; None: that of the request."""
    logins_per_minute: int = 10
    """Failed ones, of one name or address."""
    probes_per_minute: int = 60
    """Of one account."""


class Services:
    """One gateway's, for one process."""

    def __init__(
        self,
        store: Store,
        in_force: InForce,
        data_plane: AsgiApp,
        keys: InternalKeys,
        watch: CallWatch,
        catalogue: Callable[[], Catalogue],
        options: AdminOptions,
        *,
        refresh: Callable[[], Awaitable[object]],
        health: Mapping[str, Callable[[], Any]] | None = None,
        targets: Callable[[], Iterable[TargetHealth]] = tuple,
    ) -> None:
        self.store = store
        self.in_force = in_force
        self.data_plane = data_plane
        self.keys = keys
        self.watch = watch
        self.feed = CallFeed(watch, store.database, store.calls, lambda: in_force.current().configuration.timeout)
        self.catalogue = catalogue
        """What is declared without the posted documents."""
        self.options = options
        self.login_throttle = Throttle(options.logins_per_minute, 60.0)
        self.compressed = CompressedAnswers()
        self.password_gate = asyncio.Semaphore(PASSWORDS_AT_ONCE)
        self.probe_throttle = Throttle(options.probes_per_minute, 60.0)
        self.refresh = refresh
        """Take a change into force now, in this process."""
        self.health = health or {}
        """What other parts of the process tell of themselves, by name."""
        self.targets = targets
        """What the breakers of the data plane say."""

    async def settings(self) -> GatewaySettings:
        """The gateway's settings."""
        async with self.store.database.read() as connection:
            return settings_of(await self.store.settings.all(connection))
