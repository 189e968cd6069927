"""A server that breaks HTTP on purpose: raw sockets, one thread a connection, no framework.

Each request is answered by the next script of a list (the last one repeats). A script is a sequence of bytes to send and
of steps, or a function that makes one of the request; after it the connection stays open for the next request unless a
step ended it.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

JSON = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Drip:
    """Send a piece again and again until the peer hangs up, waiting so many seconds between two."""

    piece: bytes
    every: float


@dataclass(frozen=True)
class Await:
    """Go on when the test sets the event (or the server stops)."""

    event: threading.Event


@dataclass(frozen=True)
class Tell:
    """Set the event: all before it is in the peer's buffer."""

    event: threading.Event


@dataclass(frozen=True)
class Flood:
    """Send a piece as fast as it is taken, until the peer hangs up."""

    piece: bytes


Step = bytes | Literal["close", "reset", "stall", "hear"] | Drip | Await | Tell | Flood
Script = Sequence[Step]
Answering = Script | Callable[[bytes], Script]
"""What a request is answered with."""


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A plain answer with its length."""
    lines = "".join(f"{line}\r\n" for line in (f"Content-Length: {len(body)}", *headers))
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def chunk(data: bytes) -> bytes:
    """One HTTP chunk."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


class RawServer:
    """Serves scripts on 127.0.0.1. A context manager; leaving it closes every socket and joins every thread."""

    # `greet` runs before anything is read (and before TLS), `hasty` once something of a request came.

    def __init__(
        self, *scripts: Answering, tls: ssl.SSLContext | None = None, greet: Script | None = None, hasty: Script | None = None
    ) -> None:
        self._scripts: list[Answering] = list(scripts) or [(JSON,)]
        self._tls = tls
        self._greet = greet
        self._hasty = hasty
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition(self._lock)
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.flooded = 0
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1/x?key=CANARY-QUERY"

    def __enter__(self) -> RawServer:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for sock in self._sockets:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def play(self, *scripts: Answering) -> None:
        """From now on answer by these."""
        with self._lock:
            self._scripts = [*([scripts[0]] * len(self.requests)), *scripts]

    def all_closed(self, seconds: float = 1.0) -> bool:
        """Wait until no connection is open; False if one still is after so long."""
        with self._changed:
            return self._changed.wait_for(lambda: self.open == 0, seconds)

    def saw_requests(self, count: int, seconds: float = 1.0) -> bool:
        """Wait until so many requests have come."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, seconds)

    def _spawn(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self.open += 1
                self._sockets.add(sock)
            self._spawn(self._serve, sock)

    def _serve(self, plain: socket.socket) -> None:
        sock = plain
        try:
            with suppress(OSError):
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                going = self._greet is None or self._play(self._greet, plain)
                if going and self._tls is not None:
                    sock = self._tls.wrap_socket(plain, server_side=True)
                    with self._lock:
                        self._sockets.add(sock)
                if going and self._hasty is not None:
                    sock.recv(1024)
                    going = self._play(self._hasty, sock)
                while going and not self._stopped.is_set():
                    request = _read_request(sock)
                    if not request:
                        break
                    with self._changed:
                        script = self._scripts[min(len(self.requests), len(self._scripts) - 1)]
                        self.requests.append(request)
                        self._changed.notify_all()
                    going = self._play(script(request) if callable(script) else script, sock)
        finally:
            sock.close()
            plain.close()
            with self._changed:
                self._sockets -= {sock, plain}
                self.open -= 1
                self._changed.notify_all()

    def _play(self, script: Script, sock: socket.socket) -> bool:
        """Run a script; False if the connection is over."""
        for step in script:
            if isinstance(step, bytes):
                sock.sendall(step)
            elif isinstance(step, Await):
                while not step.event.wait(0.05) and not self._stopped.is_set():
                    pass
            elif isinstance(step, Tell):
                step.event.set()
            elif isinstance(step, Drip):
                self._drip(step, sock)
                return False
            elif isinstance(step, Flood):
                while True:
                    sock.sendall(step.piece)
                    self.flooded += len(step.piece)
            elif step == "hear":
                sock.recv(65536)
            elif step == "stall":
                while sock.recv(65536):
                    pass
                return False
            else:
                if step == "reset":
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
        return True

    def _drip(self, step: Drip, sock: socket.socket) -> None:
        sock.settimeout(step.every)
        while True:
            sock.sendall(step.piece)
            try:
                if not sock.recv(65536):
                    return
            except TimeoutError:
                continue


class BlackHole:
    """An address that neither accepts nor refuses: a listener whose queue is full."""

    def __enter__(self) -> BlackHole:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.port: int = self._listener.getsockname()[1]
        self._fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            with suppress(BlockingIOError):
                filler.connect(("127.0.0.1", self.port))
            self._fillers.append(filler)
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (*self._fillers, self._listener):
            sock.close()


def closed_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


def _read_request(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = sock.recv(65536)
        if not piece:
            return b""
        body += piece
    return head + b"\r\n\r\n" + body
