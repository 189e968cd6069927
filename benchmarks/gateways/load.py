"""The load: a process of its own that sends the same bytes on many connections and looks at every answer.

    python -m benchmarks.gateways.load HOST PORT FILE whole|stream CONNECTIONS SECONDS

`whole`: each connection sends its request again as soon as it is answered; prints requests and latencies. `stream`: each
connection reads streams to their end, at least one; prints events and how long each first one took. `hold`: as `stream`, but
it prints a line once every connection has its first event, and then waits for its stdin to be closed. Any status but 200
ends it with an error.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import cast


class Connection(asyncio.Protocol):
    """One connection, HTTP/1.1, content-length or chunked."""

    def __init__(self, request: bytes, until: float, mode: str, over: asyncio.Future[None], first: asyncio.Event) -> None:
        self._request = request
        self._until = until
        self._stream = mode != "whole"
        self._over = over
        self._first = first
        self._received = b""
        self._expected: int | None = None
        self._sent_at = 0.0
        self.times: list[float] = []
        """Seconds of each answer; of a stream, those to its first event."""
        self.events = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over.done():
            self._over.set_exception(RuntimeError(f"the connection was closed: {exc}"))

    def data_received(self, data: bytes) -> None:
        if self._stream:
            self._read_stream(data)
        else:
            self._read_whole(data)

    def _send(self) -> None:
        self._received, self._expected = b"", None
        self._sent_at = time.perf_counter()
        self._transport.write(self._request)

    def _read_whole(self, data: bytes) -> None:
        self._received += data
        if self._expected is None:
            head, end, _ = self._received.partition(b"\r\n\r\n")
            if not end:
                return
            self._check(head)
            _, found, length = head.lower().partition(b"content-length:")
            self._expected = len(head) + 4 + int(length.partition(b"\r\n")[0]) if found else -1
        if self._expected < 0 and not self._received.endswith(b"0\r\n\r\n"):
            return
        if len(self._received) < self._expected:
            return
        self.times.append(time.perf_counter() - self._sent_at)
        self._next()

    def _next(self) -> None:
        if time.perf_counter() < self._until:
            self._send()
        elif not self._over.done():
            self._over.set_result(None)

    def _read_stream(self, data: bytes) -> None:
        if not self._received:
            self._check(data)
        found = data.count(b"data: ")
        if found and self._expected is None:
            self._expected = 0
            self.times.append(time.perf_counter() - self._sent_at)
            self._first.set()
        self.events += found
        self._received = self._received[-64:] + data
        if self._received.endswith(b"\r\n0\r\n\r\n"):  # the last chunk of the body
            self._next()

    def _check(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 200") and not self._over.done():
            self._over.set_exception(RuntimeError(f"not 200: {head[:600]!r}"))


async def main(host: str, port: str, request: bytes, mode: str, connections: str, seconds: str) -> None:
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + float(seconds)
    made: list[Connection] = []
    overs = [loop.create_future() for _ in range(int(connections))]
    firsts = [asyncio.Event() for _ in overs]
    for over, first in zip(overs, firsts, strict=True):
        _, protocol = await loop.create_connection(
            lambda over=over, first=first: Connection(request, until, mode, over, first), host, int(port)
        )
        made.append(protocol)
    if mode == "hold":
        held = asyncio.gather(*(first.wait() for first in firsts))
        await asyncio.wait([held, *overs], return_when=asyncio.FIRST_COMPLETED)
        for over in overs:
            if over.done():
                over.result()
        print("held", flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        print(json.dumps({"held": len(made)}))
        return
    await asyncio.gather(*overs)
    times = sorted(seconds for connection in made for seconds in connection.times)
    print(
        json.dumps(
            {
                "answers": len(times),
                "events": sum(connection.events for connection in made),
                "p50_ms": 1000 * times[len(times) // 2],
                "p99_ms": 1000 * times[min(len(times) - 1, len(times) * 99 // 100)],
            }
        )
    )


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    at, on, file, *rest = sys.argv[1:]
    asyncio.run(main(at, on, Path(file).read_bytes(), *rest))
