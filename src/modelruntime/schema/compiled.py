"""Snapshots of folders, compiled once and kept in the user's cache.

A file of the cache is named after the folder and after path, time and size of everything in it and of this package's
own reader, so a change of either compiles anew. Files are written whole under another name and then renamed: processes
that start together may all compile, and all read a whole file. Without a usable cache folder snapshots stay in memory.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.snapshot import FORMAT_VERSION, Snapshot, compile_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IGNORED_SUFFIXES = (".py", ".pyc", ".lock")


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """`MODELRUNTIME_CACHE`, else `modelruntime` in the platform's folder for caches; None where there is none."""
    if named := environ.get("MODELRUNTIME_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return Path(local) / "modelruntime" / "cache" if local else None
    if named := environ.get("XDG_CACHE_HOME"):
        return Path(named) / "modelruntime"
    home = environ.get("HOME")
    if not home:
        return None
    return Path(home, "Library/Caches" if sys.platform == "darwin" else ".cache", "modelruntime")


def compile_path(path: Path) -> bytes:
    """A snapshot of what stands in a folder, a folder of folders, or a document, with the problems found."""
    from modelruntime.schema.loading.read_tree import read_tree
    from modelruntime.schema.problem import ProblemLog

    log = ProblemLog()
    return compile_snapshot(read_tree(path, log), log.problems, base=path if path.is_dir() else path.parent)


def open_compiled(path: Path, environ: Mapping[str, str]) -> Snapshot:
    """The snapshot of `path` from the cache, compiled first where it is not there."""
    path = path.absolute()
    base = path if path.is_dir() else path.parent
    folder = cache_folder(environ)
    stem, key = hashlib.sha256(os.fsencode(path)).hexdigest()[:16], _key(path)
    if folder is None:
        return Snapshot(_compiled_once(path, stem, key), base)
    file = folder / "snapshots" / f"{stem}-{key}.snapshot"
    try:
        return Snapshot(file.read_bytes(), base)
    except (OSError, DeclarationInvalid):
        content = _compiled_once(path, stem, key)
    _keep(file, stem, content)
    return Snapshot(content, base)


_recent: dict[str, tuple[str, bytes]] = {}
_RECENT_AT_MOST = 4


def _compiled_once(path: Path, stem: str, key: str) -> bytes:
    """The content as this process compiled it last: two runtimes, or two cache folders, cost one compilation."""
    found = _recent.get(stem)
    if found is None or found[0] != key:
        if len(_recent) >= _RECENT_AT_MOST:
            _recent.clear()
        found = _recent[stem] = (key, compile_path(path))
    return found[1]


def _key(path: Path) -> str:
    """Changes when a declaration, or the code that reads declarations, does."""
    facts = hashlib.sha256(str(FORMAT_VERSION).encode())
    for name, time, size in sorted((*_stamps(path, _IGNORED_SUFFIXES), *_stamps(Path(__file__).parent, (".pyc",)))):
        facts.update(f"{name}\0{time}\0{size}\0".encode("utf-8", "surrogateescape"))
    return facts.hexdigest()[:32]


def _stamps(path: Path, ignored: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Path, modification time and size of every file, links followed once."""
    if path.is_file():
        stat = path.stat()
        yield str(path), stat.st_mtime_ns, stat.st_size
        return
    for root, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
        for name in files:
            if name.endswith(ignored):
                continue
            file = os.path.join(root, name)  # runs at every start; Path costs more than the walk
            try:
                stat = os.stat(file)
            except OSError:
                continue
            yield file, stat.st_mtime_ns, stat.st_size


def _keep(file: Path, stem: str, content: bytes) -> None:
    """Write the file whole, then drop older ones of the same folder. A cache that cannot be written is no error."""
    import tempfile
    from contextlib import suppress

    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".", ignore_cleanup_errors=True) as drafts:
            draft = Path(drafts, file.name)
            draft.write_bytes(content)
            draft.replace(file)
        for older in file.parent.glob(f"{stem}-*.snapshot"):
            if older != file:
                older.unlink(missing_ok=True)
