"""What a runtime's calls share: transports, tokens, engines. Each is made when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.runtime.token_cache import AsyncTokenCache, TokenCache
from modelruntime.transports.contract import AsyncTransport, Timeouts, Transport, TransportOptions

if TYPE_CHECKING:
    from modelruntime.engines.host import EngineHost
    from modelruntime.runtime.effects import FetchToken


def engine_host() -> EngineHost:
    """The process-wide host of local models."""
    from modelruntime.engines.host import default_host

    return default_host()


class World:
    """The blocking world. `close()` closes what was opened here; engines belong to the process and stay loaded."""

    def __init__(self, options: TransportOptions, transport: Transport | None = None) -> None:
        self._options = options
        self._transport = transport
        self._wary: Transport | None = None
        self._guarded: Transport | None = None
        self.tokens = TokenCache()

    @property
    def transport(self) -> Transport:
        """The transport for vendors' endpoints."""
        if self._transport is None:
            from modelruntime.transports.blocking import BlockingTransport

            self._transport = BlockingTransport(self._options)
        return self._transport

    def transport_for(self, asked: HttpRequest | FetchToken) -> Transport:
        """The transport for what is asked: the guarded one for an address of someone who is not trusted with the network."""
        if not asked.guarded:
            return self._transport or self.transport
        if self._wary is None:
            from modelruntime.transports.blocking import BlockingTransport

            self._wary = BlockingTransport(wary(self._options))
        return self._wary

    @property
    def engines(self) -> EngineHost:
        """The host of local models."""
        return engine_host()

    def fetch_attachment(self, url: str, timeouts: Timeouts) -> HttpResponse:
        """GET a URL that came with a message, through the egress guard."""
        if self._guarded is None:
            from modelruntime.transports.blocking import BlockingTransport

            self._guarded = BlockingTransport(guarded(self._options))
        return self._guarded.send(HttpRequest("GET", url), timeouts)

    def close(self) -> None:
        """Close the connections."""
        for transport in (self._transport, self._wary, self._guarded):
            if transport is not None:
                transport.close()
        self._transport = self._wary = self._guarded = None


class AsyncWorld:
    """The async world."""

    def __init__(self, options: TransportOptions, transport: AsyncTransport | None = None) -> None:
        self._options = options
        self._transport = transport
        self._wary: AsyncTransport | None = None
        self._guarded: AsyncTransport | None = None
        self._retired: list[AsyncTransport] = []
        self.tokens = AsyncTokenCache()

    @property
    def transport(self) -> AsyncTransport:
        """The transport for vendors' endpoints."""
        if self._transport is None:
            from modelruntime.transports.asyncio_transport import AsyncioTransport

            self._transport = AsyncioTransport(self._options)
        return self._transport

    def transport_for(self, asked: HttpRequest | FetchToken) -> AsyncTransport:
        """The transport for what is asked: the guarded one for an address of someone who is not trusted with the network."""
        if not asked.guarded:
            return self._transport or self.transport
        if self._wary is None:
            from modelruntime.transports.asyncio_transport import AsyncioTransport

            self._wary = AsyncioTransport(wary(self._options))
        return self._wary

    def allow_stored(self, allow: tuple[str, ...]) -> None:
        """Another `guard_allow_stored` from now on. Calls that are under way keep their connections."""
        from msgspec.structs import replace

        if allow == self._options.guard_allow_stored:
            return
        self._options = replace(self._options, guard_allow_stored=allow)
        if self._wary is not None:
            self._retired.append(self._wary)
            self._wary = None

    @property
    def engines(self) -> EngineHost:
        """The host of local models."""
        return engine_host()

    async def fetch_attachment(self, url: str, timeouts: Timeouts) -> HttpResponse:
        """GET a URL that came with a message, through the egress guard."""
        if self._guarded is None:
            from modelruntime.transports.asyncio_transport import AsyncioTransport

            self._guarded = AsyncioTransport(guarded(self._options))
        return await self._guarded.send(HttpRequest("GET", url), timeouts)

    async def close(self) -> None:
        """Close the connections."""
        for transport in (self._transport, self._wary, self._guarded, *self._retired):
            if transport is not None:
                await transport.close()
        self._transport = self._wary = self._guarded = None
        self._retired = []


def wary(options: TransportOptions) -> TransportOptions:
    """The same options with the egress guard on, for addresses of stored credentials."""
    from msgspec.structs import replace

    return replace(options, guard=True, guard_allow=(*options.guard_allow, *options.guard_allow_stored), trust_env=False)


def guarded(options: TransportOptions) -> TransportOptions:
    """The same options with the egress guard on and a limit fit for attachments."""
    from msgspec.structs import replace

    return replace(options, guard=True, trust_env=False, max_response_bytes=min(options.max_response_bytes, 64 * 2**20))
