"""The format `GENERIC`: OpenAI's chat in camel case, with words in capitals and content always in parts."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_object, as_text, is_array, is_object
from modelruntime.codecs.oci.family import JSON, camel

_LEFT = frozenset(("model", "messages", "tools", "tool_choice", "response_format", "stream", "stream_options"))
_RENAMES = {"parallel_tool_calls": "isParallelToolCalls", "top_logprobs": "logProbs", "n": "numGenerations"}
_CAPITALS = frozenset(("reasoning_effort", "verbosity", "service_tier"))
_MEDIA = {"image_url": ("IMAGE", "imageUrl"), "video_url": ("VIDEO", "videoUrl"), "file_url": ("DOCUMENT", "documentUrl")}


def to_request(body: JSON) -> JSON:
    """`chatRequest` of a body in OpenAI's spelling."""
    request: JSON = {"apiFormat": "GENERIC", "messages": [_message(message) for message in as_array(body.get("messages"))]}
    for name, value in body.items():
        if name not in _LEFT:
            word = value.upper() if name in _CAPITALS and isinstance(value, str) else value
            request[_RENAMES.get(name, camel(name))] = word
    if isinstance(request.get("stop"), str):
        request["stop"] = [request["stop"]]
    request |= stream_options(body)
    if tools := as_array(body.get("tools")):
        request["tools"] = [{"type": "FUNCTION", **without_strict(as_object(tool.get("function")))} for tool in tools]
    if choice := body.get("tool_choice"):
        request["toolChoice"] = _choice(choice)
    if form := as_object(body.get("response_format")):
        request["responseFormat"] = _form(form)
    return request


def stream_options(body: JSON) -> JSON:
    """What asks for a stream, and for usage in it."""
    if not body.get("stream"):
        return {}
    usage = as_object(body.get("stream_options")).get("include_usage")
    return {"isStream": True, **({"streamOptions": {"isIncludeUsage": True}} if usage else {})}


def without_strict(function: JSON) -> JSON:
    """A function as the service knows it."""
    return {name: function[name] for name in ("name", "description", "parameters") if name in function}


def to_reply(body: JSON) -> JSON:
    """A whole reply, or an event of a stream, in OpenAI's spelling. An event is one choice, without an envelope."""
    response = as_object(body.get("chatResponse"))
    if not response:
        return _event(body)
    reply = _without(response, ("apiFormat", "timeCreated", "choices", "usage"))
    reply["model"] = body.get("modelId")
    reply["choices"] = [
        {**choice_of(as_object(choice)), "message": message_of(as_object(choice.get("message")))}
        for choice in as_array(response.get("choices"))
    ]
    return {**reply, **usage_of(response)}


def _event(body: JSON) -> JSON:
    chosen = is_object(body.get("message")) or "finishReason" in body
    if not (chosen or "usage" in body):
        return body  # an error has a message too, which is a text
    choices: list[Any] = []
    if chosen:
        choices = [{**choice_of(body), "delta": message_of(as_object(body.get("message")))}]
    return {"choices": choices, **usage_of(body)}


def choice_of(choice: JSON) -> JSON:
    """Index and finish reason of a choice, in the vendor's word."""
    found: JSON = {"index": choice.get("index") or 0}
    if reason := choice.get("finishReason"):
        found["finish_reason"] = reason
    return found


def message_of(message: JSON) -> JSON:
    """A message, or a piece of one."""
    found: JSON = {"role": "assistant"}
    texts = [part["text"] for part in as_array(message.get("content")) if isinstance(as_object(part).get("text"), str)]
    if texts:
        found["content"] = "".join(texts)
    if thoughts := as_text(message.get("reasoningContent")):
        found["reasoning_content"] = thoughts
    if refusal := as_text(message.get("refusal")):
        found["refusal"] = refusal
    if calls := as_array(message.get("toolCalls")):
        found["tool_calls"] = [_call(as_object(call)) for call in calls]
    return found


def usage_of(holder: JSON) -> JSON:
    """`usage`, where there is one."""
    usage = as_object(holder.get("usage"))
    if not usage:
        return {}
    details = as_object(usage.get("completionTokensDetails"))
    cached = as_object(usage.get("promptTokensDetails")).get("cachedTokens")
    found: JSON = {
        "prompt_tokens": usage.get("promptTokens"),
        "completion_tokens": usage.get("completionTokens"),
        "total_tokens": usage.get("totalTokens"),
    }
    if details.get("reasoningTokens") is not None:
        found["completion_tokens_details"] = {"reasoning_tokens": details["reasoningTokens"]}
    if cached is not None:
        found["prompt_tokens_details"] = {"cached_tokens": cached}
    return {"usage": found}


def _call(call: JSON) -> JSON:
    function = {name: call[name] for name in ("name", "arguments") if call.get(name) is not None}
    return {"type": "function", "function": function, **({"id": call["id"]} if call.get("id") else {})}


def _without(value: JSON, names: tuple[str, ...]) -> JSON:
    return {name: item for name, item in value.items() if name not in names}


def _message(message: JSON) -> JSON:
    wire: JSON = {"role": str(message["role"]).upper()}
    content: Any = message.get("content")
    if is_array(content):
        wire["content"] = [_part(as_object(part)) for part in content]
    elif content:
        wire["content"] = [{"type": "TEXT", "text": content}]
    for name in ("name", "refusal"):
        if message.get(name) is not None:
            wire[name] = message[name]
    if message.get("reasoning_content") is not None:
        wire["reasoningContent"] = message["reasoning_content"]
    if "tool_call_id" in message:
        wire["toolCallId"] = message["tool_call_id"]
    if calls := as_array(message.get("tool_calls")):
        wire["toolCalls"] = [{"type": "FUNCTION", "id": call.get("id"), **as_object(call.get("function"))} for call in calls]
    return wire


def _part(part: JSON) -> JSON:
    kind = as_text(part.get("type")) or "text"
    if kind in _MEDIA:
        word, field = _MEDIA[kind]
        source = dict(as_object(part.get(kind)))
        if isinstance(detail := source.get("detail"), str):
            source["detail"] = detail.upper()
        return {"type": word, field: source}
    if kind == "input_audio":
        audio = as_object(part.get(kind))
        return {"type": "AUDIO", "audioUrl": {"url": f"data:audio/{audio.get('format')};base64,{audio.get('data')}"}}
    if kind == "file":
        return {"type": "DOCUMENT", "documentUrl": {"url": as_object(part.get(kind)).get("file_data")}}
    return {"type": "TEXT", "text": part.get("text")}


def _choice(choice: Any) -> JSON:
    if is_object(choice):
        return {"type": "FUNCTION", "name": as_object(choice.get("function")).get("name")}
    return {"type": str(choice).upper()}


def _form(form: JSON) -> JSON:
    schema = as_object(form.get("json_schema"))
    if not schema:
        return {"type": str(form.get("type")).upper()}
    named = {"isStrict" if name == "strict" else name: value for name, value in schema.items()}
    return {"type": "JSON_SCHEMA", "jsonSchema": named}
