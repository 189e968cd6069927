"""The format `COHERE`: the last turn by itself, what came before as a history, tools by parameter names and types.

Calls have no ids on this wire, so a result names its call by function and arguments. In a stream the last event repeats the
whole text and the calls that came before (seen in https://github.com/BerriAI/litellm/blob/main/litellm/llms/oci/chat/transformation.py,
read 2026-11-28).
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_array, as_object, as_text, is_array
from modelruntime.codecs.oci.family import JSON, camel
from modelruntime.codecs.oci.generic import stream_options, usage_of
from modelruntime.entities.errors import ParameterInvalid

_LEFT = frozenset(("model", "messages", "tools", "tool_choice", "response_format", "stream", "stream_options", "stop"))
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "dict"}
_PLAIN = frozenset(("type", "description", "title"))


def to_request(body: JSON, warnings: CallWarnings) -> JSON:
    """`chatRequest` of a body in OpenAI's spelling whose contents are texts.

    Raises `ParameterInvalid` for a conversation that ends with the model's own turn.
    """
    request: JSON = {"apiFormat": "COHERE", **_turns(as_array(body.get("messages")))}
    request |= {camel(name): value for name, value in body.items() if name not in _LEFT}
    if stop := body.get("stop"):
        request["stopSequences"] = list(stop) if is_array(stop) else [stop]
    request |= stream_options(body)
    if tools := as_array(body.get("tools")):
        request["tools"] = [_tool(as_object(tool.get("function")), warnings) for tool in tools]
    if body.get("tool_choice") not in (None, "auto"):
        warnings.drop("tool_choice was not sent: the endpoint decides itself", "tool_choice")
    if form := as_object(body.get("response_format")):
        schema = as_object(form.get("json_schema")).get("schema")
        request["responseFormat"] = {"type": "JSON_OBJECT", **({"schema": schema} if schema else {})}
    return request


class Translation:
    """One answer in OpenAI's spelling; remembers what a stream has already said."""

    __slots__ = ("_calls", "_said")

    def __init__(self) -> None:
        self._said = False
        self._calls = 0

    def __call__(self, body: JSON) -> JSON:
        """A whole reply, or an event of a stream."""
        response = as_object(body.get("chatResponse"))
        if response:
            return {"model": body.get("modelId"), **_reply(response, "message", 0), **_beside(response)}
        if body.get("apiFormat") != "COHERE" and "usage" not in body:
            return body
        event = _reply(body, "delta", self._calls)
        delta = event["choices"][0]["delta"]
        if body.get("finishReason"):
            if self._said:
                delta.pop("content", None)
            if self._calls:
                delta.pop("tool_calls", None)
        self._said = self._said or bool(delta.get("content"))
        self._calls += len(as_array(delta.get("tool_calls")))
        return event if body.get("apiFormat") else {**event, "choices": []}


def _reply(response: JSON, holder: str, calls_before: int) -> JSON:
    message: JSON = {"role": "assistant"}
    if text := as_text(response.get("text")):
        message["content"] = text
    if calls := as_array(response.get("toolCalls")):
        message["tool_calls"] = [_call(as_object(call), at) for at, call in enumerate(calls, calls_before)]
    choice: JSON = {"index": 0, holder: message}
    if reason := as_text(response.get("finishReason")):
        choice["finish_reason"] = reason
        if reason == "ERROR":
            choice["error"] = {"message": as_text(response.get("errorMessage")) or "the model failed", "type": "server_error"}
    return {"choices": [choice], **usage_of(response)}


def _beside(response: JSON) -> JSON:
    """Citations, documents and searches have the places of this format, and stay as they are."""
    kept = ("citations", "documents", "searchQueries", "isSearchRequired")
    return {f"cohere_{name}": response[name] for name in kept if response.get(name)}


def _call(call: JSON, at: int) -> JSON:
    arguments = msgspec.json.encode(call.get("parameters") or {}).decode()
    return {"index": at, "type": "function", "function": {"name": call.get("name"), "arguments": arguments}}


def _turns(messages: list[Any]) -> JSON:
    preamble: list[str] = []
    while messages and messages[0]["role"] == "system":
        preamble.append(str(messages[0].get("content") or ""))
        messages = messages[1:]
    calls = {call["id"]: _wire_call(call) for message in messages for call in as_array(message.get("tool_calls"))}
    last = messages[-1]["role"] if messages else "assistant"
    if last not in ("user", "tool"):
        raise ParameterInvalid("the conversation must end with the user's turn or with results of tools", field="messages")
    found: JSON = {"preambleOverride": "\n\n".join(preamble)} if preamble else {}
    at = len(messages) - 1
    if last == "tool":
        while at and messages[at - 1]["role"] == "tool":
            at -= 1
        found |= {"message": "", "toolResults": [_result(message, calls) for message in messages[at:]]}
    else:
        found["message"] = str(messages[at].get("content") or "")
    if history := _history(messages[:at], calls):
        found["chatHistory"] = history
    return found


def _history(messages: list[Any], calls: dict[str, JSON]) -> list[JSON]:
    history: list[JSON] = []
    for message in messages:
        role, text = message["role"], str(message.get("content") or "")
        if role == "tool":
            results: list[JSON] = history[-1]["toolResults"] if history and history[-1]["role"] == "TOOL" else []
            if not results:
                history.append({"role": "TOOL", "toolResults": results})
            results.append(_result(message, calls))
        elif role == "assistant":
            made = [calls[call["id"]] for call in as_array(message.get("tool_calls"))]
            history.append({"role": "CHATBOT", "message": text, **({"toolCalls": made} if made else {})})
        else:
            history.append({"role": "USER" if role == "user" else "SYSTEM", "message": text})
    return history


def _wire_call(call: JSON) -> JSON:
    function = as_object(call.get("function"))
    return {"name": function.get("name"), "parameters": _json_object(as_text(function.get("arguments")) or "{}")}


def _result(message: JSON, calls: dict[str, JSON]) -> JSON:
    """An output is an object: a text that is none becomes the member `result`."""
    text = str(message.get("content") or "")
    known = calls.get(str(message.get("tool_call_id"))) or {"name": message.get("tool_call_id"), "parameters": {}}
    return {"call": known, "outputs": [_json_object(text) or {"result": text}]}


def _json_object(text: str) -> JSON:
    try:
        return as_object(msgspec.json.decode(text))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _tool(function: JSON, warnings: CallWarnings) -> JSON:
    schema = as_object(function.get("parameters"))
    required = as_array(schema.get("required"))
    definitions: JSON = {}
    for name, value in as_object(schema.get("properties")).items():
        known = as_object(value)
        if known.keys() - _PLAIN:
            warnings.map(f"{name} of {function.get('name')} was described by its type alone: the endpoint knows no schema", "tools")
        kind = as_text(known.get("type")) or "object"
        definition: JSON = {"type": _TYPES.get(kind, "str"), "isRequired": name in required}
        if known.get("description") is not None:
            definition["description"] = known["description"]
        definitions[name] = definition
    described = as_text(function.get("description")) or as_text(function.get("name"))
    return {"name": function.get("name"), "description": described, "parameterDefinitions": definitions}
