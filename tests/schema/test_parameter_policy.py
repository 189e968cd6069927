"""Parameters: what passes, what warns, what is refused."""

import math
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_policy import Applied, apply_rules
from modelruntime.schema.parameter_rule import ParameterRule


def model(*rules: ParameterRule, model_type: ModelType = ModelType.LLM) -> ModelSchema:
    return ModelSchema(provider="acme", model="m1", model_type=model_type, parameter_rules=rules)


TEMPERATURE = ParameterRule(name="temperature", type="float", use_template="temperature", min=0.0, max=2.0, precision=2)
HINTED = ParameterRule(
    name="max_output_tokens", type="int", use_template="max_tokens", min=1, max=2048, default=64, hints=("min", "max")
)
STYLE = ParameterRule(name="style", options=("plain", "rich"))
HINTED_STYLE = ParameterRule(name="style", options=("plain", "rich"), hints=("options",))
NESTED = ParameterRule(name="effort", maps_to="reasoning.effort")
SCHEMA = ParameterRule(name="json_schema", type="text")
FLAG = ParameterRule(name="search", type="boolean")
ALL = model(TEMPERATURE, HINTED, STYLE, NESTED, SCHEMA, FLAG)


class Index:
    """A whole number of some other library."""

    def __index__(self) -> int:
        return 7


@pytest.mark.parametrize(
    ("given_", "sent"),
    [
        ({}, {}),
        ({"temperature": None}, {}),
        ({"temperature": 0.25}, {"temperature": 0.25}),
        ({"temperature": 0}, {"temperature": 0}),
        ({"temperature": Decimal("0.5")}, {"temperature": 0.5}),
        ({"max_output_tokens": 3.0}, {"max_output_tokens": 3}),
        ({"max_output_tokens": Index()}, {"max_output_tokens": 7}),
        ({"max_tokens": 5}, {"max_output_tokens": 5}),
        ({"max_tokens": 5, "max_output_tokens": 5.0}, {"max_output_tokens": 5}),
        ({"style": "rich"}, {"style": "rich"}),
        ({"effort": "low"}, {"reasoning.effort": "low"}),
        ({"reasoning.effort": "low"}, {"reasoning.effort": "low"}),
        ({"json_schema": "{}"}, {"json_schema": "{}"}),
        ({"search": False}, {"search": False}),
    ],
)
def test_sound_parameters_pass_under_their_wire_names(given_, sent):
    applied = apply_rules(ALL, given_, strict=True)
    assert applied == Applied(sent)
    assert [type(value) for value in applied.parameters.values()] == [type(value) for value in sent.values()]


@pytest.mark.parametrize(
    ("given_", "field", "words"),
    [
        ({"temperature": 2.5}, "temperature", "between 0.0 and 2.0"),
        ({"temperature": math.nan}, "temperature", "finite"),
        ({"temperature": math.inf}, "temperature", "finite"),
        ({"temperature": "0.5"}, "temperature", "leave out the quotes"),
        ({"temperature": True}, "temperature", "not true or false"),
        ({"temperature": [1]}, "temperature", "must be a number"),
        ({"max_tokens": 2.5}, "max_output_tokens", "whole number"),
        ({"max_output_tokens": True}, "max_output_tokens", "not true or false"),
        ({"max_output_tokens": "64"}, "max_output_tokens", "leave out the quotes"),
        ({"max_output_tokens": math.nan}, "max_output_tokens", "whole number"),
        ({"max_output_tokens": 5, "max_tokens": 6}, "max_tokens", "given twice"),
        ({"style": "loud"}, "style", "one of: plain, rich"),
        ({"style": 1}, "style", "must be text, not int"),
        ({"json_schema": 1}, "json_schema", "must be text"),
        ({"search": "true"}, "search", "without quotes"),
        ({"search": 1}, "search", "true or false"),
        ({"n": 2}, "n", "n must be 1"),
        ({"n": True}, "n", "n must be 1"),
        ({"unheard_of": math.inf}, "unheard_of", "finite"),
        ({"unheard_of": {"deep": [1, math.nan]}}, "unheard_of", "finite"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_name(given_, field, words):
    with pytest.raises(ParameterInvalid, match=words) as caught:
        apply_rules(ALL, given_, strict=False)
    assert caught.value.field == field
    assert caught.value.model == "m1"


@pytest.mark.parametrize(
    ("rules", "given_", "kind", "field"),
    [
        ((HINTED,), {"max_tokens": 100_000}, "bound", "max_output_tokens"),
        ((HINTED,), {"max_output_tokens": 0}, "bound", "max_output_tokens"),
        ((HINTED_STYLE,), {"style": "loud"}, "bound", "style"),
        ((TEMPERATURE,), {"temperature": 0.125}, "bound", "temperature"),
        ((TEMPERATURE,), {"top_z": 3}, "undeclared", "top_z"),
        ((TEMPERATURE,), {"n": 1}, "undeclared", "n"),
    ],
)
def test_what_is_only_unusual_passes_unchanged_with_a_warning_and_not_under_strict(rules, given_, kind, field):
    applied = apply_rules(model(*rules), given_, strict=False)
    assert list(applied.parameters.values()) == list(given_.values())
    assert [(warning.kind, warning.field) for warning in applied.warnings] == [(kind, field)]
    with pytest.raises(ParameterInvalid) as caught:
        apply_rules(model(*rules), given_, strict=True)
    assert caught.value.field == field


def test_an_object_for_a_text_parameter_is_sent_as_json_and_said():
    applied = apply_rules(ALL, {"json_schema": {"type": "object"}}, strict=False)
    assert applied.parameters == {"json_schema": '{"type":"object"}'}
    assert [warning.kind for warning in applied.warnings] == ["mapped"]


def test_a_default_is_sent_only_when_required():
    optional = ParameterRule(name="a", type="int", default=1)
    required = ParameterRule(name="b", type="int", default=2, required=True, maps_to="deep.b")
    assert apply_rules(model(optional, required), {}, strict=True).parameters == {"deep.b": 2}
    assert apply_rules(model(optional, required), {"b": 3}, strict=True).parameters == {"deep.b": 3}


def test_a_required_parameter_without_default_must_be_given():
    with pytest.raises(ParameterInvalid, match="voice is required"):
        apply_rules(model(ParameterRule(name="voice", required=True)), {"voice": None}, strict=False)


def test_of_two_rules_with_one_name_the_last_counts():
    rules = (ParameterRule(name="a", type="int", max=1), ParameterRule(name="a", type="int", max=9))
    assert apply_rules(model(*rules), {"a": 5}, strict=True).parameters == {"a": 5}


def test_a_rule_of_its_own_wins_over_a_template_of_that_name():
    rules = (ParameterRule(name="max_new", type="int", use_template="max_tokens"), ParameterRule(name="max_tokens", type="int"))
    assert apply_rules(model(*rules), {"max_tokens": 5}, strict=True).parameters == {"max_tokens": 5}


def test_a_model_without_rules_takes_everything_with_one_warning():
    applied = apply_rules(model(), {"a": 1, "b": "x", "c": [1]}, strict=False)
    assert applied.parameters == {"a": 1, "b": "x", "c": [1]}
    assert [(w.kind, w.field) for w in applied.warnings] == [("undeclared", None)]
    assert "a, b, c" in applied.warnings[0].message
    assert apply_rules(model(), {}, strict=True) == Applied({})


def test_n_is_an_ordinary_name_where_models_do_not_answer():
    assert apply_rules(model(model_type=ModelType.TTS), {"n": 3}, strict=False).parameters == {"n": 3}


VALUES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "1", "plain"]) | st.just([]) | st.just({})
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["temperature", "max_tokens", "style", "effort", "search", "json_schema", "x"]), VALUES))
def test_a_parameter_is_sent_or_refused_and_whatever_is_sent_is_finite(parameters):
    try:
        applied = apply_rules(ALL, parameters, strict=False)
    except ParameterInvalid:
        return
    assert len(applied.parameters) == sum(value is not None for value in parameters.values())
    assert all(math.isfinite(value) for value in applied.parameters.values() if isinstance(value, float))
    assert len([w for w in applied.warnings if w.kind == "undeclared"]) == (parameters.get("x") is not None)


def test_three_parameters_cost_microseconds():
    parameters = {"temperature": 0.5, "max_tokens": 100, "style": "rich"}
    best = math.inf
    for _ in range(5):
        start = time.process_time()
        for _ in range(2000):
            apply_rules(ALL, parameters, strict=False)
        best = min(best, (time.process_time() - start) / 2000)
    print(f"apply_rules: {best * 1e6:.2f} µs")
    assert best < 25e-6  # five times the target: this catches a lost cache, not a busy machine
