"""A file on its way into the store: hashed while it is written, never longer than declared."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol

from modelruntime.engines.store.progress import SourceFailed, StoreUnwritable
from modelruntime.schema.model import ModelFile

CHUNK = 1 << 20


class PartialFile:
    """What has arrived of `file`. Bytes left by an earlier try are kept: `size` says where to go on."""

    def __init__(self, path: Path, file: ModelFile) -> None:
        self.path = path
        self.file = file
        self.size = 0
        self.resumable = False
        """Set by a source that can go on where it stopped: what has arrived then outlives a failure."""
        self._hash = hashlib.sha256()
        self._out = path.open("ab+")
        self._read_back()

    def restart(self) -> None:
        """Forget what has arrived."""
        self._out.seek(0)
        self._out.truncate()
        self._hash = hashlib.sha256()
        self.size = 0

    def start_whole(self) -> None:
        """Begin with a source that cannot go on where it stopped."""
        self.restart()
        self.resumable = False

    def write(self, data: bytes) -> None:
        """More bytes. Raises `SourceFailed` when they exceed the declared size."""
        if self.size + len(data) > self.file.size:
            raise SourceFailed(f"it sends more than the declared {self.file.size} bytes")
        try:
            self._out.write(data)
        except OSError as cause:
            raise StoreUnwritable(str(cause.strerror)) from cause
        self._hash.update(data)
        self.size += len(data)

    def check(self) -> None:
        """Raises `SourceFailed` unless size and sha256 are as declared."""
        if self.size != self.file.size:
            raise SourceFailed(f"it ended after {self.size} of {self.file.size} bytes")
        if self._hash.hexdigest() != self.file.sha256:
            raise SourceFailed("its bytes do not match the declared sha256")

    def commit(self, target: Path) -> None:
        """Make it the file `target`, at once and durably."""
        self.check()
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self.path.replace(target)

    def discard(self) -> None:
        """Delete what has arrived."""
        self._out.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> PartialFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close; keep the bytes only where a later try can use them."""
        if self.path.exists() and not (self.resumable and 0 < self.size <= self.file.size):
            self.discard()
        self._out.close()

    def _read_back(self) -> None:
        self._out.seek(0)
        for data in read_chunks(self._out):
            self._hash.update(data)
            self.size += len(data)
        if self.size > self.file.size:
            self.restart()


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


def read_chunks(stream: Readable) -> Iterator[bytes]:
    """The rest of a stream, piece by piece."""
    while data := stream.read(CHUNK):
        yield data
