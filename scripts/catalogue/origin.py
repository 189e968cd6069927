"""The rows of the two catalogues, as mappings. Numbers with a point are exact decimals."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_BETWEEN: dict[tuple[str, str], str] = {
    ("auriko", "azure-cognitive-services"): "azure-cognitive-services",
    ("azure-cognitive-services", "azure"): "azure",
    ("cohere", "cortecs"): "cohere",
    ("crof", "databricks"): "crof",
    ("freemodel", "friendli"): "freemodel",
    ("google-vertex-anthropic", "google-vertex"): "google-vertex",
    ("google-vertex", "google"): "google-vertex",
    ("opencode-go", "opencode"): "opencode-go",
    ("routing-run", "sap-ai-core"): "sakana",
    ("vercel", "vivgrid"): "vivgrid",
    ("vivgrid", "vultr"): "vivgrid",
    ("zeldoc", "zenmux"): "zenmux",
}
"""Providers before and after a run of rows whose own provider is hidden → whose they are, by their ids and addresses."""

_MISSPELT_COSTS = {"cache_input": "cache_read", "cached_input": "cache_read", "cached_write": "cache_write"}


@lru_cache(maxsize=4)
def plugin_rows(folder: Path) -> dict[str, list[Row]]:
    """The models of the plugins by provider, in the order of the file."""
    return _by_provider(_lines(folder / "dify_models.jsonl"))


@lru_cache(maxsize=4)
def listed_rows(folder: Path) -> dict[str, list[Row]]:
    """The models of models.dev by provider, each over the facts of its base model.

    A row may say how a client must speak to that one model, `{npm, api, shape}`, in the key that otherwise holds the provider's
    id. Rows of a provider stand together, so the id is that of the neighbours; what was in its place becomes `dialect`.
    """
    bases = {row["model"]: row for row in _lines(folder / "modelsdev_base_models.jsonl")}
    return _by_provider([_over_base(row, bases) for row in _named(_lines(folder / "modelsdev_models.jsonl"))])


def _lines(file: Path) -> list[Row]:
    return [json.loads(line, parse_float=Decimal) for line in file.read_text("utf-8").splitlines()]


def _by_provider(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["provider"], []).append(row)
    return found


def _named(rows: list[Row]) -> list[Row]:
    runs = [(hidden, list(run)) for hidden, run in groupby(rows, key=lambda row: not isinstance(row["provider"], str))]
    found: list[Row] = []
    for number, (hidden, run) in enumerate(runs):
        if not hidden:
            found += run
            continue
        before = runs[number - 1][1][-1]["provider"]
        after = runs[number + 1][1][0]["provider"] if number + 1 < len(runs) else before
        owner = before if before == after else _BETWEEN[before, after]
        found += [{**row, "provider": _owner(row, owner), "dialect": row["provider"]} for row in run]
    return found


def _owner(row: Row, owner: str) -> str:
    """Two neighbours at Azure share a run; the address tells them apart."""
    return "azure-cognitive-services" if "AZURE_COGNITIVE" in str(row["provider"].get("api")) else owner


def _over_base(row: Row, bases: dict[str, Row]) -> Row:
    """What a row states wins, key by key of its mappings (a row may state the longest answer alone); what it omits is not taken."""
    base = {
        key: dict(value) if isinstance(value, dict) else value for key, value in bases.get(row.get("base_model", ""), {}).items()
    }
    for path in row.get("base_model_omit", ()):
        key, _, inner = path.partition(".")
        if not inner:
            base.pop(key, None)
        elif isinstance(base.get(key), dict):
            base[key].pop(inner, None)
    nested = {
        key: {**base[key], **value} for key, value in row.items() if isinstance(value, dict) and isinstance(base.get(key), dict)
    }
    merged = {**base, **row, **nested}
    if "cost" in merged:
        merged["cost"] = {_MISSPELT_COSTS.get(key, key): value for key, value in merged["cost"].items()}
    return merged
