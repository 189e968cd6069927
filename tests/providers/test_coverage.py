"""Every row of the two catalogues is declared, or left out for a reason that is written down.

Which rows feed which provider stands in `scripts/catalogue/providers.yaml`. A file that the importer wrote must be what it
writes today; one written by hand is compared row by row.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from scripts.catalogue.mapping import load_fleet
from scripts.catalogue.models_file import models_text
from scripts.catalogue.origin import listed_rows, plugin_rows
from scripts.catalogue.selection import Selection, provider_facts, select

from tests.providers.fleet import FOLDER, catalogue, models
from tests.providers.omitted import OMITTED
from tests.shared import SHARED

FLEET = load_fleet()
DECLARED = {name: mapping for name, mapping in FLEET.providers.items() if (FOLDER / name / "models.yaml").is_file()}
BY_HAND = pytest.mark.parametrize("vendor", sorted(name for name, mapping in DECLARED.items() if mapping.by_hand))
USUAL_PRICES = sorted(
    name for name, mapping in DECLARED.items() if mapping.by_hand and mapping.prices == "modelsdev" and mapping.modelsdev
)
WITHOUT_CATALOGUE = {"local", "openai_api_compatible"}
"""Our own: what it declares is measured here, or typed by its users."""


def rows_at_hand() -> Path | None:
    """The folder of the catalogues; None where it is not at hand."""
    folder = SHARED / "catalogue" if SHARED is not None else None
    if folder is None or not (folder / "dify_models.jsonl").is_file():
        print("the catalogues are not present: nothing to compare with")
        return None
    return folder


def known_plugin_rows(vendor: str) -> list[dict[str, Any]]:
    folder = rows_at_hand()
    rows = plugin_rows(folder).get(FLEET.providers[vendor].dify or "", []) if folder else []
    return [row for row in rows if not row["deprecated"]]


def known_listed_rows(vendor: str) -> list[dict[str, Any]]:
    folder = rows_at_hand()
    return [row for name in FLEET.providers[vendor].modelsdev for row in listed_rows(folder).get(name, [])] if folder else []


def selection_of(vendor: str) -> Selection | None:
    folder = rows_at_hand()
    return select(FLEET.providers[vendor], FLEET, folder, provider_facts(vendor)) if folder else None


def test_every_provider_of_the_fleet_has_an_entry():
    assert set(catalogue().provider_ids()) - FLEET.providers.keys() - WITHOUT_CATALOGUE == set()


def test_what_the_importer_wrote_is_what_it_writes():
    written = [name for name, mapping in DECLARED.items() if not mapping.by_hand and name not in WITHOUT_CATALOGUE]
    for vendor in written:
        selection = selection_of(vendor)
        if selection is None:
            return
        text = (FOLDER / vendor / "models.yaml").read_text("utf-8")
        assert text == models_text(vendor, FLEET.providers[vendor], selection.taken), (
            f"{vendor}/models.yaml: run python -m scripts.catalogue {vendor}, or say by_hand in providers.yaml"
        )
        assert {(row.kind, row.row["model"]) for row in selection.taken} == {(m.model_type, m.model) for m in models(vendor)}


def test_every_row_of_the_plugins_feeds_some_provider():
    folder = rows_at_hand()
    if folder is None:
        return
    fed = {mapping.dify for mapping in FLEET.providers.values()}
    assert plugin_rows(folder).keys() - fed == set()
    listed = [name for mapping in FLEET.providers.values() for name in mapping.modelsdev]
    assert sorted(listed) == sorted(set(listed)), "a list of models.dev feeds two providers"
    assert listed_rows(folder).keys() - set(listed) == set()


@pytest.mark.parametrize("vendor", sorted(FLEET.providers))
def test_no_row_is_lost_without_a_reason(vendor):
    selection = selection_of(vendor)
    if selection is None:
        return
    taken = [(row.kind, row.row["model"]) for row in selection.taken]
    assert len(set(taken)) == len(taken)
    assert set(taken) & selection.excluded.keys() == set()
    assert all(selection.excluded.values())
    met = set(taken) | selection.excluded.keys()
    assert {(row["model_type"], row["model"]) for row in known_plugin_rows(vendor)} - met == set()
    assert {row["model"] for row in known_listed_rows(vendor)} == {model for _, model in met} & {
        row["model"] for row in known_listed_rows(vendor)
    }


@BY_HAND
def test_every_row_is_declared_or_left_out_for_a_reason(vendor):
    declared = {model.model for model in models(vendor)}
    left_out = OMITTED.get(vendor, {})
    assert all(left_out.values())
    assert declared & left_out.keys() == set()
    for row in known_plugin_rows(vendor):
        if row["model"] not in left_out:
            assert catalogue().model(vendor, row["model_type"], row["model"]), row["model"]
    assert {row["model"] for row in known_listed_rows(vendor)} - declared - left_out.keys() == set()


CATALOGUES = ("https://models.dev/", "https://github.com/langgenius/dify-official-plugins/")


@BY_HAND
def test_nothing_is_said_to_be_of_a_catalogue_that_neither_knows(vendor):
    known = {row["model"] for row in (*known_plugin_rows(vendor), *known_listed_rows(vendor))}
    if known:
        beyond = [model for model in models(vendor) if model.model not in known]
        assert [model.model for model in beyond if any(fact.url.startswith(CATALOGUES) for fact in model.source)] == []
        assert [model.model for model in beyond if all(fact.url == "unverified" for fact in model.source)] == []
        assert OMITTED.get(vendor, {}).keys() <= known


@pytest.mark.parametrize("vendor", sorted(DECLARED))
def test_limits_are_at_least_what_either_catalogue_says(vendor):
    by_id = {model.model: model for model in models(vendor) if model.model_type == "llm"}
    lists = FLEET.providers[vendor].modelsdev
    first = {row["model"]: row for row in reversed(known_listed_rows(vendor))} if lists else {}
    for row in first.values():
        model, limit = by_id.get(row["model"]), row.get("limit") or {}
        if model and limit.get("output"):
            assert (model.limits.output or 0) >= min(limit["output"], model.limits.context or 0), row["model"]
    for row in known_plugin_rows(vendor):
        model = by_id.get(row["model"])
        stated = next(
            (rule.get("max") for rule in row["parameter_rules"] if rule.get("name") in ("max_tokens", "max_completion_tokens")),
            None,
        )
        if model and stated:
            assert (model.limits.output or 0) >= min(stated, model.limits.context or 0), row["model"]


@pytest.mark.parametrize("vendor", USUAL_PRICES)
def test_prices_are_those_of_the_newer_catalogue(vendor):
    by_id = {model.model: model for model in models(vendor)}
    for row in known_listed_rows(vendor):
        cost, model = row.get("cost"), by_id.get(row["model"])
        if cost and model:
            assert model.pricing, row["model"]
            assert model.pricing.input == Decimal(str(cost["input"])), row["model"]
            if cost.get("cache_read"):
                assert model.pricing.cache_read == Decimal(str(cost["cache_read"])), row["model"]
            tiers = {tier["tier"]["size"]: Decimal(str(tier["input"])) for tier in cost.get("tiers", ())}
            assert {tier.above: tier.input for tier in model.pricing.tiers} == tiers, row["model"]
