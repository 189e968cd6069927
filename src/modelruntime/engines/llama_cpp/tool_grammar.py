"""The JSON Schema of an answer by a model that may call tools.

Small models do not keep to their own tool format, and llama.cpp drops `tools` in silence where a chat template lacks
them (ggml-org/llama.cpp#27129). So tools are described in the system prompt (`prompt.py`) and the answer is held to
this schema by grammar; `answer_decoder.py` reads it.
"""

from __future__ import annotations

from typing import Any, cast

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.tools import Tool, ToolChoice

MAX_CALLS = 8
"""Calls in one answer: a small model that repeats itself is stopped here."""

Schema = dict[str, Any]


def usable_tools(tools: tuple[Tool, ...], choice: ToolChoice | None) -> tuple[Tool, ...]:
    """The tools that the answer may call. Raises `ParameterInvalid` when the choice names a tool that is not there."""
    if choice is None or choice.mode == "auto" or choice.mode == "required":
        allowed = choice.allowed if choice else None
    elif choice.mode == "none":
        return ()
    else:
        allowed = (choice.name or "",)
    if allowed is None:
        chosen = tools
    else:
        missing = sorted(set(allowed) - {tool.name for tool in tools})
        if missing:
            raise ParameterInvalid(f"tool_choice names {missing[0]!r}, which is not among the tools", field="tool_choice")
        chosen = tuple(tool for tool in tools if tool.name in allowed)
    if not chosen and must_call(choice):
        raise ParameterInvalid("tool_choice demands a tool call, but there are no tools", field="tool_choice")
    return chosen


def must_call(choice: ToolChoice | None) -> bool:
    """Whether an answer without a call is forbidden."""
    return choice is not None and choice.mode in ("required", "tool")


def answer_schema(tools: tuple[Tool, ...], choice: ToolChoice | None, response: Schema | None) -> Schema:
    """Schema of `{"tool_calls": […]}` or, unless a call is demanded, `{"response": …}`.

    `response` is the schema of the answer itself, None for plain text. Local `$ref`s of every embedded schema are
    moved along with it.
    """
    definitions = {f"tool_{index}": _embedded(tool.parameters, f"tool_{index}") for index, tool in enumerate(tools)}
    one = [_object(name={"const": tool.name}, arguments={"$ref": f"#/$defs/tool_{index}"}) for index, tool in enumerate(tools)]
    single = choice is not None and (choice.parallel is False or choice.mode == "tool")
    limits = {"minItems": 1, "maxItems": 1 if single else MAX_CALLS}
    calls = _object(tool_calls={"type": "array", "items": one[0] if len(one) == 1 else {"anyOf": one}, **limits})
    if must_call(choice):
        return {**calls, "$defs": definitions}
    definitions["response"] = _embedded(response, "response") if response is not None else {"type": "string"}
    return {"anyOf": [calls, _object(response={"$ref": "#/$defs/response"})], "$defs": definitions}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _embedded(schema: Schema | None, name: str) -> Schema:
    """A schema to stand at `#/$defs/name`; a tool without parameters takes an empty object."""
    if not schema or (schema.get("type") == "object" and not schema.get("properties") and "additionalProperties" not in schema):
        return {"type": "object", "properties": {}, "additionalProperties": False}
    moved: Schema = _moved(schema, f"#/$defs/{name}")
    return moved


def _moved(node: Any, root: str) -> Any:
    if isinstance(node, list):
        return [_moved(item, root) for item in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    moved = {key: _moved(value, root) for key, value in cast("dict[str, object]", node).items()}
    target = moved.get("$ref")
    if isinstance(target, str) and target.startswith("#"):
        moved["$ref"] = root + target[1:]
    return moved
