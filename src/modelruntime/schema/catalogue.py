"""Every declared provider and model, from all sources, as one view.

Layers, lowest first: the built-in providers, a newer catalogue of their models (`refreshed_catalogue.py`), installed
packages, directories of the environment, what the caller names, posted documents. A layer adds providers and overlays. A
provider whose id is taken is left out with a problem; an overlay adds models to a provider of any layer, or replaces some.
A provider is found by its aliases too, where no provider has that very id.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from modelruntime.entities.errors import DeclarationInvalid, ModelNotFound
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.body import Place
from modelruntime.schema.bulk import in_bulk
from modelruntime.schema.compiled import open_compiled
from modelruntime.schema.icon import read_icon
from modelruntime.schema.problem import Problem, ProblemLog
from modelruntime.schema.refreshed_catalogue import refreshed_folder
from modelruntime.schema.snapshot import Models, ProviderRow, Snapshot, compile_snapshot
from modelruntime.schema.sources import installed_folders, named_directories

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelruntime.schema.model import ModelSchema
    from modelruntime.schema.provider import ProviderSchema

BUILT_IN = Path(__file__).resolve().parents[1] / "providers"
"""The folder of the built-in providers."""

SNAPSHOT_NAME = "providers.snapshot"
"""The compiled built-in providers, put beside their folders when the package is built."""

_KINDS = tuple(kind.value for kind in ModelType)
_Owned = tuple[Snapshot, ProviderRow]


class Catalogue:
    """Immutable: a change makes a new catalogue. Models are decoded when first asked for and kept."""

    def __init__(self, layers: Sequence[Snapshot], problems: Sequence[Problem] = ()) -> None:
        self._layers = tuple(layers)
        self._source_problems = tuple(problems)
        log = ProblemLog()
        self._owners = _owners(self._layers, log)
        self._aliases = _aliases(self._owners, log)
        self._overlays = _overlays(self._layers, self._owners, self._aliases, log)
        self._merge_problems = tuple(log.problems)
        self._providers: dict[str, ProviderSchema] = {}
        self._places: dict[str, dict[str, dict[str, tuple[Snapshot, Place]]]] = {}
        self._models: dict[tuple[str, str, str], ModelSchema] = {}
        """Those that were asked for one by one."""
        self._whole: dict[str, Models] = {}
        """Those of providers whose models were all asked for."""

    @classmethod
    def load(cls, extra: Sequence[Path] = (), environ: Mapping[str, str] | None = None) -> Catalogue:
        """The catalogue of this installation, with the folders or documents `extra` on top.

        A source that cannot be read is left out and told in `problems`; this never raises for a broken declaration.
        """
        environ = os.environ if environ is None else environ
        log = ProblemLog()
        layers = _built_in(environ)
        for path in (*_refreshed(environ), *installed_folders(log), *named_directories(environ), *extra):
            try:
                layers.append(open_compiled(Path(path), environ))
            except OSError as failed:
                log.error(str(path), 0, "unreadable", f"the folder cannot be read: {failed.strerror or 'unknown reason'}")
        return cls(layers, log.problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Errors and warnings of every source, in layer order; then those of putting them together."""
        return (*self._source_problems, *(p for layer in self._layers for p in layer.problems), *self._merge_problems)

    def provider_ids(self) -> tuple[str, ...]:
        """All providers, in position order within each layer."""
        return tuple(self._owners)

    def id_of(self, name: str) -> str:
        """The id of the provider that has it, or that has it as an alias; the name itself where there is none."""
        return self._aliases.get(name, name)

    def provider(self, provider: str) -> ProviderSchema:
        """The provider with that id or alias. Raises `ModelNotFound`, which names the nearest id, where there is none."""
        provider = self.id_of(provider)
        schema = self._providers.get(provider)
        if schema is None:
            snapshot, row = self._owner(provider)
            found = snapshot.provider(row)
            assert found is not None, "owners are rows with a schema"
            schema = self._providers[provider] = found
        return schema

    def find(self, provider: str) -> ProviderSchema | None:
        """The provider with that id or alias, None where nobody declares it."""
        return self.provider(provider) if self.id_of(provider) in self._owners else None

    def models(self, provider: str | None = None, model_type: ModelType | str | None = None) -> Iterator[ModelSchema]:
        """Models of one provider or all, of one type or all: by provider, type, position.

        Raises `ModelNotFound` for a provider that nobody declares.
        """
        owners = tuple(self._owners) if provider is None else (self.id_of(provider),)
        if model_type is None:
            for whole in in_bulk(lambda: [self._whole_of(owner) for owner in owners]):
                for models in whole.values():
                    yield from models.values()
            return
        kind = str(model_type)
        for owner in owners:
            yield from in_bulk(partial(self._of_type, owner, kind))

    def model(self, provider: str, model_type: ModelType | str, model: str) -> ModelSchema | None:
        """The model, or None where nobody declares it."""
        provider = self.id_of(provider)
        if provider not in self._owners or model not in self._places_of(provider).get(str(model_type), {}):
            return None
        return self._decoded(provider, str(model_type), model)

    def icon(self, provider: str, kind: str, language: str) -> tuple[bytes, str] | None:
        """Bytes and media type of an icon; `kind` is `icon_small`, `icon_large` or one of them with `_dark`.

        None where the provider has no such icon. Raises `ModelNotFound` for a provider that nobody declares.
        """
        return read_icon(self.provider(provider), kind, language)

    def with_document(self, text: str) -> Catalogue:
        """This catalogue and one provider or overlay more, written as YAML with its models inline.

        Raises `DeclarationInvalid` with every error in `problems`, also for an id that is taken or a missing provider.
        """
        from modelruntime.schema.loading.read_folder import read_document

        log = ProblemLog()
        declaration = read_document(text, log)
        if declaration is None or log.error_count:
            raise _invalid(log.problems)
        layer = Snapshot(compile_snapshot([declaration], log.problems))
        result = Catalogue((*self._layers, layer), self._source_problems)
        if added := result._merge_problems[len(self._merge_problems) :]:
            raise _invalid(added)
        return result

    def _owner(self, provider: str) -> _Owned:
        owned = self._owners.get(provider)
        if owned is None:
            raise ModelNotFound(_no_provider(provider, self._owners), provider=provider)
        return owned

    def _places_of(self, provider: str) -> dict[str, dict[str, tuple[Snapshot, Place]]]:
        """`{type: {model: where}}` with overlays applied: types in their order, a replaced model keeps its place."""
        found = self._places.get(provider)
        if found is None:
            merged: dict[str, dict[str, tuple[Snapshot, Place]]] = {}
            for snapshot, row in (self._owner(provider), *self._overlays.get(provider, ())):
                for kind, places in snapshot.places(row).items():
                    merged.setdefault(kind, {}).update({name: (snapshot, place) for name, place in places.items()})
            found = self._places[provider] = {kind: merged[kind] for kind in _KINDS if kind in merged}
        return found

    def _of_type(self, provider: str, kind: str) -> list[ModelSchema]:
        return [self._decoded(provider, kind, name) for name in self._places_of(provider).get(kind, {})]

    def _whole_of(self, provider: str) -> Models:
        """All models of a provider, with overlays applied as in `_places_of`."""
        found = self._whole.get(provider)
        if found is None:
            found = self._whole[provider] = self._decoded_whole(provider)
        return found

    def _decoded_whole(self, provider: str) -> Models:
        merged: Models = {}
        for snapshot, row in (self._owner(provider), *self._overlays.get(provider, ())):
            for kind, models in snapshot.models(row).items():
                merged.setdefault(kind, {}).update(models)
        for (owner, kind, name), model in self._models.items():
            if owner == provider:  # whoever has it already has the same
                merged[kind][name] = model
        return {kind: merged[kind] for kind in _KINDS if kind in merged}

    def _decoded(self, provider: str, kind: str, name: str) -> ModelSchema:
        whole = self._whole.get(provider)
        if whole is not None:
            return whole[kind][name]
        key = (provider, kind, name)
        model = self._models.get(key)
        if model is None:
            snapshot, place = self._places[provider][kind][name]
            model = self._models[key] = snapshot.model(place)
        return model


def _built_in(environ: Mapping[str, str]) -> list[Snapshot]:
    compiled = BUILT_IN / SNAPSHOT_NAME
    if compiled.is_file():
        return [Snapshot(compiled.read_bytes(), BUILT_IN)]
    return [open_compiled(BUILT_IN, environ)] if BUILT_IN.is_dir() else []


def _refreshed(environ: Mapping[str, str]) -> tuple[Path, ...]:
    folder = refreshed_folder(environ)
    return (folder,) if folder is not None and folder.is_dir() else ()


def _owners(layers: Sequence[Snapshot], log: ProblemLog) -> dict[str, _Owned]:
    owners: dict[str, _Owned] = {}
    for layer in layers:
        for row in layer.rows:
            if row.schema is None:
                continue
            if row.provider in owners:
                log.error(
                    layer.locate(row.file),
                    row.line,
                    "provider-shadowed",
                    f"the provider {row.provider!r} exists already and stays; to add models say 'extends: {row.provider}'",
                )
                continue
            owners[row.provider] = (layer, row)
    return owners


def _aliases(owners: Mapping[str, _Owned], log: ProblemLog) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer, row in owners.values():
        for alias in row.aliases:
            if alias in found:
                log.error(layer.locate(row.file), row.line, "alias-taken", f"{alias!r} is an alias of {found[alias]} already")
            elif alias not in owners:
                found[alias] = row.provider
    return found


def _overlays(
    layers: Sequence[Snapshot], owners: Mapping[str, _Owned], aliases: Mapping[str, str], log: ProblemLog
) -> dict[str, list[_Owned]]:
    overlays: dict[str, list[_Owned]] = {}
    for layer in layers:
        for row in layer.rows:
            provider = aliases.get(row.provider, row.provider)
            if row.schema is None and provider in owners:
                overlays.setdefault(provider, []).append((layer, row))
            elif row.schema is None:
                log.error(layer.locate(row.file), row.line, "overlay-target-missing", _no_provider(row.provider, owners))
    return overlays


def _no_provider(wanted: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(wanted, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else "list the providers to see which there are."
    return f"no provider is called {wanted!r}; {hint}"


def _invalid(problems: Sequence[Problem]) -> DeclarationInvalid:
    errors = tuple(str(problem) for problem in problems if problem.severity == "error")
    first = next((problem.message for problem in problems if problem.severity == "error"), "it declares nothing")
    return DeclarationInvalid(f"the declaration cannot be used: {first}", errors)
