"""Files of this machine, or of a folder that serves as a mirror."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from modelruntime.engines.store.partial_file import PartialFile, read_chunks
from modelruntime.engines.store.progress import SourceFailed
from modelruntime.schema.model import ModelFile


def mirror_places(folder: Path, file: ModelFile) -> tuple[Path, ...]:
    """Where a mirror folder may keep a file: by hash, as another store does, or by its declared name."""
    return (folder / file.sha256, folder / "blobs" / file.sha256, folder / "models" / "blobs" / file.sha256, folder / file.name)


def copy_file(places: tuple[Path, ...], partial: PartialFile, report: Callable[[int], None]) -> None:
    """Copy the first place that exists and has the right size."""
    found = next((place for place in places if place.is_file() and place.stat().st_size == partial.file.size), None)
    if found is None:
        raise SourceFailed("there is no such file of the declared size")
    partial.start_whole()
    try:
        with found.open("rb") as stream:
            for data in read_chunks(stream):
                partial.write(data)
                report(partial.size)
    except OSError as cause:
        raise SourceFailed(f"it cannot be read ({cause.strerror})") from cause
