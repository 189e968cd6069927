"""What was pulled for which model: one small JSON file per model, and a folder with its files under their own names.

Engines get files by these names, because many formats are folders of files that know each other by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from modelruntime.engines.store.draft import draft_beside, write_whole
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelFile, ModelSchema


class StoredFile(msgspec.Struct, frozen=True):
    """A file of a stored model."""

    name: str
    sha256: str
    size: int
    license: str


class StoredModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that was pulled. `complete` tells whether all its files are still there."""

    provider: str
    model: str
    model_type: ModelType
    files: tuple[StoredFile, ...]
    complete: bool = True

    @property
    def name(self) -> str:
        """`provider/model`."""
        return f"{self.provider}/{self.model}"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def describe(schema: ModelSchema) -> StoredModel:
    """What the mark of this model says."""
    files = tuple(StoredFile(file.name, file.sha256, file.size, file.license) for file in schema.files)
    return StoredModel(provider=schema.provider, model=schema.model, model_type=schema.model_type, files=files)


class ShelfMarks:
    """The marks and named folders below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> Iterator[StoredModel]:
        """Every mark that can be read, by provider, type and model."""
        for path in sorted(self.root.glob("marks/*/*/*.json")):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=StoredModel)
            except (msgspec.DecodeError, OSError):  # a torn or foreign file is no mark
                continue

    def write(self, schema: ModelSchema) -> None:
        """Note that this model was pulled."""
        mark = describe(schema)
        write_whole(self._mark(mark), msgspec.json.format(msgspec.json.encode(mark)))

    def erase(self, model: StoredModel) -> None:
        """Forget the model and its named folder."""
        folder = self._folder(model)
        for file in model.files:
            (folder / file.name).unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        self._mark(model).unlink(missing_ok=True)

    def named(self, schema: ModelSchema, file: ModelFile, blob: Path) -> Path:
        """The file under its own name: the same bytes, no copy."""
        path = self._folder(describe(schema)) / file.name
        if not (path.exists() and path.samefile(blob)):
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = draft_beside(path)
            _link(blob, draft)
            draft.replace(path)
            draft.unlink(missing_ok=True)  # replacing a link by a link to the same file leaves both
        return path

    def _mark(self, model: StoredModel) -> Path:
        return self.root / "marks" / _plain(model.provider) / model.model_type / f"{_plain(model.model)}.json"

    def _folder(self, model: StoredModel) -> Path:
        return self.root / "named" / _plain(model.provider) / model.model_type / _plain(model.model)


def _plain(name: str) -> str:
    """A name that is one path element and never a special one."""
    return quote(name, safe=" ").replace(".", "%2E") if name.startswith(".") else quote(name, safe=" ")


def _link(blob: Path, path: Path) -> None:
    try:
        path.hardlink_to(blob)
    except OSError:  # a file system without hard links
        path.symlink_to(blob)
