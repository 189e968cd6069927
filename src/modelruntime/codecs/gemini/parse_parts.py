"""Wire parts of an answer → parts (https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11-22)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.codecs.gemini.family import FAMILY
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.parts import HostedToolPart, MediaPart, OpaquePart, Part, ReasoningPart, TextPart, ToolCallPart

Stage = Literal["call", "result"]
HOSTED: dict[str, Stage] = {"executableCode": "call", "codeExecutionResult": "result", "toolCall": "call", "toolResponse": "result"}
_SIDES = ("thought", "thoughtSignature")


def parse_part(part: JSON, call_id: str) -> Part:
    """`call_id` names a function call to which the vendor gave no id."""
    key = next((name for name in part if name not in _SIDES), "text")
    facts = metadata_of(FAMILY, without(part, (key, "thought")))
    match key:
        case "text" if part.get("thought"):
            return ReasoningPart(part.get("text", ""), facts)
        case "text":
            return TextPart(part.get("text", ""), facts)
        case "functionCall":
            return _call(as_object(part[key]), call_id, without(part, (key,)))
        case "inlineData":
            data = as_object(part[key])
            return MediaPart(bytes_of(data["data"]), data.get("mimeType"), provider_metadata=facts)
        case "fileData":
            data = as_object(part[key])
            return MediaPart(data["fileUri"], data.get("mimeType"), provider_metadata=facts)
        case _ if key in HOSTED:
            data = as_object(part[key])
            kind = str(data.get("toolType", key if key.startswith("tool") else "code_execution")).lower()
            return HostedToolPart(kind, HOSTED[key], data.get("id"), {key: part[key]}, facts, FAMILY)
        case _:
            return OpaquePart(FAMILY, key, part)


def _call(call: JSON, call_id: str, beside: JSON) -> ToolCallPart:
    """That a call had no id is kept: its result goes back by name alone."""
    facts = {**beside, **({} if call.get("id") else {"noId": True})}
    arguments = msgspec.json.encode(call.get("args") or {}).decode()
    return ToolCallPart(call.get("id") or call_id, call["name"], arguments, metadata_of(FAMILY, facts))


def bytes_of(text: Any) -> bytes:
    """Standard or URL-safe base64, padded or not. Raises `ValueError` for what is neither."""
    plain = str(text).translate(str.maketrans("-_", "+/"))
    found = decode_base64(plain + "=" * (-len(plain) % 4))
    if found is None:
        raise ValueError("no base64")
    return found
