"""The async transport on aiohttp, which is imported when the first request is sent."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from modelruntime.entities.errors import ConnectionFailed, InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.stored_bytes import FileBody
from modelruntime.transports import faults
from modelruntime.transports.body_decoder import BodyDecoder, body_decoder
from modelruntime.transports.contract import Timeouts, TransportOptions
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.dialer import egress_guard
from modelruntime.transports.http1.reader import MAX_HEAD_BYTES
from modelruntime.transports.http1.request import length_of, render_head, render_headers
from modelruntime.transports.loop_lifetime import PerLoop
from modelruntime.transports.proxy import ProxyTable
from modelruntime.transports.target import Target, split_url
from modelruntime.transports.tls import tls_context

if TYPE_CHECKING:
    import ssl

    import aiohttp

_KEEP_IDLE_SECONDS = 55.0
_LARGE_BODY = 2**20
_TURNS_TO_CLOSE = 100
"""Turns of the loop that a socket already shut down gets to be seen and closed; it takes three."""


class AiohttpTransport:
    """HTTP/1.1 over aiohttp: one session for each event loop, closed with it; usable after fork.

    Limits, decoding, proxies, errors and the second try on a stale socket are those of `AsyncioTransport`, which is
    cheaper and stricter. What aiohttp (3.14) does not let a caller repair: `first_byte` starts when the connection stands,
    so it includes the upload; bytes that arrive in one piece with a failure are lost; a reset body without a declared end
    reads as whole; a chunk size that turns bad in the middle may be told as cut or as idle; stray bytes after an answer
    spoil the next one.
    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self._options = options or TransportOptions()
        self._proxies = ProxyTable(self._options)
        self._guard = egress_guard(self._options)
        self._context: ssl.SSLContext | None = None
        self._sessions = PerLoop(lambda: _Sessions(self))

    async def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpResponse:
        """Send and read the whole answer, decompressed."""
        reply = await self._exchange(request, timeouts, "gzip, deflate")
        return HttpResponse(reply.head, await reply.read())

    async def open(self, request: HttpRequest, timeouts: Timeouts) -> AiohttpReply:
        """Send and return as soon as the answer's head is here. Asks for an uncompressed body."""
        return await self._exchange(request, timeouts, "identity")

    async def close(self) -> None:
        """Close every session and its sockets, those of open replies too. A closed transport opens new ones when asked again."""
        await self._sessions.close()

    async def _exchange(self, request: HttpRequest, timeouts: Timeouts, encodings: str) -> AiohttpReply:
        target, path = split_url(request.url)
        sessions = await self._sessions.get()  # the first time imports aiohttp: not on the call's clock
        attempt = _Attempt(target, Deadline(timeouts, target.origin))
        if self._guard is not None:
            self._guard.check_target(target)
        defaults = (("user-agent", self._options.user_agent), ("accept-encoding", encodings))
        headers = render_headers(request, target, *defaults)
        if (length := length_of(request.method, request.payload)) is not None:
            headers.append(("content-length", str(length)))
        render_head(request.method, path, headers)  # refuses what would break out of its line
        arguments = self._arguments(request, target, path, headers)
        try:
            response = await attempt.run(sessions.keeping, arguments())
        except ConnectionFailed as error:
            if not attempt.stale or error.code != "reset":
                raise
            response = await attempt.run(sessions.fresh, arguments())
        reply = AiohttpReply(response, attempt.deadline, self._options.max_response_bytes)
        sessions.replies.add(reply)
        return reply

    def _arguments(self, request: HttpRequest, target: Target, path: str, headers: list[tuple[str, str]]) -> Any:
        """A maker of the arguments of `ClientSession.request`; a second try needs its own."""
        from yarl import URL

        url = URL(f"{target.scheme}://{target.host_header}{path}", encoded=True)
        proxy = self._proxies.proxy_for(target)
        body = request.payload
        fixed: dict[str, Any] = {"method": request.method, "url": url, "headers": headers, "allow_redirects": False}
        if target.tls:
            if self._context is None:
                self._context = tls_context(self._options)
            fixed["ssl"] = self._context
        if proxy is not None:
            fixed["proxy"] = URL(proxy.target.origin, encoded=True)
            if proxy.authorization is not None:
                line = ("proxy-authorization", proxy.authorization.reveal())
                if target.tls:
                    fixed["proxy_headers"] = [line]
                else:
                    headers.append(line)
        return lambda: {**fixed, "data": _data_of(body)}

    def new_session(self, keep: bool, sockets: WeakSet[socket.socket]) -> aiohttp.ClientSession:
        """A session whose only clock, decoder and proxy are ours; it adds its sockets to `sockets`."""
        import aiohttp

        def new_socket(address: tuple[Any, ...]) -> socket.socket:
            sock = self._new_socket(address)
            sockets.add(sock)
            return sock

        connector = aiohttp.TCPConnector(
            limit=self._options.max_connections,
            limit_per_host=self._options.max_connections_per_host,
            socket_factory=new_socket,
            keepalive_timeout=_KEEP_IDLE_SECONDS if keep else None,
            force_close=not keep,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
            max_line_size=MAX_HEAD_BYTES,
            max_field_size=MAX_HEAD_BYTES,
            trace_configs=[_phases()],
        )

    def _new_socket(self, address: tuple[Any, ...]) -> socket.socket:
        """Called by aiohttp for every final address, also of an IP literal or an odd spelling of one."""
        family, kind, protocol, _, sockaddr = address
        attempt = _current.get()
        if self._guard is not None:
            try:
                self._guard.check_address(attempt.target, sockaddr[0])
            except ConnectionFailed as refusal:
                attempt.refusal = refusal
                raise OSError("refused by the egress guard") from None
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return sock


class AiohttpReply:
    """An answer whose body is still to be read; see `contract.AsyncReply`."""

    head: ResponseHead

    def __init__(self, response: aiohttp.ClientResponse, deadline: Deadline, limit: int) -> None:
        self._response = response
        self._deadline = deadline
        self._closed = False
        pairs = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.raw_headers)
        self.head = ResponseHead(response.status, pairs)
        try:
            self._decoder: BodyDecoder = body_decoder(response.method, self.head, deadline.origin, limit)
        except BaseException:
            response.close()
            raise

    async def read(self) -> bytes:
        """The rest of the body, decompressed."""
        return b"".join([chunk async for chunk in self.chunks()])

    def hurry(self, seconds: float) -> None:
        """The rest must come within so many seconds."""
        self._deadline.hurry(seconds)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body piece by piece, as it comes; the connection is free again after the last."""
        try:
            while data := await self._receive():
                for piece in self._decoder.feed(data):
                    yield piece
            self._decoder.close()
        except BaseException:  # cancelled or abandoned too: what is left of the body is not wanted
            self.end()
            raise

    async def close(self) -> None:
        """Close the socket at once unless the whole body came. More than once does no harm."""
        self.end()

    def __del__(self) -> None:
        self.end()

    def end(self) -> None:
        """`close` without an await."""
        self._closed = True
        self._response.close()

    async def _receive(self) -> bytes:
        """What came since the last call, waiting if that is nothing; empty at the end."""
        import aiohttp

        content, deadline = self._response.content, self._deadline
        if self._closed and not content.at_eof():
            raise faults.cut_short(deadline.origin)
        deadline.begin("idle")
        try:
            if data := content.read_nowait(-1):
                deadline.left()
                return data
            if content.at_eof():
                return b""
            async with asyncio.timeout(deadline.left()):
                return await content.readany()
        except TimeoutError:
            raise deadline.passed() from None
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise _body_failure(deadline.origin, error) from None


class _Sessions:
    """The two sessions of one loop: one keeps connections, the other (second tries only) never does."""

    def __init__(self, transport: AiohttpTransport) -> None:
        self._transport = transport
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self.keeping = transport.new_session(True, self._sockets)
        self._fresh: aiohttp.ClientSession | None = None
        self.replies: WeakSet[AiohttpReply] = WeakSet()

    @property
    def fresh(self) -> aiohttp.ClientSession:
        if self._fresh is None:
            self._fresh = self._transport.new_session(False, self._sockets)
        return self._fresh

    async def close(self) -> None:
        for reply in list(self.replies):
            reply.end()
        await self.keeping.close()
        if self._fresh is not None:
            await self._fresh.close()
        await self._end_sockets()

    async def _end_sockets(self) -> None:
        """Let no socket outlive its loop: aiohttp lets go of one that still holds part of an upload, which would never close."""
        for sock in self._open_sockets():
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for _ in range(_TURNS_TO_CLOSE):
            if not self._open_sockets():
                return
            await asyncio.sleep(0)

    def _open_sockets(self) -> list[socket.socket]:
        return [sock for sock in self._sockets if sock.fileno() >= 0]


class _Attempt:
    """One request under way: its clock, and what the tracing callbacks and the socket factory learn."""

    __slots__ = ("_began", "_timer", "deadline", "refusal", "reused", "target")

    def __init__(self, target: Target, deadline: Deadline) -> None:
        self.target = target
        self.deadline = deadline
        self.reused = False
        self._began = False
        self.refusal: ConnectionFailed | None = None
        self._timer: asyncio.Timeout | None = None

    @property
    def stale(self) -> bool:
        """The connection had been used before and gave no byte of an answer."""
        return self.reused and not self._began

    async def run(self, session: aiohttp.ClientSession, arguments: dict[str, Any]) -> aiohttp.ClientResponse:
        """Send; returns when the head is here. Raises typed errors only."""
        import aiohttp

        self.reused = False
        token = _current.set(self)
        self.deadline.begin("connect")
        try:
            async with asyncio.timeout(self.deadline.left()) as self._timer:
                return await session.request(**arguments, trace_request_ctx=self)
        except TimeoutError:
            raise self.deadline.passed() from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            self._began = isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)
            raise self.refusal or _head_failure(self.target, error) from None
        finally:
            _current.reset(token)

    def enter(self, phase: Any) -> None:
        """A phase begins: the clock now runs for it."""
        self.deadline.begin(phase)
        left = self.deadline.left()
        if self._timer is not None:
            self._timer.reschedule(None if left is None else asyncio.get_running_loop().time() + left)


_current: ContextVar[_Attempt] = ContextVar("modelruntime_attempt")


def _phases() -> aiohttp.TraceConfig:
    """Tracing callbacks that move an attempt's clock from phase to phase."""
    import aiohttp

    config = aiohttp.TraceConfig()

    async def queued(_: object, context: Any, __: object) -> None:
        context.trace_request_ctx.enter("pool")

    async def connecting(_: object, context: Any, __: object) -> None:
        context.trace_request_ctx.enter("connect")

    async def connected(_: object, context: Any, __: object) -> None:
        context.trace_request_ctx.reused = False
        context.trace_request_ctx.enter("first_byte")

    async def reused(_: object, context: Any, __: object) -> None:
        context.trace_request_ctx.reused = True
        context.trace_request_ctx.enter("first_byte")

    config.on_connection_queued_start.append(queued)
    config.on_connection_create_start.append(connecting)
    config.on_connection_create_end.append(connected)
    config.on_connection_reuseconn.append(reused)
    return config


def _head_failure(target: Target, error: Exception) -> InvokeError:
    """The error for a request that got no whole head."""
    import aiohttp

    if isinstance(error, aiohttp.ClientHttpProxyError):
        return faults.proxy_refused(target.origin, "in use", error.status)
    if isinstance(error, aiohttp.ClientResponseError):
        return faults.broken_http(target.origin, "the head of the answer is malformed")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return faults.tls_failed(target.origin, error.certificate_error)
    if isinstance(error, aiohttp.ClientConnectorDNSError | aiohttp.InvalidURL):
        return faults.unreachable(target.origin, socket.gaierror())
    if isinstance(error, aiohttp.ClientConnectorError):
        if target.tls and isinstance(error.os_error, ConnectionError) and not isinstance(error.os_error, ConnectionRefusedError):
            return faults.tls_failed(target.origin, error.os_error)
        return faults.unreachable(target.origin, error.os_error)
    return faults.reset(target.origin)


def _body_failure(origin: str, error: Exception) -> InvokeError:
    """The error for a body that broke off, or is no valid HTTP: aiohttp tells these apart in the cause, where it does."""
    from aiohttp.http_exceptions import HttpProcessingError

    cause = error.__cause__
    if isinstance(cause, HttpProcessingError) and "Not enough data" not in str(cause):
        return faults.broken_http(origin, "the framing of the body is malformed")
    return faults.cut_short(origin)


async def _pieces(body: FileBody) -> AsyncIterator[bytes]:
    for piece in body.pieces():
        yield piece


def _data_of(body: bytes | FileBody | None) -> Any:
    """As aiohttp sends it in pieces where it is large."""
    if isinstance(body, FileBody):
        return _pieces(body)
    return io.BytesIO(body) if body and len(body) > _LARGE_BODY else body
