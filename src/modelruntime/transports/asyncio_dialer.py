"""A new connection for the asyncio transport: resolve, judge, connect, tunnel, TLS; all within one connect timeout."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from modelruntime.entities.errors import ConnectionFailed
from modelruntime.transports import faults
from modelruntime.transports.asyncio_connection import AsyncioConnection
from modelruntime.transports.contract import TransportOptions
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.dialer import connect_request, egress_guard
from modelruntime.transports.http1.reader import ResponseReader
from modelruntime.transports.proxy import Proxy
from modelruntime.transports.resolver import Address, is_ip, look_up
from modelruntime.transports.target import Target
from modelruntime.transports.tls import tls_context
from modelruntime.transports.unresolved import Unresolved

if TYPE_CHECKING:
    import ssl


class AsyncioDialer:
    """Opens connections as the options say."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._guard = egress_guard(options)
        self._context: ssl.SSLContext | None = None
        self._unresolved = Unresolved()

    async def dial(
        self, target: Target, proxy: Proxy | None, deadline: Deadline, make: Callable[[], AsyncioConnection]
    ) -> AsyncioConnection:
        """A connection on which a request to the target can be written. Raises `ConnectionFailed` or `TimedOut`."""
        if self._guard is not None:
            self._guard.check_target(target)
        if target.tls and self._context is None:
            self._context = tls_context(self._options)
        try:
            async with asyncio.timeout(deadline.left()):
                sock = await self._connect(target if proxy is None else proxy.target, deadline)
                try:
                    if proxy is not None and target.tls:
                        await _open_tunnel(sock, target, proxy)
                    return await self._adopt(sock, target, make)
                except BaseException:
                    sock.close()
                    raise
        except TimeoutError:
            raise deadline.passed() from None

    async def _connect(self, target: Target, deadline: Deadline) -> socket.socket:
        addresses = await self._resolve(target)
        if self._guard is not None:
            for address in addresses:
                self._guard.check_address(target, address.ip)
        failure: Exception = faults.unreachable(target.origin, OSError())
        for index, address in enumerate(addresses):
            left = deadline.left()
            share = left if left is None or index == len(addresses) - 1 else left / 2
            try:
                async with asyncio.timeout(share):
                    return await _connect_to(address)
            except TimeoutError:
                failure = deadline.passed()
            except OSError as error:
                failure = faults.unreachable(target.origin, error)
        raise failure

    async def _resolve(self, target: Target) -> list[Address]:
        if is_ip(target.host):
            return look_up(target)
        if self._unresolved.holds(target.host):
            raise faults.unreachable(target.origin, socket.gaierror())
        try:
            return await asyncio.get_running_loop().run_in_executor(None, look_up, target)
        except ConnectionFailed:
            self._unresolved.add(target.host)
            raise

    async def _adopt(self, sock: socket.socket, target: Target, make: Callable[[], AsyncioConnection]) -> AsyncioConnection:
        """Give the socket to the loop, under TLS if the target is."""
        loop = asyncio.get_running_loop()
        if not target.tls:
            return (await loop.create_connection(make, sock=sock))[1]
        try:
            return (await loop.create_connection(make, sock=sock, ssl=self._context, server_hostname=target.host))[1]
        except TimeoutError:
            raise
        except (OSError, ValueError) as error:
            raise faults.tls_failed(target.origin, error) from None


async def _connect_to(address: Address) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        await asyncio.get_running_loop().sock_connect(sock, address.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


async def _open_tunnel(sock: socket.socket, target: Target, proxy: Proxy) -> None:
    loop = asyncio.get_running_loop()
    reader = ResponseReader("CONNECT", proxy.target.origin)
    try:
        await loop.sock_sendall(sock, connect_request(target, proxy))
        while reader.head is None:
            data = await loop.sock_recv(sock, 4096)
            reader.feed(data) if data else reader.close()
    except TimeoutError:
        raise
    except OSError as error:
        raise faults.unreachable(proxy.target.origin, error) from None
    if not 200 <= reader.head.status < 300:
        raise faults.proxy_refused(target.origin, proxy.target.origin, reader.head.status)
