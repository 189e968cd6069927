"""What forms say of the shape of an answer, as the output that a codec renders."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.declared_output import with_declared_output
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.output import OutputFormat

SCHEMA = {"type": "object"}


@pytest.mark.parametrize(
    ("parameters", "output"),
    [
        ({}, None),
        ({"response_format": "text"}, None),
        ({"response_format": "text", "json_schema": SCHEMA}, None),
        ({"response_format": "json_object"}, OutputFormat("json")),
        ({"response_format": "json_schema"}, OutputFormat("json")),
        ({"response_format": {"type": "json_object"}}, OutputFormat("json")),
        ({"json_schema": SCHEMA}, OutputFormat("json_schema", SCHEMA)),
        ({"response_format": "json_schema", "json_schema": '{"type": "object"}'}, OutputFormat("json_schema", SCHEMA)),
        (
            {"json_schema": {"name": "n", "description": "d", "strict": True, "schema": SCHEMA}},
            OutputFormat("json_schema", SCHEMA, "n", "d", True),
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}},
            OutputFormat("json_schema", SCHEMA, "n"),
        ),
    ],
)
def test_the_two_parameters_become_the_output(parameters: dict[str, Any], output: OutputFormat | None) -> None:
    warnings = CallWarnings(strict=True)
    found = with_declared_output(LLMCall("m", parameters={"seed": 1, **parameters}), warnings)
    assert (found.output, found.parameters, warnings.all()) == (output, {"seed": 1}, ())


def test_the_output_of_the_call_wins() -> None:
    warnings = CallWarnings(strict=True)
    wanted = OutputFormat("json")
    found = with_declared_output(LLMCall("m", parameters={"response_format": "text"}, output=wanted), warnings)
    assert (found.output, found.parameters) == (wanted, {})
    assert [(warning.kind, warning.field) for warning in warnings.all()] == [("mapped", "response_format")]


@pytest.mark.parametrize("schema", ["{", "[]", 3])
def test_what_is_no_schema_is_refused(schema: Any) -> None:
    with pytest.raises(ParameterInvalid, match="json_schema must be"):
        with_declared_output(LLMCall("m", parameters={"json_schema": schema}), CallWarnings(strict=False))
