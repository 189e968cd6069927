"""A new connection for the blocking transport: resolve, judge, connect, tunnel, TLS; all within one connect timeout."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.transports import faults
from modelruntime.transports.contract import TransportOptions
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.http1.reader import ResponseReader
from modelruntime.transports.proxy import Proxy
from modelruntime.transports.resolver import Address, resolve
from modelruntime.transports.target import Target
from modelruntime.transports.tls import tls_context

if TYPE_CHECKING:
    import ssl

    from modelruntime.transports.egress_guard import EgressGuard


class Dialer:
    """Opens sockets as the options say. Thread safe."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._guard = egress_guard(options)
        self._context: ssl.SSLContext | None = None

    def dial(self, target: Target, proxy: Proxy | None, deadline: Deadline) -> socket.socket:
        """A socket on which a request to the target can be written. Raises `ConnectionFailed` or `TimedOut`."""
        if self._guard is not None:
            self._guard.check_target(target)
        context = self._tls_context() if target.tls else None
        next_hop = target if proxy is None else proxy.target
        sock = self._connect(next_hop, deadline)
        try:
            if proxy is not None and target.tls:
                _open_tunnel(sock, target, proxy, deadline)
            return sock if context is None else _wrap(sock, context, target, deadline)
        except BaseException:
            sock.close()
            raise

    def _connect(self, target: Target, deadline: Deadline) -> socket.socket:
        addresses = resolve(target, deadline)
        if self._guard is not None:
            for address in addresses:
                self._guard.check_address(target, address.ip)
        failure: Exception = faults.unreachable(target.origin, OSError())
        for index, address in enumerate(addresses):
            left = deadline.left()
            share = left if left is None or index == len(addresses) - 1 else left / 2
            try:
                return _connect_to(address, share)
            except TimeoutError:
                failure = deadline.passed()
            except OSError as error:
                failure = faults.unreachable(target.origin, error)
        raise failure

    def _tls_context(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = tls_context(self._options)
        return self._context


def egress_guard(options: TransportOptions) -> EgressGuard | None:
    """The guard that the options ask for. Raises `ParameterInvalid` for a guard with a proxy: it could not see past it."""
    if not options.guard:
        return None
    if options.proxy is not None:
        raise ParameterInvalid("guard and proxy exclude each other: a proxy connects where the guard cannot see", field="proxy")
    from modelruntime.transports.egress_guard import EgressGuard

    return EgressGuard(options.guard_allow)


def _connect_to(address: Address, seconds: float | None) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect(address.sockaddr)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _wrap(sock: socket.socket, context: ssl.SSLContext, target: Target, deadline: Deadline) -> socket.socket:
    sock.settimeout(deadline.left())
    try:
        return context.wrap_socket(sock, server_hostname=target.host)
    except TimeoutError:
        raise deadline.passed() from None
    except (OSError, ValueError) as error:
        raise faults.tls_failed(target.origin, error) from None


def _open_tunnel(sock: socket.socket, target: Target, proxy: Proxy, deadline: Deadline) -> None:
    reader = ResponseReader("CONNECT", proxy.target.origin)
    try:
        sock.settimeout(deadline.left())
        sock.sendall(connect_request(target, proxy))
        while reader.head is None:
            sock.settimeout(deadline.left())
            data = sock.recv(4096)
            reader.feed(data) if data else reader.close()
    except TimeoutError:
        raise deadline.passed() from None
    except OSError as error:
        raise faults.unreachable(proxy.target.origin, error) from None
    if not 200 <= reader.head.status < 300:
        raise faults.proxy_refused(target.origin, proxy.target.origin, reader.head.status)


def connect_request(target: Target, proxy: Proxy) -> bytes:
    """The bytes that ask a proxy for a tunnel."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    lines = [f"CONNECT {host}:{target.port} HTTP/1.1", f"host: {host}:{target.port}"]
    if proxy.authorization is not None:
        lines.append(f"proxy-authorization: {proxy.authorization.reveal()}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
