"""Writing a small file whole, though others may write it at the same time."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4


def draft_beside(path: Path) -> Path:
    """A name in the same folder that nobody else uses; rename it over `path` when it is whole."""
    return path.with_name(f".{path.name}.{uuid4().hex}")


def write_whole(path: Path, data: bytes) -> None:
    """Readers see the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_beside(path)
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
