"""The report of the fleet counts what is declared."""

from __future__ import annotations

import json
import statistics
from typing import Any

import pytest

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price
from tests.scripts.load import load

report = load("fleet_report")
PAGE = FactSource("https://example.com/models", "2026-11-23")
NOBODY = FactSource("unverified", facts=("temperature",))


@pytest.mark.parametrize(
    ("model", "base"),
    [
        ("claude-haiku-4-5", "claude-haiku-4-5"),
        ("anthropic/claude-haiku-4.5", "claude-haiku-4-5"),
        ("anthropic--claude-haiku-4.5", "claude-haiku-4-5"),
        ("au.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek-r1-distill-qwen-7b"),
        ("accounts/fireworks/models/gpt-oss-120b", "gpt-oss-120b"),
        ("gpt-oss:120b", "gpt-oss-120b"),
        ("gpt-4-turbo-2024-04-09", "gpt-4-turbo"),
        ("gpt-4-0613", "gpt-4"),
        ("qwen/qwen3-32b:free", "qwen3-32b"),
        ("zai-org/GLM-4.6-FP8", "glm-4-6"),
        ("gpt-4.1", "gpt-4-1"),
        ("gemini-2.0-flash", "gemini-2-0-flash"),
        ("o3", "o3"),
    ],
)
def test_a_base_model_is_one_whoever_serves_it(model, base):
    assert report.base_id(model) == base


@pytest.mark.parametrize(
    ("first", "second"),
    [("gpt-4", "gpt-4-turbo"), ("qwen3-32b", "qwen3-8b"), ("claude-opus-4", "claude-opus-4-1"), ("o1", "o1-mini")],
)
def test_different_models_stay_different(first, second):
    assert report.base_id(first) != report.base_id(second)


def declared(name: str, *sources: FactSource, kind: ModelType = ModelType.LLM, **facts: Any) -> ModelSchema:
    return ModelSchema(provider="example", model=name, model_type=kind, source=sources, **facts)


def test_models_are_counted_by_type_and_by_what_stands_behind_their_facts():
    counts = report.counts_of(
        [
            declared("one", PAGE, pricing=Price()),
            declared("maker/one:free", PAGE, NOBODY, deprecated=True),
            declared("two", NOBODY),
            declared("three"),
            declared("one", PAGE, kind=ModelType.RERANK),
        ]
    )
    assert counts.models == 5
    assert counts.types == {"llm": 4, "rerank": 1}
    assert (counts.sourced, counts.partly, counts.unverified) == (2, 1, 2)
    assert (counts.priced, counts.deprecated) == (1, 1)
    assert counts.base_models == {"llm": 3, "rerank": 1}


def test_the_report_holds_every_provider_and_the_sum(capsys):
    counts = report.fleet_counts()
    assert sum(row.models for provider, row in counts.items() if provider) == counts[""].models > 0
    assert report.main(["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["all"]["models"] == counts[""].models
    assert set(told["providers"]) == {provider for provider in counts if provider}
    for language in ("en", "zh"):
        text = report.table(counts, language)
        assert all(f"| `{provider}` |" in text for provider in counts if provider)


def test_the_median_provider_has_no_line_of_python():
    lines = report.python_lines()
    assert len(lines) > 100
    assert statistics.median(lines.values()) == 0
    assert "Median Python lines per provider: 0 (" in report.table(report.fleet_counts(), "en")


def test_python_of_a_provider_is_counted(tmp_path):
    (tmp_path / "acme" / "inner").mkdir(parents=True)
    (tmp_path / "acme" / "provider.yaml").write_text("provider: acme")
    (tmp_path / "acme" / "inner" / "dialect.py").write_text("a = 1\nb = 2\n")
    (tmp_path / "stray").mkdir()
    assert report.python_lines(tmp_path) == {"acme": 2}


RULE = ParameterRule(name="top_p", type="float", label={"en_US": "P"})


@pytest.mark.parametrize(
    ("named", "standing"),
    [
        (("pricing", "features", "parameter_rules"), "sourced"),
        (("pricing", "features", "top_p"), "sourced"),
        (("pricing", "features"), "partly"),
        (("features", "top_p"), "partly"),
        ((), "sourced"),
    ],
)
def test_a_model_is_sourced_only_when_a_page_is_named_for_all_that_it_states(named, standing):
    page = FactSource("https://example.com/models", "2026-11-23", facts=named)
    counts = report.counts_of([declared("one", page, pricing=Price(), features=("vision",), parameter_rules=(RULE,))])
    assert getattr(counts, standing) == 1
