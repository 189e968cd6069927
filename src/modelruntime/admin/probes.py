"""Runtimes for asking vendors on behalf of somebody who typed an address: every connection passes the egress guard."""

from __future__ import annotations

from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.core import Core
from modelruntime.transports.contract import TransportOptions


class Probes:
    """Keeps one set of guarded connections; another allow-list makes another set."""

    def __init__(self) -> None:
        self._guarded: AsyncRuntime | None = None
        self._allow: tuple[str, ...] = ()

    async def runtime(self, core: Core, allow: tuple[str, ...]) -> AsyncRuntime:
        """A runtime that knows what `core` knows. `allow` is the operator's list of CIDRs and `host:port` that are let through
        though they are not public. Raises `ParameterInvalid` for an entry that is neither."""
        if self._guarded is None or allow != self._allow:
            await self.aclose()
            self._allow = allow
            self._guarded = AsyncRuntime(transport_options=TransportOptions(guard=True, guard_allow=allow, max_connections=8))
        return self._guarded.sharing(core)

    async def aclose(self) -> None:
        """Close the connections."""
        guarded, self._guarded = self._guarded, None
        if guarded is not None:
            await guarded.aclose()
