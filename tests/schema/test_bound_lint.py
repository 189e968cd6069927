"""A bound that is narrower than the vendor's keeps callers from what works: our own fleet has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelruntime.schema.lint import lint_fleet, lint_path

PROVIDER = """
provider: example
label: {{en_US: Example}}
supported_model_types: [llm]
configurate_methods: [predefined-model]
source: unverified
models:
  - model: one
    model_type: llm
    source: unverified
    model_properties: {{mode: chat, context_size: 8000}}
    limits: {{output: 4000}}
    parameter_rules: [{rule}]
"""


def codes(tmp_path: Path, rule: str, *, fleet: bool = True) -> list[str]:
    (tmp_path / "provider.yaml").write_text(PROVIDER.format(rule=rule), "utf-8")
    return [problem.code for problem in (lint_fleet if fleet else lint_path)(tmp_path).errors]


@pytest.mark.parametrize(
    "rule",
    [
        "{name: temperature, use_template: temperature}",
        "{name: temperature, use_template: temperature, min: 0}",
        "{name: warmth, use_template: temperature, max: 2}",
        "{name: presence_penalty, use_template: presence_penalty, max: 2}",
        "{name: frequency_penalty, use_template: frequency_penalty, default: 0}",
        "{name: top_k, use_template: top_k}",
        "{name: max_tokens, use_template: max_tokens, min: 1}",
        "{name: max_output_tokens, use_template: max_tokens, default: 64}",
        "{name: response_format, use_template: response_format}",
    ],
)
def test_a_templates_bound_is_refused_where_vendors_take_more(tmp_path, rule):
    assert codes(tmp_path, rule) == ["template-bound"]


@pytest.mark.parametrize(
    "rule",
    [
        "{name: temperature, use_template: temperature, min: 0, max: 2}",
        "{name: temperature, use_template: temperature, min: 0, max: 1}",
        "{name: top_p, use_template: top_p}",
        "{name: json_schema, use_template: json_schema}",
        "{name: top_k, type: int, min: 1}",
        "{name: max_tokens, use_template: max_tokens, min: 1, max: 4000}",
        "{name: max_tokens, type: int, min: 1}",
        "{name: presence_penalty, use_template: presence_penalty, min: -2, max: 2}",
    ],
)
def test_what_the_declaration_states_itself_is_taken(tmp_path, rule):
    assert codes(tmp_path, rule) == []


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_the_longest_answer_may_not_be_cut_short(tmp_path, name):
    rule = f"{{name: {name}, use_template: max_tokens, default: 64, min: 1, max: 3999}}"
    assert codes(tmp_path, rule) == ["bound-below-limit"]


def test_the_declarations_of_others_keep_their_templates(tmp_path):
    assert codes(tmp_path, "{name: temperature, use_template: temperature}", fleet=False) == []
