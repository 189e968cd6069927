"""The forms of the fixtures that the console's own code is held to as well (console/test)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from scripts.console_fixtures import FIXTURES, LANGUAGES, differences, drawn, form_outcome, parameter_outcome

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.form import FormField
from modelruntime.schema.parameter_rule import ParameterRule

FORMS = sorted((FIXTURES / "forms").rglob("*.json"))
PARAMETERS = sorted((FIXTURES / "parameters").glob("*.json"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_shows_complains_and_yields_what_the_fixture_says(path: Path) -> None:
    for form in msgspec.json.decode(path.read_bytes()):
        fields = msgspec.convert(form["fields"], tuple[FormField, ...])
        model_type = ModelType(form["model_type"]) if form["model_type"] else None
        for language in LANGUAGES:
            assert msgspec.to_builtins(drawn(fields, {}, model_type, language)) == form["drawn"][language]
        assert form["cases"]
        for case in form["cases"]:
            expected = {name: case[name] for name in ("visible", "problems", "payload")}
            assert form_outcome(fields, case["values"], model_type) == expected, case["name"]


@pytest.mark.parametrize("path", PARAMETERS, ids=lambda path: path.stem)
def test_rules_accept_and_refuse_what_the_fixture_says(path: Path) -> None:
    for entry in msgspec.json.decode(path.read_bytes()):
        rules = msgspec.convert(entry["rules"], tuple[ParameterRule, ...])
        assert entry["cases"]
        for case in entry["cases"]:
            expected = {name: case[name] for name in ("sent", "warnings", "refused")}
            assert parameter_outcome(rules, case["values"], strict=case["strict"]) == expected, case["values"]


def test_there_are_fixtures_of_the_whole_fleet() -> None:
    catalogue = Catalogue.load(environ={})
    with_form = {
        name
        for name in catalogue.provider_ids()
        if (schema := catalogue.provider(name)).provider_credential_schema or schema.model_credential_schema
    }
    assert {path.stem for path in FORMS if path.parent.name == "fleet"} == with_form


def test_an_outdated_fixture_is_found_and_put_right(tmp_path: Path) -> None:
    catalogue = Catalogue.load(environ={})
    differences(tmp_path, catalogue, write=True)
    assert differences(tmp_path, catalogue, write=False) == []
    damaged: Any = sorted((tmp_path / "forms" / "fleet").glob("*.json"))[0]
    damaged.write_text("[]")
    (tmp_path / "forms" / "fleet" / "gone.json").write_text("[]")
    wrong = [f"forms/fleet/{damaged.name}", "forms/fleet/gone.json"]
    assert differences(tmp_path, catalogue, write=False) == sorted(wrong)
    differences(tmp_path, catalogue, write=True)
    assert differences(tmp_path, catalogue, write=False) == []
