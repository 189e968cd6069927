"""Profiles laid over each other: codec < model family < provider < model < credential-derived.

A later layer wins key by key. Mappings (`rename`, `constants`, `paths`, …) merge per entry; the lists `drop` and
`json_parameters` are sets and add up; everything else is replaced. A null takes a key, or an entry of a mapping, back to
the default, whatever the layers before said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.profile import Profile

_SETS = frozenset(("drop", "json_parameters"))
_KNOWN = frozenset(Profile.__struct_fields__)


def merge_profiles(*layers: Mapping[str, Any]) -> Profile:
    """The profile of all layers, the last one the strongest.

    Raises `DeclarationInvalid` naming an unknown key and the known ones nearest to it, or a value that its key cannot hold.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            if key not in _KNOWN:
                raise DeclarationInvalid(_unknown(key))
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = _combined(key, merged.get(key), value)
    try:
        return msgspec.convert(merged, Profile)
    except msgspec.ValidationError as cause:
        raise DeclarationInvalid(f"the profile cannot be read: {cause}") from cause


def _combined(key: str, before: Any, value: Any) -> Any:
    if isinstance(value, dict):
        entries = {**_entries(before), **_entries(cast("object", value))}
        return {name: entry for name, entry in entries.items() if entry is not None}
    if key in _SETS and isinstance(before, list | tuple) and isinstance(value, list | tuple):
        return list(dict.fromkeys((*cast("list[Any]", before), *cast("list[Any]", value))))
    return value


def _entries(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _unknown(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(_KNOWN), n=3)
    advice = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"a profile has no {key!r}{advice}"
