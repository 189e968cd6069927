"""Files by their sha256: `blobs/<sha256>`, each verified before it is trusted.

Hashing half a gigabyte at every start would cost seconds, so a verified blob gets a stamp (inode, size, modification
time); as long as the stamp holds, its bytes are what they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from modelruntime.engines.store.draft import write_whole
from modelruntime.engines.store.lock import locked
from modelruntime.engines.store.partial_file import PartialFile
from modelruntime.schema.model import ModelFile


class Blobs:
    """The content-addressed part of the store, below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the blob stands, or would."""
        return self.root / "blobs" / sha256

    def holds(self, file: ModelFile) -> bool:
        """Whether the declared bytes are here. Hashes them when the stamp does not vouch for them."""
        path = self.path(file.sha256)
        try:
            stat = path.stat()
        except OSError:
            return False
        if stat.st_size != file.size:
            return False
        stamp = f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns}"
        if self._stamp(file.sha256) == stamp:
            return True
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                return False
        self._write_stamp(file.sha256, stamp)
        return True

    @contextmanager
    def receiving(self, file: ModelFile, on_wait: Callable[[], None]) -> Generator[PartialFile | None]:
        """A place to write the file to, held by one process at a time; None when it has come meanwhile. `keep` it then."""
        for folder in ("blobs", "partial", "locks", "verified"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        with locked(self.root / "locks" / file.sha256, on_wait):
            if self.holds(file):
                yield None
            else:
                with PartialFile(self.root / "partial" / file.sha256, file) as partial:
                    yield partial

    def keep(self, partial: PartialFile) -> None:
        """Take in what has arrived whole."""
        sha256 = partial.file.sha256
        partial.commit(self.path(sha256))
        stat = self.path(sha256).stat()
        self._write_stamp(sha256, f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns}")

    def drop(self, sha256: str) -> int:
        """Delete a blob; the bytes that frees."""
        path = self.path(sha256)
        size = path.stat().st_size if path.exists() else 0
        path.unlink(missing_ok=True)
        (self.root / "verified" / sha256).unlink(missing_ok=True)
        return size

    def _stamp(self, sha256: str) -> str:
        try:
            return (self.root / "verified" / sha256).read_text()
        except OSError:
            return ""

    def _write_stamp(self, sha256: str, stamp: str) -> None:
        try:
            write_whole(self.root / "verified" / sha256, stamp.encode())
        except OSError:  # a store that is mounted read-only: hash again next time
            return
