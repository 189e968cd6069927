"""Every row of the two catalogues is declared, or left out for a reason that is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.providers.fleet import catalogue, models
from tests.providers.omitted import OMITTED
from tests.shared import SHARED

ORIGINS = {
    "openai": ("openai", ("openai",)),
    "deepseek": ("deepseek", ("deepseek",)),
    "groq": ("groq", ("groq",)),
    "mistral": ("mistralai", ("mistral",)),
    "moonshot": ("moonshot", ("moonshotai", "moonshotai-cn")),
    "siliconflow": ("siliconflow", ("siliconflow", "siliconflow-cn")),
    "jina": ("jina", ()),
}
"""Provider → its names in the plugins' catalogue and in models.dev."""

EACH = pytest.mark.parametrize("vendor", sorted(ORIGINS))


def rows(file: str, vendors: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The catalogue's rows of some vendors; none where the catalogue is not at hand."""
    if SHARED is None or not (SHARED / "catalogue" / file).is_file():
        print(f"{file} is not present: nothing to compare with")
        return
    for line in (SHARED / "catalogue" / file).read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["provider"] in vendors:
            yield row


def plugin_rows(vendor: str) -> list[dict[str, Any]]:
    return [row for row in rows("dify_models.jsonl", (ORIGINS[vendor][0],)) if not row["deprecated"]]


def listed_rows(vendor: str) -> list[dict[str, Any]]:
    return list(rows("modelsdev_models.jsonl", ORIGINS[vendor][1]))


@EACH
def test_every_row_is_declared_or_left_out_for_a_reason(vendor):
    declared = {model.model for model in models(vendor)}
    left_out = OMITTED.get(vendor, {})
    assert all(left_out.values())
    assert declared & left_out.keys() == set()
    for row in plugin_rows(vendor):
        if row["model"] not in left_out:
            assert catalogue().model(vendor, row["model_type"], row["model"]), row["model"]
    assert {row["model"] for row in listed_rows(vendor)} - declared - left_out.keys() == set()


@EACH
def test_nothing_is_declared_that_neither_catalogue_knows(vendor):
    known = {row["model"] for row in (*plugin_rows(vendor), *listed_rows(vendor))}
    if known:
        assert {model.model for model in models(vendor)} <= known
        assert OMITTED.get(vendor, {}).keys() <= known


@EACH
def test_limits_are_at_least_what_either_catalogue_says(vendor):
    by_id = {model.model: model for model in models(vendor) if model.model_type == "llm"}
    for row in listed_rows(vendor):
        model, limit = by_id.get(row["model"]), row.get("limit") or {}
        if model and limit.get("output"):
            assert (model.limits.output or 0) >= min(limit["output"], model.limits.context or 0), row["model"]
    for row in plugin_rows(vendor):
        model = by_id.get(row["model"])
        stated = next(
            (rule.get("max") for rule in row["parameter_rules"] if rule["name"] in ("max_tokens", "max_completion_tokens")), None
        )
        if model and stated:
            assert (model.limits.output or 0) >= min(stated, model.limits.context or 0), row["model"]


@pytest.mark.parametrize("vendor", ["openai", "deepseek", "groq", "mistral", "moonshot"])
def test_prices_are_those_of_the_newer_catalogue(vendor):
    by_id = {model.model: model for model in models(vendor)}
    for row in listed_rows(vendor):
        cost, model = row.get("cost"), by_id.get(row["model"])
        if cost and model:
            assert model.pricing, row["model"]
            assert model.pricing.input == Decimal(str(cost["input"])), row["model"]
            if cost.get("cache_read"):
                assert model.pricing.cache_read == Decimal(str(cost["cache_read"])), row["model"]
            tiers = {tier["tier"]["size"]: Decimal(str(tier["input"])) for tier in cost.get("tiers", ())}
            assert {tier.above: tier.input for tier in model.pricing.tiers} == tiers, row["model"]
