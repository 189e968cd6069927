"""The text of `models.yaml`: anchors, defaults, one row a line."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scripts.catalogue.anchor import Anchors, rule_name, shape_name
from scripts.catalogue.flow import flow
from scripts.catalogue.mapping import Mapping
from scripts.catalogue.merge import ModelRow

KINDS = ("llm", "text-embedding", "rerank", "speech2text", "tts", "moderation")
_ABILITY = ("model_type", "features", "modalities", "reasoning", "profile")
_SHARED = (*_ABILITY, "limits", "parameter_rules")
_SHARES = ((("model_properties", *_SHARED), 3), (_SHARED, 2), (_ABILITY, 2))
"""Keys that rows may share, most first, and how many rows make an anchor worth its line."""
_DIFY = "https://github.com/langgenius/dify-official-plugins/tree/main/models/{}"
_FACTS = {"modelsdev": ["limits", "modalities", "features", "reasoning", "released", "pricing"],
          "dify": ["parameter_rules", "model_properties", "features", "pricing"]}  # fmt: skip
_BOUNDS = ["temperature", "top_p", "presence_penalty", "frequency_penalty"]


def models_text(provider: str, mapping: Mapping, rows: list[ModelRow]) -> str:
    """The whole file; the same rows give the same text."""
    anchors = Anchors()
    shapes = Counter(flow(_shape(row, keys)) for row in rows for keys, _ in _SHARES)
    usual_source = Counter((row.origins, row.inferred) for row in rows).most_common(1)[0][0]
    money = {kind: _usual_money(rows, kind) for kind in KINDS}
    body: list[str] = []
    for kind in KINDS:
        mine = sorted((row for row in rows if row.kind == kind), key=lambda row: (row.row["model"].lower(), row.row["model"]))
        if mine:
            body.append(f"  # {kind}")
        for row in mine:
            stated = _stated(row, anchors, shapes, money[kind])
            if (row.origins, row.inferred) != usual_source and "source" not in row.row:
                stated["source"] = anchors.name(_sources(mapping, row.origins, row.inferred), _source_name(row))
            body.append(f"  - {flow(stated)}")
    sources = [f"    - {flow(source)}" for source in _sources(mapping, *usual_source)]
    typed = [
        f"  {kind}: {flow(_type_defaults(kind, money[kind]))}"
        for kind in KINDS
        if money[kind] or (kind == "llm" and _of(rows, kind))
    ]
    head = [
        f"# Models of {provider}, written by `python -m scripts.catalogue {provider}` from the two catalogues it names as sources.",
        "# What is left out, and why, stands in scripts/catalogue/providers.yaml; do not edit by hand: the next run would undo it.",
    ]
    listed = ["anchors:", *anchors.lines, ""] if anchors.lines else []
    usual = ["  model_type: llm"] if _of(rows, "llm") else []
    if mapping.retired:
        usual.append(f"  deprecated: {flow({'date': mapping.retired})}")
    return "\n".join([*head, "", *listed, "defaults:", *usual, *typed, "  source:", *sources, "", "models:", *body, ""])


def _of(rows: list[ModelRow], kind: str) -> list[ModelRow]:
    return [row for row in rows if row.kind == kind]


def _type_defaults(kind: str, money: tuple[str, str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"model_properties": {"mode": "chat"}} if kind == "llm" else {}
    return found | ({"pricing": {"currency": money[0], "per": money[1]}} if money else {})


def _usual_money(rows: list[ModelRow], kind: str) -> tuple[str, str] | None:
    """Currency and unit of most prices of a type, where more rows have a price than have none."""
    priced = [row.row["pricing"] for row in _of(rows, kind) if "pricing" in row.row]
    if len(priced) * 2 <= len(_of(rows, kind)):
        return None
    return Counter((price["currency"], price["per"]) for price in priced).most_common(1)[0][0]


def _shape(row: ModelRow, keys: tuple[str, ...]) -> dict[str, Any]:
    """Those facts of a row that other rows may have too."""
    return {key: row.row[key] for key in keys if key in row.row}


def _stated(row: ModelRow, anchors: Anchors, shapes: Counter[str], money: tuple[str, str] | None) -> dict[str, Any]:
    """The row with aliases for what it shares, and without what the defaults say."""
    own = dict(row.row)
    stated: dict[str, Any] = {}
    for keys, least in _SHARES:
        shape = _shape(row, keys)
        if shapes[flow(shape)] >= least and "voices" not in shape.get("model_properties", ()):
            stated["<<"] = anchors.name(_with_aliases(shape, anchors), shape_name(shape, row.kind))
            own = {key: value for key, value in own.items() if key not in shape}
            break
    own = _with_aliases(own, anchors)
    if "endpoint" in own:
        own["endpoint"] = anchors.name(own["endpoint"], "endpoint")
    voices = own.get("model_properties", {}).get("voices")
    if voices:
        own["model_properties"] = {**own["model_properties"], "voices": anchors.name(voices, f"voices_{len(voices)}")}
    price = own.pop("pricing", None)
    stated |= own
    if price and money:
        usual = dict(zip(("currency", "per"), money, strict=True))
        price = {key: value for key, value in price.items() if usual.get(key) != value}
    if price or money:
        stated["pricing"] = price
    return stated


def _with_aliases(facts: dict[str, Any], anchors: Anchors) -> dict[str, Any]:
    if "parameter_rules" not in facts:
        return facts
    return {**facts, "parameter_rules": [anchors.name(rule, rule_name(rule)) for rule in facts["parameter_rules"]]}


def _source_name(row: ModelRow) -> str:
    return "from_" + "_and_".join(row.origins) + ("_inferred" if row.inferred else "")


def _sources(mapping: Mapping, origins: tuple[str, ...], inferred: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if "modelsdev" in origins:
        found.append({"url": "https://models.dev/api.json", "date": "2026-07", "facts": _FACTS["modelsdev"]})
    if "dify" in origins:
        found.append({"url": _DIFY.format(mapping.dify), "date": "2026-08", "facts": _FACTS["dify"]})
    found += mapping.source
    looked_up = {fact for source in mapping.source for fact in source.get("facts", _BOUNDS)}
    unknown = [fact for fact in _BOUNDS if fact not in looked_up] + (["model_type"] if inferred else [])
    return [*found, {"url": "unverified", "facts": unknown}] if unknown else found
