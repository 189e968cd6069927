"""A provider's folder, a folder of such folders, or a single document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelruntime.schema.loading.read_file import read_yaml
from modelruntime.schema.loading.read_folder import is_provider_folder, read_document, read_folder
from modelruntime.schema.loading.yaml_document import YamlList

if TYPE_CHECKING:
    from modelruntime.schema.declaration import Declaration
    from modelruntime.schema.problem import ProblemLog


def read_tree(path: Path, log: ProblemLog) -> list[Declaration]:
    """All declarations below `path`, providers in the order of its `_position.yaml`, the rest by folder name.

    Of two providers with one id the first is kept and the second is an error.
    """
    if path.is_file():
        try:
            declaration = read_document(path.read_bytes(), log, str(path))
        except OSError as failed:
            log.error(str(path), 0, "unreadable", f"the file cannot be read: {failed.strerror or 'unknown reason'}")
            return []
        return [declaration] if declaration else []
    if not path.is_dir():
        log.error(str(path), 0, "not-found", "there is no such file or folder")
        return []
    folders = [path] if is_provider_folder(path) else _inner_folders(path)
    if not folders:
        log.warning(str(path), 0, "no-provider", "no provider is declared here")
    found = [declaration for folder in folders for declaration in read_folder(folder, log)]
    if path not in folders:
        _warn_of_names(found, log)
    return _in_position(_without_repeats(found, log), path, log)


def _inner_folders(path: Path) -> list[Path]:
    children = (child for child in sorted(path.iterdir()) if child.is_dir() and not child.name.startswith((".", "_")))
    return [child for child in children if is_provider_folder(child)]


def _warn_of_names(declarations: list[Declaration], log: ProblemLog) -> None:
    """Among other providers' folders a folder is best called like its provider."""
    for declaration in declarations:
        name = Path(declaration.schema.folder).name if declaration.schema and declaration.schema.folder else declaration.provider
        if name != declaration.provider:
            message = f"the provider {declaration.provider!r} stands in a folder called {name!r}"
            log.warning(declaration.file, declaration.line, "folder-name", message)


def _without_repeats(declarations: list[Declaration], log: ProblemLog) -> list[Declaration]:
    first: dict[str, Declaration] = {}
    kept: list[Declaration] = []
    for declaration in declarations:
        if declaration.schema is not None and (earlier := first.setdefault(declaration.provider, declaration)) is not declaration:
            log.error(
                declaration.file,
                declaration.line,
                "provider-shadowed",
                f"the provider {declaration.provider!r} is already declared in {earlier.file}; to add models say 'extends'",
            )
            continue
        kept.append(declaration)
    return kept


def _in_position(declarations: list[Declaration], path: Path, log: ProblemLog) -> list[Declaration]:
    file = path / "_position.yaml"
    if not file.is_file():
        return declarations
    names = read_yaml(file, log)
    if not isinstance(names, YamlList):
        log.warning(str(file), 1, "position-invalid", "a position file is a list of ids; it is ignored")
        return declarations
    place = {str(name): index for index, name in enumerate(names)}
    return sorted(declarations, key=lambda declaration: place.get(declaration.provider, len(place)))
