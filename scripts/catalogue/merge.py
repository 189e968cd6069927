"""One row of `models.yaml` from what the catalogues say of a model."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from scripts.catalogue.cost import listed_price, plugin_price, with_cache_prices
from scripts.catalogue.mapping import Fleet, Mapping, first_match
from scripts.catalogue.origin import Row
from scripts.catalogue.parameter import rules_of
from scripts.catalogue.trait import features_of, modalities_of, reasoning_of

_PROPERTIES = {
    "text-embedding": ("max_chunks",),
    "moderation": ("max_chunks", "max_characters_per_chunk"),
    "speech2text": ("file_upload_limit", "supported_file_extensions"),
    "tts": ("default_voice", "voices", "word_limit", "audio_type", "max_workers"),
}
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


class ModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """The row's mapping, where its facts come from, and what was left out of it."""

    row: dict[str, Any]
    kind: str
    origins: tuple[str, ...]
    """Of `dify` and `modelsdev`."""
    inferred: bool
    """Was the type taken from the id."""
    dropped: dict[str, str]


def merge_row(
    kind: str, plugin: Row | None, listed: Row | None, mapping: Mapping, fleet: Fleet, *, inferred: bool, codec: str | None,
    schema_profile: bool,
) -> ModelRow:  # fmt: skip
    """The merged row of a model; at least one of `plugin` and `listed` is given.

    `schema_profile`: does the provider take a JSON Schema with those models only that say so.
    """
    model = (plugin or listed or {})["model"]
    if listed is not None and (wrong := first_match(mapping.lacks, model)):
        media = {way: [kind for kind in kinds if kind not in wrong] for way, kinds in listed["modalities"].items()}
        listed = {**listed, "modalities": media}
    reasoning = reasoning_of(plugin, listed, fleet) if kind == "llm" else None
    context, output = _limits(kind, plugin, listed)
    row: dict[str, Any] = {"model": model}
    if kind != "llm":
        row["model_type"] = kind
    label = (listed or {}).get("name")
    if label and _bare(label) != _bare(model):
        row["label"] = {"en_US": label}
    released = str((listed or {}).get("release_date") or "")
    if _DATE.fullmatch(released):
        row["released"] = released if len(released) == 10 else f"{released}-01"
    if (plugin and plugin["deprecated"]) or (listed or {}).get("status") == "deprecated":
        row["deprecated"] = True
    if codec:
        row["codec"] = codec
    row["endpoint"] = first_match(mapping.endpoints, model)
    properties = _properties(kind, plugin, context)
    tokenizer = first_match(fleet.tokenizers, model) if kind == "llm" else None
    stated_properties = first_match(mapping.properties, model) or {}
    row["model_properties"] = properties | ({"tokenizer": tokenizer} if tokenizer else {}) | stated_properties
    if output:
        row["limits"] = {"output": output}
    stated = first_match(mapping.features, model) or ()
    row["features"] = features_of(kind, plugin, listed, bool(reasoning), stated)
    row["modalities"] = modalities_of(kind, plugin, listed)
    if reasoning:
        row["reasoning"] = reasoning
    row["profile"] = first_match(mapping.profiles, model) or {}
    dropped: dict[str, str] = {}
    if kind == "llm":
        schema = "structured-output" in row["features"]
        if schema and schema_profile:
            row["profile"] = {"output_mode": "json_schema", **row["profile"]}
        made = rules_of(plugin, listed, mapping, output, schema, reasoning)
        row["parameter_rules"], dropped = made.rules, made.dropped
    row["pricing"] = _price(kind, plugin, listed, mapping)
    origins = tuple(name for name, given in (("modelsdev", listed), ("dify", plugin)) if given)
    return ModelRow(row=_without_empty(row), kind=kind, origins=origins, inferred=inferred, dropped=dropped)


def other_use(row: ModelRow, kind: str) -> ModelRow:
    """The same model as one of another type: what it is called, where it stands and what it costs."""
    names: tuple[str, ...] = ("model", "label", "released", "deprecated", "pricing")
    kept = {key: row.row[key] for key in names if key in row.row}
    facts: dict[str, Any] = {**kept, "model_type": kind, "features": [], "modalities": modalities_of(kind, None, None)}
    return ModelRow(row=facts, kind=kind, origins=row.origins, inferred=True, dropped={})


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None and (value != {} or key == "features")}


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", name.rpartition("/")[2].lower())


def _limits(kind: str, plugin: Row | None, listed: Row | None) -> tuple[int | None, int | None]:
    """Context and longest answer in tokens: models.dev's context, the longer of the answers, never more than the context."""
    limit = (listed or {}).get("limit") or {}
    context = limit.get("context") or ((plugin or {}).get("model_properties") or {}).get("context_size") or None
    if kind != "llm":
        return context, None
    rules = (plugin or {}).get("parameter_rules", ())
    stated = [rule.get("max") for rule in rules if rule.get("use_template") == "max_tokens" or rule.get("name") in _ANSWERS]
    answers = [int(value) for value in (limit.get("output"), *stated) if value]
    output = max(answers) if answers else None
    return context, min(output, context) if output and context else output


_ANSWERS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "maxTokens")


def _properties(kind: str, plugin: Row | None, context: int | None) -> dict[str, Any]:
    said = (plugin or {}).get("model_properties") or {}
    found: dict[str, Any] = {}
    if kind == "llm" and said.get("mode") == "completion":
        found["mode"] = "completion"
    if context and kind not in ("tts", "speech2text"):
        found["context_size"] = context
    for key in _PROPERTIES.get(kind, ()):
        if said.get(key) not in (None, ""):
            found[key] = said[key]
    voices = {voice["mode"]: voice for voice in found.get("voices", ())}
    if "voices" in found:
        found["voices"] = list(voices.values())
    return found


def _price(kind: str, plugin: Row | None, listed: Row | None, mapping: Mapping) -> dict[str, Any] | None:
    if mapping.prices == "none":
        return None
    by_tokens = "llm" if mapping.speech_by_tokens and kind in ("tts", "speech2text") else kind
    theirs = listed_price(by_tokens, listed) if listed else None
    own = plugin_price(kind, plugin) if plugin else None
    price = (own or theirs) if mapping.prices == "dify" else (theirs or own)
    return with_cache_prices(price, mapping.cache_prices) if price and kind == "llm" else price
