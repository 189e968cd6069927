"""An append-only file of records that are on their way to the database.

`append` hands records to the system before it returns: a process that is killed afterwards loses none.
`sync` puts them on the disk; a machine that loses power loses what came after the last one. A record that was cut by the end of
its process is dropped.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from modelruntime.store.outbox_folder import next_segment, segments, take_folder
from modelruntime.store.outbox_record import LARGEST, frame, is_damaged, records

MAX_BYTES = 512 * 2**20
SEGMENT_BYTES = 8 * 2**20
WAITING_BYTES = 8 * 2**20
"""Records that no disk takes are held in memory up to so much."""
MEANT_AT_MOST = 5000
"""What so many records mean is kept in memory, so that they need not be read again: more than gather before they are in a database
that is there."""


class Meant(NamedTuple):
    """What the records of one piece of a file mean, each in its order."""

    start: int
    end: int
    values: Sequence[Any]


class Segment:
    """A file, and how many bytes of it are records that were written whole."""

    __slots__ = ("meant", "path", "size")

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        self.meant: deque[Meant] = deque()
        """Pieces whose meaning is known; there may be others between them."""


class Position(msgspec.Struct, frozen=True):
    """How far somebody has read."""

    segment: Path
    offset: int


class Batch(msgspec.Struct, frozen=True):
    """Records, oldest first, and where they end."""

    contents: tuple[bytes, ...] = ()
    meant: tuple[Any, ...] = ()
    """In the place of `contents`: what the records mean, where that is still known."""
    end: Position | None = None
    damaged: bool = False
    """What follows to the end of the file does not read, though it was written whole."""

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.contents) or len(self.meant)


class Outbox:
    """Appended to, remembered and forgotten by one thread; `read` and `sync` may run in another one meanwhile."""

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
        self._remembered = 0
        self._waiting: deque[bytes] = deque()
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
    def files(self) -> int:
        """How many files there are."""
        return len(self._segments)

    @property
    def empty(self) -> bool:
        """Nothing waits."""
        return not self._waiting and all(self._rest(segment) == 0 for segment in self._segments.values())

    @property
    def full(self) -> bool:
        """Nine tenths are used, or the disk takes nothing: calls whose cost must not be lost should not begin."""
        return bool(self._waiting) or self._total >= self._max_bytes * 9 // 10

    def append(self, contents: Sequence[bytes], meant: Sequence[Any] = ()) -> None:
        """Take records, together: to call the system for each costs more than all else that is done to it. `meant` says of each
        what `remembered` gives back in its place. Never raises and never waits for the disk itself: what finds no place is counted
        in `lost`."""
        framed = [frame(content) for content in contents if len(content) <= LARGEST]
        self.lost += len(contents) - len(framed)
        if not framed:
            return
        data = b"".join(framed)
        if self._waiting or not self._write(data):
            for record in framed:
                self._hold(record)
        elif self._active is not None and self._remembered < MEANT_AT_MOST and len(meant) == len(framed):
            end = self._active.size
            self._active.meant.append(Meant(end - len(data), end, meant))
            self._remembered += len(meant)

    @property
    def holding(self) -> bool:
        """Some records are in memory alone: the disk takes nothing, or there is no room."""
        return bool(self._waiting)

    def retry(self) -> bool:
        """Try again to write what is held in memory; returns whether anything was written."""
        before = self._held
        while self._waiting and self._write(self._waiting[0]):
            self._held -= len(self._waiting.popleft())
        return self._held < before

    def remembered(self, limit: int) -> Batch | None:
        """The next records after what was forgotten, about `limit` of them, where what they mean is known; else they must be
        read."""
        segment = next((segment for segment in self._segments.values() if self._rest(segment)), None)
        if segment is None:
            return None
        found: list[Any] = []
        end = self._done(segment.path)
        for piece in segment.meant:
            if piece.start != end or len(found) >= limit:
                break
            found += piece.values
            end = piece.end
        return Batch(meant=tuple(found), end=Position(segment.path, end)) if found else None

    def read(self, limit: int) -> Batch:
        """The next records after what was forgotten, at most `limit` of them, from one file."""
        for segment in list(self._segments.values()):
            path, size = segment.path, segment.size
            done = self._done(path)
            if done >= size:
                continue
            with path.open("rb") as file:
                file.seek(done)
                data = file.read(size - done)
            found: list[bytes] = []
            end = 0
            for content, offset in records(data):
                found.append(content)
                end = offset
                if len(found) == limit:
                    break
            if not found:  # the tail of a process that was killed, or damage: nothing of it reads
                return Batch(end=Position(path, size), damaged=is_damaged(data))
            return Batch(tuple(found), end=Position(path, done + end))
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
        meant = self._segments[end.segment].meant
        while meant and meant[0].start < end.offset:
            self._remembered -= len(meant.popleft().values)
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

    def _write(self, record: bytes) -> bool:
        size = len(record)
        if self._total + size > self._max_bytes:
            return False
        try:
            segment = self._active
            if segment is None or segment.size >= self._segment_bytes:
                segment = self._opened()
            written = os.write(self._handle, record)
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

    def _hold(self, record: bytes) -> None:
        if self._held + len(record) > self._waiting_bytes:
            self.lost += 1
            return
        self._waiting.append(record)
        self._held += len(record)

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
