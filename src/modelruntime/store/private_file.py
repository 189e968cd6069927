"""Files that this user alone may read."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def create_private(path: Path, content: bytes) -> None:
    """Write a new file; one that is there already, whole, is left as it is."""
    temporary = _written(path, content)
    try:
        with suppress(FileExistsError):
            os.link(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink()


def replace_private(path: Path, content: bytes) -> None:
    """Write a file, in place of the one that may be there; whoever reads meanwhile sees the old one or the new one."""
    temporary = _written(path, content)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink()
        raise
    _sync_folder(path.parent)


def touch_private(path: Path) -> None:
    """Make an empty file where there is none, for whoever opens it otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
