"""Facts about model families, whoever serves them: `profiles/*.yaml`.

A row has the family's name, patterns of model ids, a profile, and where the facts come from:

    - family: mistral
      models: [mistral-*, codestral-*]
      profile: {tool_call_ids: alphanumeric9}
      source: [{url: https://…, date: 2026-11-22}]

A row may name `codecs`: patterns of the codecs whose speech the facts are about; hosts that reach the family in another dialect
say what they want by themselves.

Patterns are globs (`*`, `?`, `[…]`) over the id in lower case, and over what stands after its last slash, so that
`mistralai/Mistral-7B` belongs too. The first row that matches decides: specific rows stand before general ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from typing import Any

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.profile_merge import merge_profiles


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One row."""

    family: str
    models: tuple[str, ...]
    profile: dict[str, Any]
    codecs: tuple[str, ...] = ()
    """Patterns of codec names; empty: whichever codec speaks."""
    source: tuple[FactSource, ...] = ()


class Families:
    """All families, in order."""

    def __init__(self, rows: Iterable[Family]) -> None:
        self.rows = tuple(rows)
        self._patterns = tuple((_any_of(row.models), _any_of(row.codecs or ("*",)), row.profile) for row in self.rows)
        self._found: dict[tuple[str, str], dict[str, Any]] = {}

    def profile_for(self, model_id: str, codec: str = "") -> dict[str, Any]:
        """The profile layer of the model's family as that codec speaks to it; empty for a model of none. Do not change it."""
        key = (model_id, codec)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _REMEMBERED_AT_MOST:
                self._found.clear()
            found = self._found[key] = self._look_up(model_id.lower(), codec)
        return found

    def encode(self) -> bytes:
        """The families as bytes that `decode_families` reads: compiled once, no YAML at run time."""
        return msgspec.msgpack.encode(self.rows)

    def _look_up(self, name: str, codec: str) -> dict[str, Any]:
        last = name.rpartition("/")[2]
        matching = (
            profile
            for models, codecs, profile in self._patterns
            if codecs.match(codec) and (models.match(name) or models.match(last))
        )
        return next(matching, _NOTHING)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)))


_REMEMBERED_AT_MOST = 4096
_NOTHING: dict[str, Any] = {}


def parse_families(rows: Iterable[Mapping[str, Any]]) -> Families:
    """Families from rows as a YAML reader gives them.

    Raises `DeclarationInvalid` naming the family whose row is incomplete, or whose profile has a key nobody knows.
    """
    parsed: list[Family] = []
    for number, row in enumerate(rows, start=1):
        name = row.get("family", f"number {number}")
        try:
            family = msgspec.convert(row, Family, str_keys=True)
            merge_profiles(family.profile)
        except (msgspec.ValidationError, DeclarationInvalid) as cause:
            raise DeclarationInvalid(f"the model family {name}: {cause}") from cause
        if not family.models or any(pattern != pattern.lower() for pattern in family.models):
            raise DeclarationInvalid(f"the model family {name}: 'models' needs patterns, in lower case")
        parsed.append(family)
    return Families(parsed)


def decode_families(content: bytes) -> Families:
    """Families that `Families.encode` wrote. Raises `DeclarationInvalid` for anything else."""
    try:
        return Families(msgspec.msgpack.decode(content, type=tuple[Family, ...]))
    except msgspec.MsgspecError as cause:
        raise DeclarationInvalid(f"these are no compiled model families: {cause}") from cause
