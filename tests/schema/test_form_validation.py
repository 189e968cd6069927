"""Forms: the shared fixtures, and the laws behind them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema.form import FormField, FormOption, ShowOn
from modelruntime.schema.form_validation import FilledForm, fill_form, form_from_environment, require_form, visible_fields

FORMS = sorted((Path(__file__).parent / "fixtures" / "forms").glob("*.json"))


def cases_of(path: Path) -> list[Any]:
    form = json.loads(path.read_text("utf-8"))
    fields = msgspec.convert(form["fields"], tuple[FormField, ...])
    return [pytest.param(fields, case, id=f"{path.stem}: {case['name']}") for case in form["cases"]]


def plain(value: object) -> object:
    return {"$secret": value.reveal()} if isinstance(value, Secret) else value


@pytest.mark.parametrize(("fields", "case"), [case for path in FORMS for case in cases_of(path)])
def test_a_form_shows_fills_and_complains_as_the_fixture_says(fields, case):
    model_type = ModelType(case["model_type"]) if case.get("model_type") else None
    indexes = [wanted["field"] for wanted in case["visible"]]
    visible = visible_fields(fields, case["values"], model_type)
    assert [field.variable for field in visible] == [wanted["variable"] for wanted in case["visible"]]
    assert [msgspec.structs.replace(field, options=()) for field in visible] == [
        msgspec.structs.replace(fields[index], options=()) for index in indexes
    ]
    assert [[option.value for option in field.options] for field in visible] == [
        wanted.get("options", []) for wanted in case["visible"]
    ]
    filled = fill_form(fields, case["values"], model_type=model_type)
    assert [(p.variable, p.code, p.severity) for p in filled.problems] == [
        (p["variable"], p["code"], p["severity"]) for p in case["problems"]
    ]
    payload = {name: plain(value) for name, value in filled.values.items()}
    assert payload == case["payload"]
    assert [type(value) for value in payload.values()] == [type(case["payload"][name]) for name in payload]


def test_there_are_fixtures_to_run():
    assert len(FORMS) >= 4


def test_the_first_error_is_raised_in_a_sentence_that_says_what_to_do():
    fields = (FormField(variable="api_key", type="secret-input", label={"en_US": "API key"}, env=("ACME_KEY",)),)
    with pytest.raises(CredentialsInvalid) as caught:
        require_form(fields, {}, provider="acme")
    assert caught.value.field == "api_key"
    assert caught.value.provider == "acme"
    assert str(caught.value) == "API key (api_key) is missing: fill it in or set the environment variable ACME_KEY."


def test_warnings_alone_do_not_raise():
    assert require_form((), {"stray": "1"}) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (FormField(variable="k", type="secret-input", max_length=3), "hunter22"),
        (FormField(variable="k", type="secret-input", pattern="x"), "hunter22"),
        (FormField(variable="k", type="select", options=(FormOption(value="a"),)), "hunter22"),
        (FormField(variable="k", type="number-input"), "hunter22"),
        (FormField(variable="k", type="switch"), "hunter22"),
        (FormField(variable="k", type="text-input", format="json"), "hunter22"),
    ],
)
def test_no_message_repeats_what_was_typed(field, value):
    (problem,) = fill_form((field,), {"k": value}).problems
    assert "hunter22" not in problem.message


def test_a_secret_may_come_wrapped():
    field = FormField(variable="k", type="secret-input")
    assert fill_form((field,), {"k": Secret("v")}).values == {"k": Secret("v")}
    assert fill_form((field,), {"k": Secret("")}).problems[0].code == "required"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), True])
def test_what_is_no_number_is_refused(number):
    assert fill_form((FormField(variable="n", type="number-input"),), {"n": number}).problems[0].code == "number"


def test_the_environment_fills_a_form_first_name_first():
    fields = (
        FormField(variable="api_key", type="secret-input", env=("NEW_KEY", "OLD_KEY")),
        FormField(variable="base", type="text-input", env=("BASE",)),
        FormField(variable="other", type="text-input"),
    )
    assert form_from_environment(fields, {"NEW_KEY": " ", "OLD_KEY": "o", "other": "no"}) == {"api_key": Secret("o")}
    assert form_from_environment(fields, {"NEW_KEY": "n", "OLD_KEY": "o", "BASE": "b"}) == {"api_key": Secret("n"), "base": "b"}


def test_a_broken_pattern_is_the_declarations_fault():
    with pytest.raises(DeclarationInvalid, match="'p'"):
        fill_form((FormField(variable="p", type="text-input", pattern="("),), {"p": "x"})


def test_conditions_in_a_circle_end():
    fields = (
        FormField(variable="a", type="text-input", default="1", show_on=(ShowOn("b", "1"),)),
        FormField(variable="b", type="text-input", default="1", show_on=(ShowOn("a", "1"),)),
    )
    assert visible_fields(fields, {"a": "1", "b": "1"}) == ()


NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["", "1", "2", "true", "x"])
FIELDS = st.lists(
    st.builds(
        FormField,
        variable=NAMES,
        type=st.sampled_from(["text-input", "switch", "select", "secret-input", "number-input"]),
        required=st.booleans(),
        default=st.none() | TEXTS,
        options=st.lists(st.builds(FormOption, value=TEXTS), max_size=2).map(tuple),
        show_on=st.lists(st.builds(ShowOn, variable=NAMES, value=TEXTS), max_size=2).map(tuple),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(FIELDS, st.dictionaries(NAMES, TEXTS | st.none() | st.booleans() | st.integers(-2, 2)))
def test_every_shown_field_is_filled_or_explained_and_nothing_else_appears(fields, values):
    shown = visible_fields(fields, values)
    filled = fill_form(fields, values)
    variables = [field.variable for field in shown]
    assert len(variables) == len(set(variables))
    assert set(filled.values) <= set(variables)
    told = {problem.variable for problem in filled.errors}
    assert not told & set(filled.values)
    for field in shown:
        assert not field.required or field.variable in told | set(filled.values)


@settings(deadline=None)
@given(FIELDS, st.dictionaries(NAMES, TEXTS | st.booleans()))
def test_filling_a_sound_form_again_changes_nothing(fields, values):
    acyclic = [field for field in fields if all(condition.variable < field.variable for condition in field.show_on)]
    once = fill_form(acyclic, values)
    if not once.errors:
        assert fill_form(acyclic, once.values) == FilledForm(once.values)
