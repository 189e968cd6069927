"""The simulators' HTTP: raw sockets, one thread a connection, able to cut an answer off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from urllib.parse import unquote

from tests.conformance.exchange import Answer, Seen

Handler = Callable[[Seen], Answer]


class SimulatorServer:
    """Answers every request by `handler`, which may be changed between two calls. What the handler raises is kept in `failures`."""

    def __init__(self) -> None:
        self.handler: Handler = lambda seen: Answer(status=404)
        self.failures: list[Exception] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> SimulatorServer:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(plain)
            self._start(self._serve, plain)

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError), plain, plain.makefile("rb") as stream:
            while (line := stream.readline()) not in (b"", b"\r\n"):
                method, target, _ = line.decode("latin-1").split(" ", 2)
                headers: dict[str, str] = {}
                while (field := stream.readline()) not in (b"", b"\r\n"):
                    name, _, value = field.decode("latin-1").partition(":")
                    headers[name.strip().lower()] = value.strip()
                body = stream.read(int(headers.get("content-length", 0)))
                if headers.get("transfer-encoding") == "chunked":
                    body = b"".join(iter(lambda: _chunk(stream), b""))
                path, _, query = target.partition("?")
                try:
                    answer = self.handler(Seen(method, unquote(path), query, headers, body, target))
                except Exception as failure:  # noqa: BLE001 (a judge that fails is a failed test, told by the trial)
                    self.failures.append(failure)
                    answer = Answer(str(failure).encode(), 418)
                plain.sendall(_wire(answer))
                if answer.cut:
                    return


def _chunk(stream: object) -> bytes:
    size = int(stream.readline().split(b";")[0], 16)  # type: ignore[attr-defined]
    data: bytes = stream.read(size)  # type: ignore[attr-defined]
    stream.readline()  # type: ignore[attr-defined]
    return data


def _wire(answer: Answer) -> bytes:
    head = [f"HTTP/1.1 {answer.status} Simulated", *(f"{name}: {value}" for name, value in answer.headers.items())]
    if not answer.streamed:
        return "\r\n".join([*head, f"content-length: {len(answer.body)}", "", ""]).encode("latin-1") + answer.body
    wire = "\r\n".join([*head, "transfer-encoding: chunked", "", ""]).encode("latin-1")
    for start in range(0, len(answer.body), 37):  # chunks that fall anywhere
        piece = answer.body[start : start + 37]
        wire += f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    return wire if answer.cut else wire + b"0\r\n\r\n"
