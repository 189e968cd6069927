"""`response_format` as an output format."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.openai.inbound.field import filled_text_at, leave_to_family, mapping_at, optional_text_at, refuse
from modelruntime.entities.output import OutputFormat


def output_from(value: Any, place: str = "response_format") -> OutputFormat | None:
    """The wanted shape; None for text. Raises `ParameterInvalid` naming the place that cannot be read.

    Source: https://platform.openai.com/docs/guides/structured-outputs, unverified."""
    if value is None:
        return None
    fields = mapping_at(value, place)
    kind = filled_text_at(fields, "type", place)
    if kind == "text":
        return None
    if kind == "json_object":
        return OutputFormat("json")
    if kind != "json_schema":
        return leave_to_family(f"{place}.type", "must be text, json_object or json_schema")
    inner = mapping_at(fields.get("json_schema", fields), f"{place}.json_schema")
    schema = dict(mapping_at(inner.get("schema"), f"{place}.json_schema.schema"))
    strict = inner.get("strict")
    if strict is not None and not isinstance(strict, bool):
        refuse(f"{place}.json_schema.strict", "must be true or false")
    name = optional_text_at(inner, "name", place) or "answer"
    return OutputFormat("json_schema", schema, name, optional_text_at(inner, "description", place), strict)
