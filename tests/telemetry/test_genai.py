"""The names of the conventions."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics

from modelruntime.entities.call import LLMCall
from modelruntime.entities.model_type import ModelType
from modelruntime.telemetry import genai


def values(module: Any) -> set[str]:
    return {value for name in dir(module) if name.isupper() and isinstance(value := getattr(module, name), str)}


def test_the_older_names_are_those_of_the_package():
    """The package holds the conventions as they last stood in the main repository."""
    known, metrics, names = values(gen_ai_attributes), values(gen_ai_metrics), genai.NAMES["v1_41"]
    ours = {
        value
        for name, value in vars(genai).items()
        if name[0].isalpha() and name.isupper() and isinstance(value, str) and value.startswith("gen_ai.")
    }
    ours |= {name for name, _ in genai.REQUEST_ATTRIBUTES.values()} | set(names.usage.values())
    assert ours - known - metrics == {genai.TOKEN_MODALITY}
    assert {*names.duration.values(), names.first_chunk, *names.token_histogram.values()} <= metrics


@pytest.mark.parametrize(
    "value, version",
    [("", "v1_41"), ("gen_ai_latest_experimental", "latest"), ("http, gen_ai_latest_experimental", "latest"), ("http", "v1_41")],
)
def test_the_version_that_is_asked_for(value: str, version: str):
    assert genai.version_from({genai.OPT_IN_VARIABLE: value}) == version
    assert genai.version_from({}) == "v1_41"


@pytest.mark.parametrize(
    "operation, duration, tokens",
    [
        ("chat", "gen_ai.client.inference.duration", "gen_ai.client.inference.operation.input_tokens"),
        ("embeddings", "gen_ai.client.embeddings.duration", "gen_ai.client.embeddings.operation.input_tokens"),
        ("rerank", "gen_ai.client.operation.duration", None),
    ],
)
def test_the_newer_names_go_by_operation(operation: str, duration: str, tokens: str | None):
    names = genai.NAMES["latest"]
    assert (names.duration_of(operation), names.tokens_of(operation, "input")) == (duration, tokens)


def test_every_type_has_an_operation():
    assert len({genai.operation_of(kind) for kind in ModelType}) == len(ModelType)
    assert genai.operation_of(ModelType.LLM, LLMCall("m", prompt="x")) == "text_completion"
