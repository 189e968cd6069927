"""A provider's folder, in either shape, and a provider's document.

The two shapes are one format with two habits, read by the same code:
  - the original's plugin: `manifest.yaml` names `provider/<id>.yaml`, whose `models: {llm: {predefined: [globs],
    position: file}}` names the model files. Only what a glob matches is a model. Also without a manifest;
  - ours: `provider.yaml`, and `models:` as a file, a list of files, or the models themselves; without that key
    `models.yaml` and `models/<type>/*.yaml`, as far as they exist. The layout before plugins, `<id>/<id>.yaml` and
    `<id>/<type>/*.yaml`, is read the same way.

An overlay says `extends: <id>` in place of a provider's identity, and has nothing but models.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime.schema.declaration import Declaration
from modelruntime.schema.loading.read_file import is_inside, matching_files, read_mapping, read_yaml, yaml_files
from modelruntime.schema.loading.read_model import parse_model_type
from modelruntime.schema.loading.read_models import ModelReader, type_folders
from modelruntime.schema.loading.read_provider import MODEL_KEYS, read_provider
from modelruntime.schema.loading.section import Section
from modelruntime.schema.loading.yaml_document import YamlList, YamlMap, parse_yaml

if TYPE_CHECKING:
    from modelruntime.schema.problem import ProblemLog

_OVERLAY_REFUSES = {"endpoint": "a model of an overlay cannot have an endpoint: the provider's keys would be sent there"}
_OVERLAY_KEYS = (*MODEL_KEYS, "provider")


def read_folder(folder: Path, log: ProblemLog) -> list[Declaration]:
    """What the folder declares: usually one provider. What is wrong is in the log."""
    found: list[Declaration] = []
    paths = provider_files(folder, log)
    if not paths:
        log.warning(str(folder), 0, "no-provider", "no provider is declared here")
    for path in paths:
        value = read_mapping(path, log)
        if value is None:
            continue
        declaration = _read(Section(value, str(path), log, "provider"), folder, own_shape=path.parent == folder)
        if declaration:
            found.append(declaration)
    return found


def read_document(text: str | bytes, log: ProblemLog, name: str = "document") -> Declaration | None:
    """What one YAML text declares: a provider or an overlay with its models inline."""
    errors = log.error_count
    value = parse_yaml(text, name, log)
    if isinstance(value, YamlMap):
        return _read(Section(value, name, log, "provider"), None, own_shape=True)
    if log.error_count == errors:
        log.error(name, 1, "not-a-mapping", "the document must hold a mapping")
    return None


def provider_files(folder: Path, log: ProblemLog) -> list[Path]:
    """Where the provider of a folder is declared; none if it is no provider's folder."""
    if (folder / "provider.yaml").is_file():
        return [folder / "provider.yaml"]
    if (folder / "manifest.yaml").is_file() and (named := _named_by_manifest(folder, log)):
        return named
    inner = sorted((folder / "provider").glob("*.yaml")) if (folder / "provider").is_dir() else []
    return inner or [path for path in [folder / f"{folder.name}.yaml"] if path.is_file()]


def is_provider_folder(folder: Path) -> bool:
    """Does anything in the folder look like a provider's declaration."""
    names = ("provider.yaml", "manifest.yaml", f"{folder.name}.yaml")
    return any((folder / name).is_file() for name in names) or any((folder / "provider").glob("*.yaml"))


def _named_by_manifest(folder: Path, log: ProblemLog) -> list[Path]:
    manifest = folder / "manifest.yaml"
    value = read_mapping(manifest, log)
    plugins = Section(value, str(manifest), log, "manifest").section("plugins") if value else None
    found: list[Path] = []
    for name in plugins.texts("models") if plugins else ():
        if not is_inside(folder / name, folder):
            log.error(str(manifest), 0, "path-escape", f"{name!r} leads out of the folder")
        elif (folder / name).is_file():
            found.append(folder / name)
        else:
            log.warning(str(manifest), 0, "file-missing", f"the manifest names {name!r}, which is not there")
    return found


def _read(section: Section, folder: Path | None, *, own_shape: bool) -> Declaration | None:
    if section.given("extends"):
        return _read_overlay(section, folder, own_shape=own_shape)
    schema = read_provider(section, str(folder) if folder else None)
    if schema is None:
        return None
    reader = _reader(section, schema.provider, {})
    position = _read_models(section, folder, reader, own_shape=own_shape)
    _check_types(section, reader, tuple(schema.supported_model_types))
    models = reader.ordered(position)
    schema = msgspec.structs.replace(schema, position=position)
    return Declaration(
        provider=schema.provider,
        schema=schema,
        models=models,
        declared=reader.declared,
        file=section.file,
        line=section.line("provider"),
    )


def _read_overlay(section: Section, folder: Path | None, *, own_shape: bool) -> Declaration | None:
    target = section.text("extends")
    section.name = f"overlay of {target}"
    foreign = [key for key in section.value if key not in _OVERLAY_KEYS]
    if not target:
        section.fail("extends", "overlay-without-target", "'extends' names the provider whose models are added")
        return None
    if section.given("provider") and section.text("provider") != target:
        section.fail("provider", "overlay-identity", f"an overlay of {target!r} cannot be another provider")
        return None
    for key in foreign:
        section.fail(key, "overlay-identity", f"an overlay adds or replaces models; it cannot change {key!r}")
    if foreign:
        return None
    reader = _reader(section, target, _OVERLAY_REFUSES)
    position = _read_models(section, folder, reader, own_shape=own_shape)
    return Declaration(
        provider=target, models=reader.ordered(position), declared=reader.declared, file=section.file, line=section.line("extends")
    )


def _reader(section: Section, provider: str, refused: dict[str, str]) -> ModelReader:
    defaults = section.raw("defaults")
    return ModelReader(provider, section.log, defaults if isinstance(defaults, YamlMap) else None, refused)


def _read_models(section: Section, folder: Path | None, reader: ModelReader, *, own_shape: bool) -> dict[str, tuple[str, ...]]:
    """Fill the reader; gives the positions that are stated."""
    models = section.raw("models")
    position: dict[str, tuple[str, ...]] = {}
    if isinstance(models, YamlList) and any(isinstance(item, YamlMap) for item in models):
        reader.read_value(models, section.file)
    elif folder is None:
        if models is not None:
            section.fail("models", "models-not-inline", "a document holds its models itself, as a list")
    elif isinstance(models, YamlMap):
        _read_globs(section, folder, reader, position)
    elif models is not None:
        _read_patterns(section, "models", section.texts("models"), folder, reader, None)
    elif own_shape:
        reader.read_files([path for path in [folder / "models.yaml"] if path.is_file()], None)
        for kind, child in type_folders(folder):
            reader.read_files([path for path in yaml_files(child) if path.name != "_position.yaml"], kind)
            _read_position(section, child / "_position.yaml", kind, position)
    stated = section.section("position")
    if stated:
        position |= {str(parse_model_type(word) or word): stated.texts(word) for word in stated.value}
    _check_position(section, reader, position)
    if folder is not None:
        _check_unmatched(section, folder, reader)
    return position


def _read_globs(section: Section, folder: Path, reader: ModelReader, position: dict[str, tuple[str, ...]]) -> None:
    """`models: {llm: {predefined: [globs], position: file}}`."""
    models = section.section("models")
    for word in models.value if models else ():
        kind = parse_model_type(word)
        nested = models.section(word) if models else None
        if kind is None:
            section.warn("models", "unknown-model-type", f"'models' names the model type {word!r}, which there is not")
        if kind is None or nested is None:
            continue
        _read_patterns(nested, "predefined", nested.texts("predefined"), folder, reader, kind)
        file = nested.text("position")
        if file is not None and not is_inside(folder / file, folder):
            nested.fail("position", "path-escape", f"{file!r} leads out of the folder")
        elif file is not None and not (folder / file).is_file():
            nested.warn("position", "file-missing", f"the position file {file!r} is not there")
        elif file is not None:
            _read_position(nested, folder / file, kind, position)
        nested.finish()


def _read_patterns(section: Section, key: str, patterns: tuple[str, ...], folder: Path, reader: ModelReader, kind: Any) -> None:
    for pattern in patterns:
        paths = matching_files(folder, pattern)
        if paths is None:
            section.fail(key, "path-escape", f"{pattern!r} leads out of the folder")
        elif not paths:
            section.warn(key, "glob-matches-nothing", f"{pattern!r} matches no file")
        else:
            reader.read_files(paths, kind)


def _read_position(section: Section, path: Path, kind: str, position: dict[str, tuple[str, ...]]) -> None:
    if not path.is_file():
        return
    errors = section.log.error_count
    value = read_yaml(path, section.log)
    if isinstance(value, YamlList):
        position[str(kind)] = tuple(str(name) for name in value if not isinstance(name, YamlList | YamlMap) and name is not None)
    elif value is not None or section.log.error_count == errors:
        section.log.warning(str(path), 1, "position-invalid", "a position file is a list of ids; it is ignored")


def _check_position(section: Section, reader: ModelReader, position: dict[str, tuple[str, ...]]) -> None:
    for kind, names in position.items():
        known = reader.names(kind)
        if unknown := [name for name in names if name not in known]:
            section.warn("models", "position-unknown", f"the {kind} position names what is not there: {_some(unknown)}")
        if missing := sorted(known.difference(names)):
            section.warn("models", "position-misses", f"the {kind} position misses, so they come last: {_some(missing)}")


def _check_types(section: Section, reader: ModelReader, supported: tuple[str, ...]) -> None:
    for kind in sorted(reader.kinds().difference(supported)):
        section.warn("supported_model_types", "type-not-supported", f"there are {kind} models, but the type is not listed")


def _check_unmatched(section: Section, folder: Path, reader: ModelReader) -> None:
    for path in yaml_files(folder / "models"):
        if path not in reader.files and not path.name.startswith("_"):
            section.log.warning(str(path), 0, "unmatched-file", "no pattern of the provider matches this file; it is ignored")


def _some(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
