"""`output=`: a JSON Schema, a msgspec Struct, a dataclass or a pydantic model; back comes the typed object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from modelruntime.codecs.json_value import is_array, is_object
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.output import OutputFormat

FENCE = re.compile(r"^\s*```[\w-]*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


class StructuredOutput(msgspec.Struct, frozen=True):
    """What to ask for, and how to read the answer. `parse` raises `ValueError` for text that does not fit."""

    format: OutputFormat
    parse: Callable[[str], Any]


def structured_output(wanted: Any) -> StructuredOutput:
    """Raises `ParameterInvalid` for something that describes no JSON object.

    `"json"` asks for any JSON value; a mapping is a JSON Schema (also OpenAI's `response_format` shape is taken).
    """
    if wanted == "json":
        return StructuredOutput(OutputFormat("json"), _decode)
    if isinstance(wanted, OutputFormat):
        return StructuredOutput(wanted, _decode)
    if isinstance(wanted, Mapping):
        return StructuredOutput(_from_mapping(cast("Mapping[str, Any]", wanted)), _decode)
    if not isinstance(wanted, type):
        raise ParameterInvalid(
            "output must be a JSON Schema, a msgspec Struct, a dataclass, a pydantic model or the word 'json'", field="output"
        )
    if hasattr(wanted, "model_json_schema") and hasattr(wanted, "model_validate_json"):
        return _from_pydantic(wanted)
    return _from_type(wanted)


def read_answer(output: StructuredOutput, text: str) -> Any:
    """The typed object. A fence around the JSON is taken off; anything else that does not fit raises `ValueError`."""
    if fenced := FENCE.match(text):
        text = fenced.group(1)
    return output.parse(text)


def _decode(text: str) -> Any:
    return msgspec.json.decode(text)


def _from_mapping(wanted: Mapping[str, Any]) -> OutputFormat:
    if wanted.get("type") == "json_object" and len(wanted) == 1:
        return OutputFormat("json")
    shape = wanted.get("json_schema")
    if wanted.get("type") == "json_schema" and isinstance(shape, Mapping):
        inner = cast("Mapping[str, Any]", shape)
        return OutputFormat(
            "json_schema",
            dict(inner.get("schema", {})),
            str(inner.get("name", "answer")),
            inner.get("description"),
            inner.get("strict"),
        )
    name = wanted.get("title")
    return OutputFormat("json_schema", dict(wanted), _identifier(name) if isinstance(name, str) else "answer")


def _from_pydantic(wanted: Any) -> StructuredOutput:
    schema = closed(inlined(wanted.model_json_schema()))
    return StructuredOutput(OutputFormat("json_schema", schema, _identifier(wanted.__name__)), wanted.model_validate_json)


def _from_type(wanted: type) -> StructuredOutput:
    try:
        schema = msgspec.json.schema(wanted)
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wanted)
    except TypeError as cause:
        raise ParameterInvalid(f"output: {wanted.__name__} has no JSON Schema: {cause}", field="output") from cause
    return StructuredOutput(OutputFormat("json_schema", closed(inlined(schema)), _identifier(wanted.__name__)), decoder.decode)


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with a top-level reference resolved: vendors want an object at the root."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    name = reference.rsplit("/", 1)[-1]
    definitions = schema.get("$defs", {})
    root = dict(definitions[name])
    rest = {key: value for key, value in definitions.items() if key != name or reference in repr(definitions)}
    return {**root, "$defs": rest} if rest and "$ref" in repr(root) else root


def closed(schema: Any) -> Any:
    """Objects with `additionalProperties: false`, as strict modes demand, where the schema does not say otherwise."""
    if is_array(schema):
        return [closed(item) for item in schema]
    if not is_object(schema):
        return schema
    done = {key: closed(value) for key, value in schema.items()}
    if done.get("type") == "object" and "properties" in done:
        done.setdefault("additionalProperties", False)
    return done


def _identifier(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or "answer"
