"""A body's Content-Encoding undone, never beyond a size.

One encoding at most, gzip or deflate: what we ask for. Output comes in pieces of at most 256 KiB, so a bomb of any size
is met with flat memory and refused at `max_response_bytes`, or as soon as 8 MiB swelled out of less than a two
hundredth of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from modelruntime.entities.http import ResponseHead
from modelruntime.transports import faults

PIECE = 256 * 1024
MAX_RATIO = 200
RATIO_FROM_BYTES = 8 * 2**20


class BodyDecoder(Protocol):
    """Takes the body as it came, gives it as it was meant. `close` raises `StreamIncomplete` if that ended too early."""

    def feed(self, data: bytes) -> Iterable[bytes]:
        """The decoded pieces of these bytes."""
        ...

    def close(self) -> None:
        """The body ended."""
        ...

    def whole(self, data: bytes) -> bytes:
        """A body that is all here, decoded: `feed` and `close` in one."""
        ...


def body_decoder(method: str, head: ResponseHead, origin: str, limit: int) -> BodyDecoder:
    """The decoder for the answer to a request of that method.

    Raises `ServerUnavailable` for an encoding that nobody asked for, or a declared length over `limit`.
    """
    if method == "HEAD" or head.status in (204, 304):
        return Identity(origin, limit)
    fields = dict(reversed(head.headers))
    if "content-encoding" in fields:
        said = [value.strip().lower() for name, value in head.headers if name == "content-encoding"]
        if encodings := [word for word in said if word not in ("", "identity")]:
            if len(encodings) > 1 or encodings[0] not in ("gzip", "x-gzip", "deflate"):
                raise faults.broken_http(origin, "the body is in an encoding that nobody asked for")
            return Inflate(origin, limit)
    declared = fields.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise faults.too_large(origin, limit)
    return Identity(origin, limit)


class Identity:
    """Counts, changes nothing."""

    __slots__ = ("_limit", "_origin", "_size")

    def __init__(self, origin: str, limit: int) -> None:
        self._origin, self._limit, self._size = origin, limit, 0

    def feed(self, data: bytes) -> Iterable[bytes]:
        """The same bytes, while they stay within the limit."""
        self._size += len(data)
        if self._size > self._limit:
            raise faults.too_large(self._origin, self._limit)
        return (data,)

    def close(self) -> None:
        """Nothing can be missing."""

    def whole(self, data: bytes) -> bytes:
        """The same bytes, if they are within the limit."""
        self.feed(data)
        return data


class Inflate:
    """gzip (members may follow one another), zlib, or the bare deflate that some servers send under that name."""

    __slots__ = ("_inflater", "_limit", "_origin", "_read", "_size", "_started")

    def __init__(self, origin: str, limit: int) -> None:
        import zlib

        self._origin, self._limit = origin, limit
        self._inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._started = False
        self._read = self._size = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes, in pieces of at most `PIECE`."""
        import zlib

        self._read += len(data)
        while data:
            if self._inflater.eof:
                self._inflater, self._started = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), True
            try:
                piece = self._inflater.decompress(data, PIECE)
            except zlib.error:
                if self._started:
                    raise faults.broken_http(self._origin, "the compressed body is damaged") from None
                self._inflater, self._started = zlib.decompressobj(wbits=-zlib.MAX_WBITS), True
                continue
            self._started = True
            data = self._inflater.unconsumed_tail or self._inflater.unused_data
            self._count(len(piece))
            if piece:
                yield piece

    def close(self) -> None:
        """The body ended; raises if the compressed stream did not."""
        if self._read and not self._inflater.eof:
            raise faults.cut_short(self._origin)

    def whole(self, data: bytes) -> bytes:
        """The plain bytes. Raises as `feed` and `close` do."""
        found = b"".join(self.feed(data))
        self.close()
        return found

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._limit or (self._size > RATIO_FROM_BYTES and self._size > MAX_RATIO * self._read):
            raise faults.too_large(self._origin, self._limit)
