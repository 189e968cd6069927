"""Which rows of the catalogues a provider takes, and why not the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml
from scripts.catalogue.kind import kind_of, no_model
from scripts.catalogue.mapping import Fleet, Mapping, first_match, matches, reason_against
from scripts.catalogue.merge import ModelRow, merge_row, other_use
from scripts.catalogue.origin import Row, listed_rows, plugin_rows
from scripts.catalogue.parameter import load_parameters

PROVIDERS = Path(__file__).resolve().parents[2] / "src" / "modelruntime" / "providers"
_SAME_DIALECT = frozenset(("@ai-sdk/openai-compatible", "ai-gateway-provider"))


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The rows that are taken, and every other id with its reason."""

    taken: list[ModelRow]
    excluded: dict[tuple[str, str], str]
    """Model type and id → reason."""


def select(mapping: Mapping, fleet: Fleet, catalogue: Path, facts: dict[str, Any] | None = None) -> Selection:
    """The selection for one provider. `facts`: its `provider.yaml`, where there is one; types that it lacks are left out."""
    plugins = {(row["model_type"], row["model"]): row for row in plugin_rows(catalogue).get(mapping.dify or "", ())}
    listings = _listings(mapping, catalogue)
    kinds: dict[str, set[str]] = {}
    for kind, model in plugins:
        kinds.setdefault(model, set()).add(kind)
    keys = list(plugins)
    inferred: set[tuple[str, str]] = set()
    for model, listed in listings.items():
        if model not in kinds:
            kind, guessed = kind_of(listed, fleet)
            keys.append((kind, model))
            if guessed:
                inferred.add((kind, model))
    types = (facts or {}).get("supported_model_types")
    schema_profile = ((facts or {}).get("profile") or {}).get("output_mode", "json_schema") != "json_schema"
    taken: list[ModelRow] = []
    excluded: dict[tuple[str, str], str] = {}
    for key in keys:
        kind, model = key
        plugin, known = plugins.get(key), listings.get(model)
        codec, unspoken = _codec(mapping, model, known)
        reason = unspoken or _why_not(plugin, known, model, mapping, fleet)
        if reason is None and types is not None and kind not in types:
            reason = f"the provider declares no {kind} models"
        if reason:
            excluded[key] = reason
            continue
        row = merge_row(
            kind, plugin, known, mapping, fleet, inferred=key in inferred, codec=codec, schema_profile=schema_profile
        )  # fmt: skip
        taken.append(_with_facts(row, mapping))
        other = first_match(mapping.also, model) if kind == "llm" else None
        if other and (types is None or other in types):
            taken.append(other_use(row, other))
        if judge := _judge(row, plugin, known, mapping, fleet, types):
            taken.append(judge)
    taken += [ModelRow(row=row, kind=row["model_type"], origins=(), inferred=False, dropped={}) for row in mapping.own]
    return Selection(taken=taken, excluded=excluded)


def _with_facts(row: ModelRow, mapping: Mapping) -> ModelRow:
    found = [facts.set for facts in mapping.facts if facts.kind == row.kind and matches(facts.match, row.row["model"])]
    merged = {key: value for each in (row.row, *found) for key, value in each.items()}
    return msgspec.structs.replace(row, row={key: value for key, value in merged.items() if value is not None})


def _judge(
    row: ModelRow, plugin: Row | None, known: Row | None, mapping: Mapping, fleet: Fleet, types: list[str] | None
) -> ModelRow | None:
    """The chat model of a row as a moderation model, where it judges and the provider has moderation models."""
    model = row.row["model"]
    pattern = next((pattern for pattern in fleet.judges if matches(pattern, model)), None)
    if row.kind != "llm" or pattern is None or "moderation" not in (types or ()):
        return None
    judge = merge_row(
        "moderation", plugin, known, mapping, fleet, inferred=True, codec=None, schema_profile=False
    )  # fmt: skip
    words = load_parameters().words
    rules = [{"name": name, **words[name]} for name in fleet.judges[pattern]]
    sees = {"features": ["vision"]} if "image" in judge.row["modalities"]["input"] else {}
    return msgspec.structs.replace(judge, row={**judge.row, **sees, **({"parameter_rules": rules} if rules else {})})


def provider_facts(provider: str) -> dict[str, Any] | None:
    """`provider.yaml` of the fleet, None where there is no such folder."""
    file = PROVIDERS / provider / "provider.yaml"
    return yaml.safe_load(file.read_text("utf-8")) if file.is_file() else None


def _listings(mapping: Mapping, catalogue: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for name in mapping.modelsdev:
        for row in listed_rows(catalogue).get(name, ()):
            found.setdefault(row["model"], row)
    return found


def _codec(mapping: Mapping, model: str, listed: Row | None) -> tuple[str | None, str | None]:
    """The codec that a row names, or why the row cannot be spoken to."""
    stated = first_match(mapping.codecs, model)
    dialect = (listed or {}).get("dialect")
    if stated or not dialect:
        return stated, None
    package = dialect.get("npm", "@ai-sdk/openai" if dialect.get("shape") == "responses" else "")
    if package in mapping.dialects:
        return mapping.dialects[package] or None, None
    if package in _SAME_DIALECT and dialect.get("shape") != "responses":
        return None, None
    return None, f"served in the dialect of {package} alone, which the provider does not declare"


def _why_not(plugin: Row | None, listed: Row | None, model: str, mapping: Mapping, fleet: Fleet) -> str | None:
    if plugin and plugin["deprecated"] and listed is None:
        return "marked deprecated by the plugin, and models.dev does not list it"
    reason = reason_against(mapping.exclude, model) or no_model(plugin, listed) or reason_against(fleet.exclude, model)
    if reason is None and plugin and any(rule.get("name") == "model_name" for rule in plugin["parameter_rules"]):
        reason = "a family that the plugin resolves with a parameter; its models are declared one by one"
    return reason
