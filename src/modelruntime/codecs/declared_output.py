"""`response_format` and `json_schema`, as forms declare them, for families that say the shape of an answer in another way."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object, as_text, is_object
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.output import OutputFormat

NAMES = ("response_format", "json_schema")


def with_declared_output(call: LLMCall, warnings: CallWarnings) -> LLMCall:
    """The call whose `output` says what those two parameters ask for; `output` itself wins over them, with a warning.

    A word (`text`, `json_object`, `json_schema`) or the object of chat completions; the schema as text or object, bare or
    with its name. Raises `ParameterInvalid` for text that is no JSON.
    """
    given = {name: call.parameters[name] for name in NAMES if call.parameters.get(name) is not None}
    if not given:
        return call
    rest = {name: value for name, value in call.parameters.items() if name not in NAMES}
    if call.output is not None:
        for name in given:
            warnings.map(f"{name} gives way to output, which says the shape of the answer too", name)
        return replace(call, parameters=rest)
    asked = given.get("response_format")
    schema = given.get("json_schema", as_object(asked).get("json_schema"))
    kind = as_text(as_object(asked).get("type")) or as_text(asked)
    if schema is not None and kind != "text":
        return replace(call, parameters=rest, output=_with_schema(schema))
    wanted = OutputFormat("json") if kind in ("json_object", "json_schema", "json") else None
    return replace(call, parameters=rest, output=wanted)


def _with_schema(stated: Any) -> OutputFormat:
    found = _parsed(stated)
    if not is_object(found):
        raise ParameterInvalid("json_schema must be a JSON Schema: an object, or its text", field="json_schema")
    if not is_object(found.get("schema")):
        return OutputFormat("json_schema", found)
    strict = found.get("strict")
    return OutputFormat(
        "json_schema",
        found["schema"],
        as_text(found.get("name")) or "answer",
        as_text(found.get("description")),
        strict if isinstance(strict, bool) else None,
    )


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as cause:
        raise ParameterInvalid(f"json_schema must be JSON text: {cause}", field="json_schema") from cause
