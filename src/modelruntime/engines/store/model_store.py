"""The model store: pulls, verifies, finds and removes the weights of local models.

    store = ModelStore()                       # MODELRUNTIME_HOME, else the user's data directory
    store.pull(schemas, print)                 # the only thing here that touches a network, and only when called
    store.paths(schema)["model.gguf"]          # a verified file, or an error that says what to run

On disk, below `<data directory>/models`: `blobs/<sha256>` are the bytes, `named/…` the same files under their declared
names, `marks/…` what was pulled, `verified/…` stamps, `partial/` and `locks/` work in progress. Another store's
`models` folder serves as a mirror (`MODELRUNTIME_MODELS_MIRROR`, a folder or a base URL that has files by sha256).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from modelruntime.engines.store.blobs import Blobs
from modelruntime.engines.store.progress import ProgressObserver, PullReport, StoreUnwritable
from modelruntime.engines.store.shelf_mark import ShelfMarks, StoredModel
from modelruntime.entities.errors import DeclarationInvalid, ModelNotFound, ModelRuntimeError
from modelruntime.schema.data_home import data_home
from modelruntime.schema.model import ModelFile, ModelSchema

WEIGHTS_MISSING = "weights_missing"


class RemoveReport(msgspec.Struct, frozen=True):
    """Models removed (`provider/model`), and the bytes that freed. Files that another pulled model needs stay."""

    removed: tuple[str, ...]
    freed: int


class ModelStore:
    """See the module. `root` is the data directory, `environ` the environment; both default to this process's."""

    def __init__(self, root: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self.root = (root or data_home(self._environ)) / "models"
        self._blobs = Blobs(self.root)
        self._marks = ShelfMarks(self.root)

    def missing(self, schema: ModelSchema) -> tuple[ModelFile, ...]:
        """The declared files that are not here, or not as declared. Touches no network; hashes only what changed."""
        return tuple(file for file in schema.files if not self._blobs.holds(file))

    def installed(self, schema: ModelSchema) -> bool:
        """Whether every declared file is here and verified. True for a model that declares none."""
        return all(self._blobs.holds(file) for file in schema.files)

    def paths(self, schema: ModelSchema) -> dict[str, Path]:
        """Verified files by declared name, all in one folder.

        Raises `ModelNotFound` (code `weights_missing`) that tells which command pulls them.
        """
        if missing := self.missing(schema):
            names = ", ".join(file.name for file in missing)
            raise ModelNotFound(
                f"{schema.provider}/{schema.model} is not installed ({names}): run modelruntime pull {schema.model}",
                provider=schema.provider,
                model=schema.model,
                code=WEIGHTS_MISSING,
            )
        return {file.name: self._marks.named(schema, file, self._blobs.path(file.sha256)) for file in schema.files}

    def pull(self, schemas: Iterable[ModelSchema], progress: ProgressObserver = lambda event: None) -> PullReport:
        """Bring every missing file of these models; each file once, sources in their order, everything verified.

        Returns what was done and what no source could give. Interrupting it is safe: whole files stay, a download that
        can be resumed keeps what arrived, everything else is cleaned up. Raises `DeclarationInvalid` for a declaration
        that names no sane file, `ModelRuntimeError` when the store cannot be written.
        """
        from modelruntime.engines.store.pull import pull

        wanted = tuple(schemas)
        for schema in wanted:
            _check_names(schema)
        try:
            report = pull(wanted, self._blobs, self._environ, progress)
        except (OSError, StoreUnwritable) as cause:
            reason = getattr(cause, "strerror", None) or cause
            raise ModelRuntimeError(
                f"the model store {self.root} cannot be written ({reason}): free space, or set MODELRUNTIME_HOME elsewhere"
            ) from cause
        for schema in wanted:
            if schema.files and self.installed(schema):
                self._marks.write(schema)
                self.paths(schema)
        return report

    def list(self) -> tuple[StoredModel, ...]:
        """Every model that was pulled, with its files and sizes."""
        return tuple(
            msgspec.structs.replace(model, complete=all(self._blobs.path(file.sha256).exists() for file in model.files))
            for model in self._marks.all()
        )

    def remove(self, models: Iterable[str]) -> RemoveReport:
        """Delete pulled models, named `provider/model` or by the bare id. Raises `ModelNotFound` for one that is not here."""
        stored = self.list()
        chosen: dict[int, StoredModel] = {}
        for name in models:
            found = {index: model for index, model in enumerate(stored) if name in (model.name, model.model)}
            if not found:
                raise ModelNotFound(f"{name} is not in the store: modelruntime local list shows what is", model=name)
            chosen |= found
        kept = {file.sha256 for index, model in enumerate(stored) if index not in chosen for file in model.files}
        freed = 0
        for model in chosen.values():
            self._marks.erase(model)
            freed += sum(self._blobs.drop(file.sha256) for file in model.files if file.sha256 not in kept)
        return RemoveReport(tuple(model.name for model in chosen.values()), freed)


def _check_names(schema: ModelSchema) -> None:
    for file in schema.files:
        if file.name in ("", ".", "..") or any(sign in file.name for sign in "/\\\0:"):
            raise DeclarationInvalid(f"{schema.provider}/{schema.model} declares a file with the impossible name {file.name!r}")
        if len(file.sha256) != 64 or set(file.sha256) - set("0123456789abcdef") or file.size < 0:
            raise DeclarationInvalid(f"file {file.name!r} of {schema.provider}/{schema.model} needs a size and a lower-case sha256")
