"""The line between a supervisor and one of its workers: a socket pair with frames of a length and bytes.

The supervisor first sends what the worker is to know, then asks for things by name; the worker answers. When one end closes, the
other knows that its peer is gone.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

_HEAD = struct.Struct(">II")  # number of the question, length
_LONGEST = 64 * 2**20
Answer = Callable[[], Awaitable[bytes]]


class Link:
    """One end. It belongs to the loop on which it was opened."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, frame: bytes, number: int = 0) -> None:
        """Raises `ConnectionError` when the other end is gone."""
        self._writer.write(_HEAD.pack(number, len(frame)) + frame)
        await self._writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """The next frame with its number. Raises `EOFError` when the other end is gone, `ConnectionError` when it is broken."""
        number, length = _HEAD.unpack(await self._reader.readexactly(_HEAD.size))
        if length > _LONGEST:
            raise ConnectionError("a frame is too long")
        return number, await self._reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def open_link(sock: socket.socket) -> Link:
    """Over a connected socket, which the link owns from here on."""
    return Link(*await asyncio.open_connection(sock=sock))


class Asking:
    """The supervisor's end."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._reading = asyncio.create_task(self._read())

    async def ask(self, name: str, seconds: float) -> bytes | None:
        """The answer; None when it does not come in time, or the other end is gone. A late one is taken for no other."""
        number = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(seconds):
                await self._link.send(name.encode(), number)
                return await answer
        except (TimeoutError, ConnectionError, EOFError):
            return None
        finally:
            self._waiting.pop(number, None)

    async def aclose(self) -> None:
        """Hang up."""
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        self._link.close()

    async def _read(self) -> None:
        try:
            while True:
                number, frame = await self._link.receive()
                found = self._waiting.get(number)
                if found is not None and not found.done():
                    found.set_result(frame)
        except (EOFError, ConnectionError):
            for each in self._waiting.values():
                if not each.done():
                    each.set_exception(EOFError())


async def answering(link: Link, answers: Mapping[str, Answer]) -> None:
    """The worker's end: answer questions until the other end is gone. One that nobody knows is answered with nothing."""
    with suppress(EOFError, ConnectionError):
        while True:
            number, name = await link.receive()
            known = answers.get(name.decode())
            await link.send(await known() if known is not None else b"", number)
