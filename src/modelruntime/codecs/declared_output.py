"""The shape of an answer as forms declare it: `response_format` is one word, `json_schema` the schema as text."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.json_value import as_object, is_object
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.output import OutputFormat

_NAMES = ("response_format", "json_schema")


def with_declared_output(call: LLMCall) -> LLMCall:
    """The call with these two parameters said as its `output`, where that says nothing yet. A schema alone asks for it too.

    Raises `ParameterInvalid` for a schema that is no JSON object.
    """
    asked, schema = (call.parameters.get(name) for name in _NAMES)
    if asked is None and schema is None:
        return call
    rest = {name: value for name, value in call.parameters.items() if name not in _NAMES}
    return replace(call, parameters=rest, output=call.output or _output(asked, schema))


def _output(asked: Any, schema: Any) -> OutputFormat | None:
    if is_object(asked):
        schema = schema or asked.get("json_schema") or asked.get("schema")
        asked = asked.get("type")
    if schema is not None and asked in (None, "json_schema"):
        wanted = _parsed(schema)
        return OutputFormat("json_schema", as_object(wanted.get("schema")) or wanted)
    return OutputFormat("json") if asked in ("json", "json_object", "json_schema") else None


def _parsed(schema: Any) -> dict[str, Any]:
    if isinstance(schema, str):
        try:
            schema = msgspec.json.decode(schema)
        except msgspec.DecodeError as cause:
            raise ParameterInvalid(f"json_schema must be JSON text: {cause}", field="json_schema") from cause
    if not is_object(schema):
        raise ParameterInvalid("json_schema must be a JSON object", field="json_schema")
    return schema
