"""Files of a declaration: read within the folder, and never outside."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelruntime.schema.loading.yaml_document import YamlMap, parse_yaml

if TYPE_CHECKING:
    from modelruntime.schema.problem import ProblemLog

MAX_BYTES = 32 * 2**20


def read_yaml(path: Path, log: ProblemLog) -> Any:
    """The value of a YAML file; None for an empty one, and for one that cannot be read, which is then in the log."""
    try:
        if path.stat().st_size > MAX_BYTES:
            log.error(str(path), 0, "too-large", f"the file is larger than {MAX_BYTES >> 20} MiB")
            return None
        content = path.read_bytes()
    except OSError as failed:
        log.error(str(path), 0, "unreadable", f"the file cannot be read: {failed.strerror or 'unknown reason'}")
        return None
    return parse_yaml(content, str(path), log)


def read_mapping(path: Path, log: ProblemLog) -> YamlMap | None:
    """The mapping that a file must hold."""
    errors = log.error_count
    value = read_yaml(path, log)
    if isinstance(value, YamlMap):
        return value
    if log.error_count == errors:
        log.error(str(path), 1, "not-a-mapping", "the file must hold a mapping")
    return None


def matching_files(folder: Path, pattern: str) -> list[Path] | None:
    """Files of the folder that match a glob, sorted. None for a pattern that leads out of the folder."""
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        return None
    found = [folder / name for name in sorted(glob(pattern, root_dir=folder, recursive=True))]
    return [path for path in found if path.is_file() and is_inside(path, folder)]


def is_inside(path: Path, folder: Path) -> bool:
    """Does the path, links followed, stay within the folder."""
    return path.resolve().is_relative_to(folder.resolve())


def yaml_files(folder: Path) -> list[Path]:
    """All YAML files below a folder, sorted."""
    return sorted(path for pattern in ("*.yaml", "*.yml") for path in folder.rglob(pattern))
