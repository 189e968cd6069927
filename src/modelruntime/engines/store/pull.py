"""Bringing files into the store."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial as bind
from pathlib import Path

import msgspec

from modelruntime.engines.store.blobs import Blobs
from modelruntime.engines.store.from_path import copy_file, mirror_places
from modelruntime.engines.store.from_url import download
from modelruntime.engines.store.from_wheels import WheelShelf
from modelruntime.engines.store.partial_file import PartialFile
from modelruntime.engines.store.progress import ProgressObserver, PullFailure, PullPhase, PullProgress, PullReport, SourceFailed
from modelruntime.engines.store.sources import HubSource, PathSource, Source, UrlSource, WheelSource, parse_sources
from modelruntime.schema.model import ModelFile, ModelSchema

MIRROR_VARIABLE = "MODELRUNTIME_MODELS_MIRROR"
_STALE_SECONDS = 24 * 3600


class _Wanted(msgspec.Struct, frozen=True):
    """A file to pull, and the model that wants it first."""

    model: str
    file: ModelFile
    sources: tuple[Source, ...]

    @property
    def label(self) -> str:
        return f"{self.model}: {self.file.name}"


def pull(schemas: tuple[ModelSchema, ...], blobs: Blobs, environ: Mapping[str, str], progress: ProgressObserver) -> PullReport:
    """See `ModelStore.pull`."""
    wanted = _distinct(schemas)
    present = {item.label for item in wanted if blobs.holds(item.file)}
    todo = [item for item in wanted if item.label not in present]
    if not todo:
        return PullReport(present=tuple(sorted(present)))
    mirror = _Mirror(environ.get(MIRROR_VARIABLE))
    blobs.root.mkdir(parents=True, exist_ok=True)
    _sweep(blobs.root)
    with tempfile.TemporaryDirectory(prefix="pull-", dir=blobs.root) as scratch:
        shelf = WheelShelf(Path(scratch), environ, mirror.folder)
        shelf.expect(source for item in todo for source in item.sources if isinstance(source, WheelSource))
        puller = _Puller(blobs, mirror, shelf, environ, progress)
        failures = [failure for item in todo if (failure := puller.pull(item))]
    failed = {f"{failure.model}: {failure.file}" for failure in failures}
    pulled = tuple(item.label for item in todo if item.label not in failed)
    return PullReport(pulled, tuple(item.label for item in wanted if item.label in present), tuple(failures))


def _sweep(root: Path) -> None:
    """Remove what a pull left behind that was killed a day ago or longer."""
    for folder in root.glob("pull-*"):
        if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _distinct(schemas: tuple[ModelSchema, ...]) -> list[_Wanted]:
    """Every file once, though several models may declare it."""
    found: dict[str, _Wanted] = {}
    for schema in schemas:
        for file in schema.files:
            found.setdefault(file.sha256, _Wanted(f"{schema.provider}/{schema.model}", file, parse_sources(file)))
    return list(found.values())


class _Mirror:
    """What `MODELRUNTIME_MODELS_MIRROR` names: a folder, a base URL, or nothing."""

    def __init__(self, named: str | None) -> None:
        is_url = bool(named) and str(named).startswith(("http://", "https://"))
        self.url = str(named).rstrip("/") if is_url else None
        self.folder = Path(named).expanduser() if named and not is_url else None

    def __str__(self) -> str:
        return "mirror"


class _Puller:
    """Tries the sources of one file after another."""

    def __init__(
        self, blobs: Blobs, mirror: _Mirror, shelf: WheelShelf, environ: Mapping[str, str], progress: ProgressObserver
    ) -> None:
        self._blobs = blobs
        self._mirror = mirror
        self._shelf = shelf
        self._environ = environ
        self._progress = progress

    def pull(self, item: _Wanted) -> PullFailure | None:
        """Bring the file, or say why no source could."""
        attempts: list[tuple[str, str]] = []
        with self._blobs.receiving(item.file, lambda: self._tell(item, "waiting", "another process")) as partial:
            if partial is None:
                return None
            if (free := shutil.disk_usage(self._blobs.root).free) < item.file.size - partial.size:
                return PullFailure(item.model, item.file.name, (("disk", f"{item.file.size} bytes needed, {free} free"),))
            for name, fetch in self._ways(item, partial):
                try:
                    fetch()
                    self._blobs.keep(partial)
                except SourceFailed as cause:
                    attempts.append((name, str(cause)))
                    self._tell(item, "failed", name, reason=str(cause))
                    self._forget_unusable(partial)
                else:
                    self._tell(item, "done", name, item.file.size, item.file.size)
                    return None
        return PullFailure(item.model, item.file.name, tuple(attempts))

    def _ways(self, item: _Wanted, partial: PartialFile) -> list[tuple[str, Callable[[], None]]]:
        ways: list[tuple[str, Callable[[], None]]] = []
        if self._mirror.folder is not None:
            places = mirror_places(self._mirror.folder, item.file)
            ways.append(("mirror", bind(copy_file, places, partial, self._reporter(item, "mirror"))))
        if self._mirror.url is not None:
            address = f"{self._mirror.url}/{item.file.sha256}"
            ways.append(("mirror", bind(download, address, partial, self._reporter(item, "mirror"))))
        return [*ways, *((str(source), self._way(item, source, partial)) for source in item.sources)]

    def _way(self, item: _Wanted, source: Source, partial: PartialFile) -> Callable[[], None]:
        report = self._reporter(item, str(source))
        match source:
            case PathSource():
                return bind(copy_file, (Path(source.path).expanduser(),), partial, report)
            case UrlSource():
                return bind(download, source.url, partial, report)
            case HubSource():
                return bind(download, source.url(self._environ), partial, report)
            case WheelSource():
                sizes = [part.size for part in source.parts]
                total = sum(size for size in sizes if size) if all(sizes) else None
                fetching = self._reporter(item, str(source), "downloading", total)
                return bind(self._shelf.read, source, partial, fetching, self._reporter(item, str(source), "joining"))

    def _forget_unusable(self, partial: PartialFile) -> None:
        """After a failure only bytes that may be the beginning of the right file stay."""
        if not partial.resumable or partial.size >= partial.file.size:
            partial.start_whole()

    def _reporter(
        self, item: _Wanted, source: str, phase: PullPhase = "downloading", total: int | None = -1
    ) -> Callable[[int], None]:
        whole = item.file.size if total == -1 else total
        return lambda done: self._tell(item, phase, source, done, whole)

    def _tell(
        self, item: _Wanted, phase: PullPhase, source: str, done: int = 0, total: int | None = None, reason: str = ""
    ) -> None:
        self._progress(
            PullProgress(model=item.model, file=item.file.name, phase=phase, source=source, done=done, total=total, reason=reason)
        )
