"""Recorded requests of Converse, read into our types."""

from __future__ import annotations

import base64
import json
from typing import Any

from modelruntime.codecs.bedrock.family import FAMILY
from modelruntime.codecs.bedrock.parse_blocks import parse_block
from modelruntime.codecs.bedrock.render_media import FORMATS
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, Part, VideoPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.replay.family_replay import JSON

EXTRA = {"guardrailConfig": "which guardrail watches the call, an object of the account's"}
"""Keys that may go through `extra`, with the reason."""
_MEDIA: dict[str, Any] = {"image": ImagePart, "video": VideoPart, "audio": AudioPart, "document": DocumentPart}
_PARAMETERS = {"maxTokens": "max_tokens", "temperature": "temperature", "topP": "top_p", "stopSequences": "stop"}
_MODES: dict[str, Any] = {"auto": "auto", "any": "required", "tool": "tool"}


def parse_request(body: JSON, model: str, *, stream: bool) -> LLMCall:
    """The call that a recorded body is."""
    messages: list[Message] = []
    if body.get("system"):
        messages.append(SystemMessage(_parts(body["system"])))
    for message in body["messages"]:
        messages += _messages(message)
    parameters = {
        _PARAMETERS.get(name, f"inferenceConfig.{name}"): value for name, value in body.get("inferenceConfig", {}).items()
    }
    parameters |= {f"additionalModelRequestFields.{name}": of for name, of in body.get("additionalModelRequestFields", {}).items()}
    config = body.get("toolConfig") or {}
    known = ("messages", "system", "inferenceConfig", "additionalModelRequestFields", "toolConfig", "outputConfig", "schemaVersion")
    return LLMCall(
        model,
        tuple(messages),
        parameters=parameters,
        tools=_tools(config.get("tools") or []),
        tool_choice=_choice(config["toolChoice"]) if config.get("toolChoice") else None,
        output=_output(body["outputConfig"]) if body.get("outputConfig") else None,
        stream=stream,
        extra=without(body, known),
    )


def canonical(body: JSON) -> JSON:
    """The body in one of the forms that the vendor takes as the same: one turn a role, success unsaid, schemas parsed."""
    turns: list[JSON] = []
    for message in body["messages"]:
        blocks = [_canonical_block(block) for block in message["content"]]
        if turns and turns[-1]["role"] == message["role"]:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": message["role"], "content": blocks})
    changed: JSON = {**body, "messages": turns}
    if output := body.get("outputConfig"):
        schema = output["textFormat"]["structure"]["jsonSchema"]
        changed["outputConfig"] = {**schema, "schema": json.loads(schema["schema"])}
    return {name: value for name, value in changed.items() if value not in ({}, [])}


def _canonical_block(block: JSON) -> JSON:
    result = block.get("toolResult")
    if result and result.get("status") == "success":
        return {"toolResult": without(result, ("status",))}
    return block


def _messages(message: JSON) -> list[Message]:
    if message["role"] == "assistant":
        return [AssistantMessage(_parts(message["content"]))]
    messages: list[Message] = []
    rest: list[JSON] = []
    for block in message["content"]:
        if result := block.get("toolResult"):
            content = _parts(result["content"])
            messages.append(ToolMessage(result["toolUseId"], content, is_error=result.get("status") == "error"))
        else:
            rest.append(block)
    return [*messages, UserMessage(_parts(rest))] if rest else messages


def _parts(blocks: list[JSON]) -> tuple[Part, ...]:
    """Blocks of a request: what callers make beside what models answer; a mark belongs to what stands before it."""
    parts: list[Part] = []
    for block in blocks:
        kind, value = next(iter(block.items()))
        if kind == "cachePoint":
            parts[-1] = _marked(parts[-1], value)
        elif kind in _MEDIA:
            parts.append(_media(kind, value))
        else:
            parts += parse_block(block)
    return tuple(parts)


def _marked(part: Any, point: JSON) -> Any:
    return type(part)(**{name: getattr(part, name) for name in part.__struct_fields__} | {"cache": CacheHint(point.get("ttl"))})


def _media(kind: str, value: JSON) -> Any:
    media_type = next((name for name, word in FORMATS[kind].items() if word == value["format"]), value["format"])
    source = value["source"]
    data: Any = base64.b64decode(source["bytes"]) if "bytes" in source else source["s3Location"]["uri"]
    facts = without(value, ("format", "source", "name"))
    facts |= without(source.get("s3Location", {}), ("uri",))
    named = {"filename": value["name"]} if kind == "document" else {}
    made: Part = _MEDIA[kind](data, media_type, provider_metadata=metadata_of(FAMILY, facts), **named)
    return made


def _tools(blocks: list[JSON]) -> tuple[Tool | HostedTool, ...]:
    tools: list[Tool | HostedTool] = []
    for block in blocks:
        if spec := block.get("toolSpec"):
            tools.append(Tool(spec["name"], spec.get("description"), spec["inputSchema"]["json"], spec.get("strict")))
        elif "systemTool" in block:
            tools.append(HostedTool(block["systemTool"]["name"]))
        else:
            tools[-1] = _marked(tools[-1], block["cachePoint"])
    return tuple(tools)


def _choice(choice: JSON) -> ToolChoice:
    mode, value = next(iter(choice.items()))
    return ToolChoice(_MODES[mode], value.get("name"))


def _output(config: JSON) -> OutputFormat:
    schema = config["textFormat"]["structure"]["jsonSchema"]
    return OutputFormat("json_schema", json.loads(schema["schema"]), schema["name"], schema.get("description"))
