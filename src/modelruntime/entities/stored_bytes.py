"""Bytes that wait in a file because they are too many to hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec

PIECE = 256 * 2**10


class StoredBytes:
    """The whole of an open file, read from its beginning as often as wanted. Whoever opened the file closes it. For one thread."""

    __slots__ = ("_file", "_size", "name")

    def __init__(self, file: IO[bytes], size: int, name: str) -> None:
        self._file, self._size = file, size
        self.name = name
        """The file's name as its owner calls it."""

    def __len__(self) -> int:
        return self._size

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """All of it, `size` bytes at a time. Another reader may read between two pieces."""
        for at in range(0, self._size, size):
            self._file.seek(at)
            yield self._file.read(min(size, self._size - at))

    def head(self, size: int) -> bytes:
        """Its first bytes."""
        self._file.seek(0)
        return self._file.read(min(size, self._size))

    def read(self) -> bytes:
        """All of it at once."""
        return self.head(self._size)


class FileBody(msgspec.Struct, frozen=True):
    """A body that is sent from a file: what stands before it, the file, and what stands behind."""

    before: bytes
    file: StoredBytes
    after: bytes

    def __len__(self) -> int:
        return len(self.before) + len(self.file) + len(self.after)

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """All of it from the beginning, however often it is asked for."""
        yield self.before
        yield from self.file.pieces(size)
        yield self.after
