"""The simulated upstream: a process of its own that answers with precomputed bytes.

    python -m benchmarks.simulator [PORT]        prints its port, serves until it is ended

`/burst/v1/…` sends a stream in one write; `/paced/v1/…` sends one event every 20 ms. Its own CPU time is nobody's figure.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from typing import cast

from benchmarks import wire

PACE_SECONDS = 0.02
_CHAT = wire.chat()
_EVENTS = tuple(wire.stream_events())
_BURST = wire.STREAM_HEAD + b"".join(_EVENTS)
_BASE64 = wire.embeddings(as_base64=True)
_NUMBERS = wire.embeddings(as_base64=False)


class Upstream(asyncio.Protocol):
    """One connection. It reads requests by their Content-Length and never more than one at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        _, found, length = head.lower().partition(b"content-length:")
        if found and len(rest) < int(length.partition(b"\r\n")[0]):
            return
        self._received = b""
        self._answer(head, rest)

    def _answer(self, head: bytes, body: bytes) -> None:
        method, path, _ = head.split(b" ", 2)
        if method == b"GET":
            self._transport.write(wire.response(b"{}"))
            return
        if path.endswith(b"/embeddings"):
            self._transport.write(_BASE64 if b'"base64"' in body else _NUMBERS)
        elif b'"stream":true' not in body and b'"stream": true' not in body:
            self._transport.write(_CHAT)
        elif path.startswith(b"/paced/"):
            self._transport.write(wire.STREAM_HEAD)
            self._send_event(0)
        else:
            self._transport.write(_BURST)

    def _send_event(self, number: int) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(_EVENTS[number])
        if number + 1 < len(_EVENTS):
            asyncio.get_running_loop().call_later(PACE_SECONDS, self._send_event, number + 1)


async def serve(port: int = 0) -> None:
    """Serve on a port (0: a free one) until the process ends."""
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def upstream() -> Iterator[str]:
    """A simulator in a process of its own; gives `http://127.0.0.1:port`."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.simulator"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
