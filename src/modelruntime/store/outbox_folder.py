"""The folders of an outbox: one for each process that shares the data directory, and none forgotten when a process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from modelruntime.store.errors import StoreError

SLOTS = 64


def take_folder(parent: Path) -> tuple[Path, int]:
    """The first folder that no living process holds, and the handle whose closing gives it back. What other processes left
    in theirs is moved into it. Raises `StoreError` where too many processes share the directory."""
    for number in range(SLOTS):
        folder = parent / str(number)
        handle = _locked(folder)
        if handle is not None:
            for other in range(SLOTS):
                if other != number:
                    _adopt(parent / str(other), folder)
            return folder, handle
    raise StoreError(f"more than {SLOTS} processes share {parent}: give each group of them a data directory of its own")


def segments(folder: Path) -> list[Path]:
    """The files of a folder, oldest first."""
    return sorted(folder.glob("*.log"))


def next_segment(folder: Path) -> Path:
    """A file that comes after all others."""
    last = segments(folder)
    return folder / f"{int(last[-1].stem) + 1 if last else 1:012d}.log"


def _adopt(orphan: Path, folder: Path) -> None:
    if not segments(orphan):
        return
    with _held(orphan) as free:
        for segment in segments(orphan) if free else ():
            segment.rename(next_segment(folder))


@contextmanager
def _held(folder: Path) -> Generator[bool]:
    handle = _locked(folder)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
