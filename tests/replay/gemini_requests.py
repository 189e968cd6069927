"""Recorded requests of the Gemini family, read into our types. Field names are protobuf JSON: both `inlineData` and `inline_data`
are taken by the vendor, camel case is what we send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from modelruntime.codecs.gemini.family import FAMILY, MODES
from modelruntime.codecs.gemini.parse_parts import bytes_of, parse_part
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, MediaPart, Part, TextPart, VideoPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

JSON = dict[str, Any]
VERBATIM = {"args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema"}
EXTRA = {
    "model": "a recorder's copy of what the path says",
}
"""Keys that may go through `extra`, with the reason."""
PARAMETERS = (
    *("temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "seed", "presencePenalty", "frequencyPenalty"),
    *("thinkingConfig", "candidateCount", "responseLogprobs", "logprobs", "mediaResolution", "responseModalities"),
    *("speechConfig", "imageConfig", "responseMimeType", "responseSchema", "responseJsonSchema"),
    *("cachedContent", "safetySettings", "modelArmorConfig", "labels", "serviceTier", "store"),
)


def camel(value: Any) -> Any:
    """Keys in camel case, but for the caller's own objects and schemas."""
    if isinstance(value, dict):
        named = {re.sub(r"_(\w)", lambda found: found[1].upper(), key): item for key, item in value.items()}
        return {key: item if key in VERBATIM else camel(item) for key, item in named.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def parse_request(body: JSON, model: str, streamed: bool) -> tuple[LLMCall, JSON]:
    """The call that a recorded body is, and the profile facts under which it was sent."""
    body = camel(body)
    messages: list[Message] = []
    if system := body.get("systemInstruction"):
        messages.append(SystemMessage(tuple(_part(part, "") for part in system["parts"])))
    for at, content in enumerate(body.get("contents", ())):
        messages += _turn(content, f"turn-{at}", messages)
    config = dict(body.get("generationConfig") or {})
    output, output_field = _output(config)
    parameters = {key: value for key, value in (*config.items(), *body.items()) if key in PARAMETERS and value is not None}
    config = without(config, PARAMETERS)
    tools, tool_field = _tools(body.get("tools") or ())
    tool_config = dict(body.get("toolConfig") or {})
    choice = tool_config.pop("functionCallingConfig", None)
    if choice and choice["mode"].upper() not in MODES:  # VALIDATED has no word of ours
        tool_config["functionCallingConfig"], choice = choice, None
    extra = without(body, ("systemInstruction", "contents", "generationConfig", "tools", "toolConfig", *PARAMETERS))
    if config:
        extra["generationConfig"] = config
    if tool_config:
        parameters["toolConfig"] = tool_config
    allowed = choice.get("allowedFunctionNames") if choice else None
    call = LLMCall(
        model,
        tuple(messages),
        parameters=parameters,
        tools=tools,
        tool_choice=ToolChoice(MODES[choice["mode"].upper()], allowed=tuple(allowed) if allowed else None) if choice else None,
        output=output,
        stream=streamed,
        extra=extra,
    )
    return call, {"tool_schema_field": tool_field, "output_schema_field": output_field}


def canonical(body: JSON) -> JSON:
    """The body in one of the forms that the vendor takes as the same."""
    body = camel(body)
    turns: list[JSON] = []
    for content in body.get("contents", ()):
        role = "model" if content.get("role") == "model" else "user"
        parts = [_canonical_part(part) for part in content["parts"]]
        if turns and turns[-1]["role"] == role:
            turns[-1]["parts"] += parts
        else:
            turns.append({"role": role, "parts": parts})
    system = {"parts": (body.get("systemInstruction") or {}).get("parts")}
    entries = [{kind: value} for tool in body.get("tools") or () for kind, value in tool.items()]
    declared = [each for entry in entries for each in entry.get("functionDeclarations", ())]
    hosted = [entry for entry in entries if "functionDeclarations" not in entry]
    tools = ([{"functionDeclarations": declared}] if declared else []) + hosted
    config = {key: value for key, value in (body.get("generationConfig") or {}).items() if value is not None}
    if schema := config.get("responseSchema"):
        config["responseSchema"] = _ordered(schema)
    if choice := (body.get("toolConfig") or {}).get("functionCallingConfig"):
        body["toolConfig"] = {**body["toolConfig"], "functionCallingConfig": {**choice, "mode": choice["mode"].upper()}}
    changed = {"contents": turns, "systemInstruction": system, "tools": tools, "generationConfig": config or None}
    return {**body, **changed}


def _ordered(schema: Any) -> Any:
    """One spelling of the one word of schemas that the vendor's clients write in two ways."""
    if isinstance(schema, dict):
        return {"propertyOrdering" if key == "property_ordering" else key: _ordered(item) for key, item in schema.items()}
    return [_ordered(item) for item in schema] if isinstance(schema, list) else schema


def _canonical_part(part: JSON) -> JSON:
    part = {key: value for key, value in part.items() if (key, value) not in (("thought", False), ("text", ""))}
    if data := part.get("inlineData"):
        return {**part, "inlineData": {**data, "data": bytes_of(data["data"]).hex()}}
    if (result := part.get("functionResponse")) and result.get("parts"):
        return {**part, "functionResponse": {**result, "parts": [_canonical_part(each) for each in result["parts"]]}}
    return part


def _part(wire: JSON, call_id: str) -> Part:
    """What callers make: media by its kind."""
    part = parse_part(wire, call_id)
    if not isinstance(part, MediaPart):
        return part
    kinds: dict[str, type[ImagePart | AudioPart | VideoPart]] = {"image": ImagePart, "audio": AudioPart, "video": VideoPart}
    kind = kinds.get((part.media_type or "").partition("/")[0], DocumentPart)
    return kind(part.source, part.media_type, provider_metadata=part.provider_metadata)


def _turn(content: JSON, turn: str, before: list[Message]) -> Iterator[Message]:
    parts = content["parts"]
    if content.get("role") == "model":
        yield AssistantMessage(tuple(parse_part(part, f"{turn}-{at}") for at, part in enumerate(parts)))
        return
    unnamed = [call for message in before[-1:] if isinstance(message, AssistantMessage) for call in message.tool_calls]
    held: list[Part] = []
    for part in parts:
        result = part.get("functionResponse")
        if not result:
            held.append(_part(part, ""))
            continue
        if held:
            yield UserMessage(tuple(held))
            held = []
        call = next((each for each in unnamed if each.name == result["name"]), None)
        if call:
            unnamed.remove(call)
        media = tuple(_part(each, "") for each in result.get("parts") or ())
        text = msgspec.json.encode(result["response"]).decode()
        facts = metadata_of(FAMILY, without(part, ("functionResponse",)))
        key = result.get("id") or (call.id if call else "")
        yield ToolMessage(key, (TextPart(text), *media) if media else text, result["name"], provider_metadata=facts)
    if held:
        yield UserMessage(tuple(held))


def _output(config: JSON) -> tuple[OutputFormat | None, str]:
    if config.get("responseMimeType") != "application/json":
        return None, "responseJsonSchema"
    del config["responseMimeType"]
    field = "responseSchema" if "responseSchema" in config else "responseJsonSchema"
    schema = config.pop(field, None)
    return OutputFormat("json_schema" if schema else "json", schema), field


def _tools(entries: Any) -> tuple[tuple[Tool | HostedTool, ...], str]:
    tools: list[Tool | HostedTool] = []
    field = "parametersJsonSchema"
    for entry in entries:
        for kind, value in entry.items():
            if kind != "functionDeclarations":
                tools.append(HostedTool(kind, value))
                continue
            for declared in value:
                field = "parameters" if "parameters" in declared else field
                facts = metadata_of(FAMILY, without(declared, ("name", "description", field)))
                tools.append(Tool(declared["name"], declared.get("description"), declared.get(field), None, facts))
    return tuple(tools), field
