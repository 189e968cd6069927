"""What the runtime asks of a transport. One suite tests every implementation (tests/transports)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Protocol

import msgspec

from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. `connect`: until the socket (and TLS) stands; `first_byte`: from the request sent to the response head;
    `idle`: between two reads of the body; `total`: the whole call. None: no limit."""

    connect: float | None = 5.0
    first_byte: float | None = 120.0
    idle: float | None = 60.0
    total: float | None = 600.0


class TransportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a transport reaches the world; the same for every request it sends."""

    proxy: str | None = None
    """URL of an HTTP proxy; None means none."""
    trust_env: bool = True
    """Take proxies from `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. Ignored (False) when `guard` is on."""
    verify: bool = True
    ca_file: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    max_connections: int = 100
    max_connections_per_host: int = 0
    """0: no limit of its own."""
    max_response_bytes: int = 256 * 2**20
    """Of one body after decompression; more is an error."""
    guard: bool = False
    """Refuse private, loopback, link-local, metadata and translated addresses at connect time."""
    guard_allow: tuple[str, ...] = ()
    """CIDRs or host:port that the guard lets through."""
    guard_allow_stored: tuple[str, ...] = ()
    """The same, beside `guard_allow`, for addresses of stored credentials only: a model server that those may name is nothing
    that the URL of an attachment may read."""
    user_agent: str = "modelruntime"


class Reply(Protocol):
    """An open answer of the blocking transport. Always `close()` it; reading to the end closes it too. After `hurry` the rest of
    the body has so many seconds left at most."""

    head: ResponseHead

    def read(self) -> bytes: ...
    def chunks(self) -> Iterator[bytes]: ...
    def hurry(self, seconds: float) -> None: ...
    def close(self) -> None: ...


class AsyncReply(Protocol):
    """An open answer of the async transport. `close()` closes the socket at once unless the rest of the body has come."""

    head: ResponseHead

    async def read(self) -> bytes: ...
    def chunks(self) -> AsyncIterator[bytes]: ...
    def hurry(self, seconds: float) -> None: ...
    async def close(self) -> None: ...


class Transport(Protocol):
    """Blocking. Raises `ConnectionFailed`, `TimedOut`, `ServerUnavailable` (HTTP broken), `StreamIncomplete` (a body cut
    short), never a library's own exception; each with a `code` listed in `transports/faults.py`. A URL or a header that
    cannot be sent raises `ParameterInvalid`, also before anything is sent. Redirects are answers, not followed. Thread safe.

    `send` asks for gzip or deflate, `open` for no compression, unless the request says otherwise; bodies come decoded,
    the head's headers as they were sent. `content-length`, `transfer-encoding`, `expect` and `upgrade` of a request are
    the transport's own business and ignored; a `host` given is used."""

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse: ...
    def open(self, request: HttpRequest, timeouts: Timeouts) -> Reply: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """The same, awaited. Cancelling an await closes the socket."""

    async def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse: ...
    async def open(self, request: HttpRequest, timeouts: Timeouts) -> AsyncReply: ...
    async def close(self) -> None: ...
