"""Folders made from the facts of every official plugin load whole."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.compiled import open_compiled
from modelruntime.schema.lint import lint_path
from tests.schema.plugin_folders import Row, read_rows, write_plugins
from tests.shared import SHARED


@pytest.fixture(scope="module")
def rows() -> tuple[list[Row], list[Row]] | None:
    if SHARED is None:
        print("the catalogue of facts is not present: nothing to load")
        return None
    return read_rows(SHARED / "catalogue/dify_providers.jsonl"), read_rows(SHARED / "catalogue/dify_models.jsonl")


@pytest.fixture(scope="module")
def plugins(rows: tuple[list[Row], list[Row]] | None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plugins")
    if rows is not None:
        write_plugins(folder, *rows)
    return folder


def test_every_provider_and_model_loads_without_an_error(rows: tuple[list[Row], list[Row]] | None, plugins: Path) -> None:
    if rows is None:
        return
    report = lint_path(plugins)
    assert report.errors == ()
    assert (report.providers, report.models) == (70, 1686)
    codes = Counter(problem.code for problem in report.warnings)
    assert codes["duplicate-model"] == 7
    assert codes["price-unit-zero"] == 69
    assert codes["price-unit-inverted"] == 1
    assert codes["default-too-fine"] > 0
    assert codes["likely-typo"] >= 1
    assert codes["yaml-broken"] == 0
    assert all(problem.line > 0 for problem in report.warnings)


def test_what_the_official_globs_leave_out_is_no_model(rows: tuple[list[Row], list[Row]] | None, tmp_path: Path) -> None:
    if rows is None:
        return
    write_plugins(tmp_path, *rows, official_globs=True)
    report = lint_path(tmp_path)
    assert (report.providers, report.models, report.errors) == (70, 1657, ())
    assert sum(problem.code == "unmatched-file" for problem in report.warnings) == 29


def test_the_catalogue_says_what_the_rows_say(rows: tuple[list[Row], list[Row]] | None, plugins: Path, tmp_path: Path) -> None:
    if rows is None:
        return
    catalogue = Catalogue([open_compiled(plugins, {"MODELRUNTIME_CACHE": str(tmp_path)})])
    providers, models = rows
    assert set(catalogue.provider_ids()) == {row["provider"] for row in providers}
    ids = {row["source"].split("/")[1]: row["provider"] for row in providers}
    keys = [(ids[row["source"].split("/")[1]], row["model_type"], row["model"]) for row in models]
    repeated = {key for key, count in Counter(keys).items() if count > 1}
    assert sum(1 for _ in catalogue.models()) == len(set(keys)) == 1679
    for key, row in zip(keys, models, strict=True):
        model = catalogue.model(*key)
        assert model is not None, key
        if key in repeated:
            continue
        assert model.features == (tuple(dict.fromkeys(row["features"])) if row["features"] is not None else None), key
        assert model.limits.context == row["model_properties"].get("context_size", model.limits.context)
        assert [rule.name for rule in model.parameter_rules] == [rule["name"] for rule in row["parameter_rules"]]
        for rule, declared in zip(model.parameter_rules, row["parameter_rules"], strict=True):
            for name in {"min", "max", "default", "precision"} & declared.keys():
                assert getattr(rule, name) == declared[name] or rule.type not in ("int", "float"), (key, rule.name, name)
        price = row["pricing"]
        if price and Decimal(price["unit"]) not in (0, 1_000_000):
            assert model.pricing is not None, key
            assert (model.pricing.unit, model.pricing.input) == (Decimal(price["unit"]), Decimal(price["input"]))
