"""Templates have the original's exact values; what a rule declares wins over them."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.parameter_templates import HINT_KEYS, TEMPLATES
from tests.schema.declare import codes, read_model


@pytest.mark.parametrize(
    ("name", "kind", "default", "low", "high", "precision", "options"),
    [
        ("temperature", "float", 0.0, 0.0, 1.0, 2, ()),
        ("top_p", "float", 1.0, 0.0, 1.0, 2, ()),
        ("top_k", "int", 50, 1, 100, 0, ()),
        ("presence_penalty", "float", 0.0, 0.0, 1.0, 2, ()),
        ("frequency_penalty", "float", 0.0, 0.0, 1.0, 2, ()),
        ("max_tokens", "int", 64, 1, 2048, 0, ()),
        ("response_format", "string", None, None, None, None, ("JSON", "XML")),
        ("json_schema", "text", None, None, None, None, ()),
    ],
)
def test_templates_are_exact(name, kind, default, low, high, precision, options) -> None:
    rule = TEMPLATES[name]
    assert (rule.type, rule.default, rule.min, rule.max, rule.precision, rule.options) == (
        kind,
        default,
        low,
        high,
        precision,
        options,
    )
    assert rule.required is False
    assert rule.label.keys() >= {"en_US", "zh_Hans"}
    assert rule.help is not None
    assert rule.help.keys() >= {"en_US", "zh_Hans"}


def test_there_are_eight_templates() -> None:
    assert len(TEMPLATES) == 8


def rule_of(text: str) -> tuple[ParameterRule, list[str]]:
    model, problems = read_model(f"parameter_rules:\n- {{{text}}}")
    assert model is not None
    return model.parameter_rules[0], codes(problems)


def test_a_bare_template_gives_its_values_and_says_that_they_are_hints() -> None:
    rule, problems = rule_of("name: temperature, use_template: temperature")
    assert (rule.type, rule.default, rule.min, rule.max, rule.precision) == ("float", 0.0, 0.0, 1.0, 2)
    assert rule.hints == ("min", "max", "precision")
    assert rule.label == TEMPLATES["temperature"].label
    assert problems == []


def test_what_is_declared_wins_and_is_no_hint() -> None:
    rule, problems = rule_of("name: p, use_template: top_p, max: 2, default: 0.5, required: true, label: {en_US: Mine}")
    assert (rule.name, rule.use_template, rule.max, rule.default, rule.required) == ("p", "top_p", 2, 0.5, True)
    assert rule.hints == ("min", "precision")
    assert rule.label == {"en_US": "Mine"}
    assert problems == []


def test_an_explicit_zero_survives() -> None:
    rule, problems = rule_of("name: n, use_template: max_tokens, default: 0, min: 0")
    assert (rule.default, rule.min) == (0, 0)
    assert problems == []


@pytest.mark.parametrize("key", ["default", "min", "max", "precision"])
def test_an_explicit_null_wins_with_a_warning(key: str) -> None:
    rule, problems = rule_of(f"name: n, use_template: max_tokens, {key}: null")
    assert getattr(rule, key) is None
    assert key not in rule.hints
    assert problems == ["null-over-template"]


def test_options_from_a_template_are_a_hint() -> None:
    assert rule_of("name: response_format, use_template: response_format")[0].hints == ("options",)
    assert rule_of("name: response_format, use_template: response_format, options: [text]")[0].hints == ()


def test_an_unknown_template_is_ignored_with_a_warning() -> None:
    rule, problems = rule_of("name: n, use_template: nonsense, type: int")
    assert (rule.use_template, rule.type, rule.max, rule.hints) == (None, "int", None, ())
    assert problems == ["unknown-template"]


def test_the_label_falls_back_to_the_name_without_a_template() -> None:
    assert rule_of("name: seed, type: int")[0].label == {"en_US": "seed"}


_values = {"default": st.none() | st.integers(0, 9), "min": st.none() | st.integers(-9, 9), "max": st.none() | st.integers(0, 9)}


@settings(deadline=None)
@given(st.sampled_from(["top_k", "max_tokens"]), st.fixed_dictionaries({}, optional=_values))
def test_every_key_is_the_declared_one_or_the_templates(template: str, declared: dict[str, Any]) -> None:
    body = yaml.dump([{"name": "n", "use_template": template, **declared}], Dumper=yaml.CSafeDumper)
    model, problems = read_model("parameter_rules:\n" + body)
    assert model is not None
    rule = model.parameter_rules[0]
    for key in ("default", "min", "max", "precision", "type"):
        assert getattr(rule, key) == declared.get(key, getattr(TEMPLATES[template], key))
    assert set(rule.hints) == {
        key for key in HINT_KEYS if key not in declared and getattr(TEMPLATES[template], key) not in (None, ())
    }
    assert codes(problems).count("null-over-template") == sum(value is None for value in declared.values())
