"""Where declarations come from beside the built-in ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelruntime.schema.problem import ProblemLog

ENTRY_POINTS = "modelruntime.providers"
"""Group of entry points whose value is a package with a `provider.yaml` in its folder."""

DIRECTORIES = "MODELRUNTIME_PROVIDERS"
"""Environment variable with a list of folders, separated like PATH."""

_LARGEST_ENTRY_POINTS = 2**20


def named_directories(environ: Mapping[str, str]) -> list[Path]:
    """The folders that the environment names."""
    return [Path(part).expanduser() for part in environ.get(DIRECTORIES, "").split(os.pathsep) if part.strip()]


def installed_folders(log: ProblemLog) -> list[Path]:
    """The folders of installed packages that declare providers, by entry point name. No package is imported.

    The metadata machinery is loaded only after a plain search has found a distribution that names the group.
    """
    if not any(_mentions_group(Path(entry or ".")) for entry in sys.path):
        return []
    from importlib.metadata import entry_points

    found: list[Path] = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        folder = _folder_of(point.value)
        if folder is None:
            log.error(f"entry point {point.name}", 0, "not-found", f"the package {point.value!r} has no folder")
        elif folder not in found:
            found.append(folder)
    return found


def _mentions_group(folder: Path) -> bool:
    return any(_read_mentions(path) for path in _entry_point_files(folder))


def _entry_point_files(folder: Path) -> Iterator[str]:
    if folder.suffix in (".egg", ".whl", ".zip") and folder.is_file():
        return
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".dist-info", ".egg-info")):
                    yield f"{entry.path}{os.sep}entry_points.txt"
    except OSError:
        return


def _read_mentions(path: str) -> bool:
    try:
        file = os.open(path, os.O_RDONLY)  # a hundred small files at every start: a file object costs three times as much
    except OSError:
        return False
    try:
        return ENTRY_POINTS.encode() in os.read(file, _LARGEST_ENTRY_POINTS)
    finally:
        os.close(file)


def _folder_of(package: str) -> Path | None:
    """The folder of a package, found through its top level without importing it."""
    from importlib.util import find_spec

    top, *rest = package.partition(":")[0].strip().split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location, *rest)
        if folder.is_dir():
            return folder
    return None
