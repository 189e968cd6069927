"""What the doctor looks at: the file as text and as it is read, the data directory, this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from modelruntime.codecs.json_value import is_array, is_object

if TYPE_CHECKING:
    from modelruntime.cli.serve_plan import ServePlan
    from modelruntime.schema.catalogue import Catalogue

Level = Literal["broken", "unsafe", "note"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be: `broken` does not work, `unsafe` works and may do harm, `note` is good to know."""

    level: Level
    code: str
    message: str
    remedy: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing here was changed or asked over a network."""

    plan: ServePlan
    raw: dict[str, Any]
    """The file before anything was read from elsewhere; empty without one."""
    data: Path
    environ: Mapping[str, str]
    catalogue: Catalogue

    def clear_texts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every text that stands in the file itself, with the names that lead to it."""
        yield from _texts(self.raw, ())


def gather(plan: ServePlan, data: Path | None, environ: Mapping[str, str]) -> Facts:
    """Look. Raises `ParameterInvalid` for a file that cannot be used."""
    from modelruntime.cli.serve_plan import folders_of
    from modelruntime.schema.catalogue import Catalogue

    return Facts(
        plan=plan,
        raw=_raw(plan.path) if plan.path is not None else {},
        data=data or data_directory(plan, environ),
        environ=environ,
        catalogue=Catalogue.load(folders_of(plan), environ),
    )


def data_directory(plan: ServePlan, environ: Mapping[str, str]) -> Path:
    """That of the file, else of `MODELRUNTIME_DATA`, else beneath the user's data home."""
    from modelruntime.schema.data_home import data_home

    if plan.file.data is not None:
        return (plan.path.parent if plan.path else Path()) / Path(plan.file.data).expanduser()
    return Path(environ["MODELRUNTIME_DATA"]) if environ.get("MODELRUNTIME_DATA") else data_home(environ)


def mode_of(path: Path) -> int | None:
    """The permission bits; None where there is no such file, or no such thing as bits."""
    try:
        return path.stat().st_mode & 0o777 if os.name == "posix" else None
    except OSError:
        return None


def _raw(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    found: Any = msgspec.toml.decode(text) if path.suffix == ".toml" else msgspec.yaml.decode(text)
    return found if is_object(found) else {}


def _texts(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if is_object(value):
        for name, item in value.items():
            yield from _texts(item, (*place, str(name)))
    elif is_array(value):
        for item in value:
            yield from _texts(item, place)
    elif isinstance(value, str) and not value.startswith(("env:", "file:")):
        yield place, value
