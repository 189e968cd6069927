"""The families that come with the package: compiled in a wheel, read from YAML in a source checkout."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.families import Families, decode_families, parse_families

FOLDER = Path(__file__).with_name("profiles")
COMPILED_NAME = "families.msgpack"
"""The compiled families, put beside the YAML when a wheel is built."""


@lru_cache(maxsize=1)
def load_families() -> Families:
    """The families of this installation."""
    compiled = FOLDER / COMPILED_NAME
    return decode_families(compiled.read_bytes()) if compiled.is_file() else read_families(FOLDER)


def read_families(folder: Path) -> Families:
    """The families of every `*.yaml` in a folder, in the order of their names. Raises `DeclarationInvalid`."""
    import yaml

    rows: list[dict[str, Any]] = []
    for file in sorted(folder.glob("*.yaml")):
        content: Any = yaml.safe_load(file.read_text("utf-8"))
        try:
            listed = msgspec.convert(content, list[dict[str, Any]])
        except msgspec.ValidationError as cause:
            raise DeclarationInvalid(f"{file.name} must be a list of model families: {cause}") from cause
        rows.extend({**row, "source": _dated(row.get("source", []))} for row in listed)
    return parse_families(rows)


def _dated(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """YAML reads a bare date as a date."""
    return [{**source, "date": str(source["date"])} if "date" in source else source for source in sources]
