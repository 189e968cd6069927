"""An append-only file of records that are on their way to the database.

`append` hands a piece, which may hold several records, to the system before it returns: a process that is killed afterwards loses
none. `sync` puts them on the disk; a machine that loses power loses what came after the last one. A piece that was cut by the end
of its process is dropped.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from itertools import islice
from pathlib import Path

import msgspec

from modelruntime.store.outbox_folder import next_segment, segments, take_folder
from modelruntime.store.outbox_record import LARGEST, frame, is_damaged, records

MAX_BYTES = 512 * 2**20
SEGMENT_BYTES = 8 * 2**20
WAITING_BYTES = 8 * 2**20
"""What no disk takes is held in memory up to so much."""


class Segment:
    """A file, and how many bytes of it are pieces that were written whole."""

    __slots__ = ("path", "size")

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size


class Position(msgspec.Struct, frozen=True):
    """How far somebody has read."""

    segment: Path
    offset: int


class Batch(msgspec.Struct, frozen=True):
    """Pieces, oldest first, and where they end."""

    contents: tuple[bytes, ...] = ()
    end: Position | None = None
    """None: there was nothing."""
    more: bool = False
    """Others follow, as far as was known when these were read."""
    damaged: bool = False
    """What follows to the end of the file does not read, though it was written whole."""


class Outbox:
    """Appended to and forgotten by one thread; `read` and `sync` may run in another one meanwhile."""

    def __init__(
        self, parent: Path, *, max_bytes: int = MAX_BYTES, segment_bytes: int = SEGMENT_BYTES, waiting_bytes: int = WAITING_BYTES
    ) -> None:
        """Raises `OSError` where the folder cannot be made."""
        self._folder, self._lock = take_folder(parent)
        self._max_bytes = max_bytes
        self._segment_bytes = min(segment_bytes, max(1, max_bytes // 4))  # what is written must make room for what is not
        self._waiting_bytes = waiting_bytes
        self._segments = {path: Segment(path, path.stat().st_size) for path in segments(self._folder)}
        self._total = sum(segment.size for segment in self._segments.values())
        self._read_to: Position | None = None
        self._active: Segment | None = None
        self._handle = -1
        self._unsynced: list[int] = []
        self._dirty = False
        self._waiting: deque[tuple[bytes, int]] = deque()
        """Pieces, and how many records each holds."""
        self._held = 0
        self.lost = 0
        """Records that found no place, neither on disk nor in memory."""
        self.damaged = 0
        """Files with a record that does not read in their middle; they are kept aside as `*.damaged`."""

    @property
    def size(self) -> int:
        """Bytes that are not in the database yet, files that are partly read counted whole."""
        return self._total + self._held

    @property
    def empty(self) -> bool:
        """Nothing waits."""
        return not self._waiting and all(self._rest(segment) == 0 for segment in self._segments.values())

    @property
    def full(self) -> bool:
        """Nine tenths are used, or the disk takes nothing: calls whose cost must not be lost should not begin."""
        return bool(self._waiting) or self._total >= self._max_bytes * 9 // 10

    def append(self, content: bytes, count: int = 1) -> None:
        """Take a piece, which holds `count` records. Never raises and never waits for the disk itself: what finds no place is
        counted in `lost`."""
        piece = frame(content)
        if len(content) > LARGEST:
            self.lost += count
        elif self._waiting or not self._write(piece):
            self._hold(piece, count)

    @property
    def holding(self) -> bool:
        """Something is in memory alone: the disk takes nothing, or there is no room."""
        return bool(self._waiting)

    def retry(self) -> bool:
        """Try again to write what is held in memory; returns whether anything was written."""
        before = self._held
        while self._waiting and self._write(self._waiting[0][0]):
            self._held -= len(self._waiting.popleft()[0])
        return self._held < before

    def read(self, size: int) -> Batch:
        """The next pieces after what was forgotten, of one file: about so many bytes of them, but at least one."""
        there = list(self._segments.values())
        for number, segment in enumerate(there, 1):
            path, done, rest = segment.path, self._done(segment.path), self._rest(segment)
            if rest <= 0:
                continue
            with path.open("rb") as file:
                file.seek(done)
                data = file.read(min(size, rest))
                found = list(records(data))
                if not found and len(data) < rest:  # the first one is larger
                    data += file.read(rest - len(data))
                    found = list(islice(records(data), 1))
            last = number == len(there)
            if not found:  # the tail of a process that was killed, or damage: nothing of it reads
                return Batch(end=Position(path, done + rest), more=not last, damaged=is_damaged(data))
            end = found[-1][1]
            return Batch(tuple(content for content, _ in found), Position(path, done + end), more=end < rest or not last)
        return Batch()

    def forget(self, batch: Batch) -> None:
        """What was read is in the database. A file that cannot be removed is read again at the next start."""
        end = batch.end
        if end is None:
            return
        if batch.damaged:
            self.damaged += 1
            with suppress(OSError):
                os.link(end.segment, end.segment.with_suffix(".damaged"))
        self._read_to = end
        if end.offset < self._segments[end.segment].size:
            return
        if self._active is None or end.segment != self._active.path or end.offset >= self._segment_bytes // 4 or self.full:
            self._remove(end.segment)

    def sync(self) -> None:
        """Put on the disk what the system was handed. Blocks: call it off the loop."""
        old, self._unsynced = self._unsynced, []
        for handle in old:
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        if self._dirty and self._handle >= 0:
            self._dirty = False
            os.fsync(self._handle)

    def close(self) -> None:
        """Give back the folder; what is not in the database waits there for the next process."""
        self.retry()
        self.sync()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        if self.empty:
            for path in list(self._segments):
                self._remove(path)
        os.close(self._lock)

    def _write(self, piece: bytes) -> bool:
        size = len(piece)
        if self._total + size > self._max_bytes:
            return False
        try:
            segment = self._active
            if segment is None or segment.size >= self._segment_bytes:
                segment = self._opened()
            written = os.write(self._handle, piece)
        except OSError:
            return False
        if written < size:  # what was cut stays behind the end of a file that nobody appends to again
            self._leave()
            return False
        segment.size += size
        self._total += size
        self._dirty = True
        return True

    def _opened(self) -> Segment:
        path = next_segment(self._folder)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._leave()
        segment = self._segments[path] = Segment(path, 0)
        self._active, self._handle = segment, handle
        return segment

    def _hold(self, piece: bytes, count: int) -> None:
        if self._held + len(piece) > self._waiting_bytes:
            self.lost += count
            return
        self._waiting.append((piece, count))
        self._held += len(piece)

    def _done(self, path: Path) -> int:
        return self._read_to.offset if self._read_to is not None and self._read_to.segment == path else 0

    def _rest(self, segment: Segment) -> int:
        return segment.size - self._done(segment.path)

    def _remove(self, path: Path) -> None:
        removed = self._segments.pop(path, None)
        self._total -= 0 if removed is None else removed.size
        if self._read_to is not None and self._read_to.segment == path:
            self._read_to = None  # the next file may have the same name
        with suppress(OSError):
            path.unlink()
        if removed is not None and removed is self._active:
            self._leave()

    def _leave(self) -> None:
        """Append to this file no more."""
        if self._handle >= 0:
            self._unsynced.append(self._handle)
        self._active, self._handle = None, -1
