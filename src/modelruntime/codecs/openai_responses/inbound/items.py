"""`input` → messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, mapping_at, optional_text_at, refuse, text_at
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.openai_responses.inbound.compaction import KIND, message_of, summary_of
from modelruntime.codecs.openai_responses.parse_items import parse_item, parse_text
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import (
    AssistantMessage,
    Content,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from modelruntime.entities.parts import DocumentPart, ImagePart, OpaquePart, Part, ReasoningPart, TextPart

_ROLES: dict[str, type[SystemMessage | DeveloperMessage | UserMessage | AssistantMessage]] = {
    "user": UserMessage,
    "system": SystemMessage,
    "developer": DeveloperMessage,
    "assistant": AssistantMessage,
}
_DETAILS = ("auto", "low", "high", "original")


def messages_from(value: Any) -> tuple[Message, ...]:
    """The conversation; neighbouring items of the model are one turn. Raises `ParameterInvalid` naming the place that cannot be
    read; no input at all is allowed, where another field brings the history."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (UserMessage(value),)
    if not is_list(value):
        refuse("input", f"must be text or a list of items, not {type(value).__name__}")
    messages: list[Message] = []
    for at, item in enumerate(value):
        _add(messages, mapping_at(item, f"input[{at}]"), f"input[{at}]")
    return tuple(messages)


def _add(messages: list[Message], item: Mapping[str, Any], place: str) -> None:
    kind = optional_text_at(item, "type", place) or "message"
    if kind == "message" and (item.get("role") != "assistant" or isinstance(item.get("content"), str)):
        role = _ROLES.get(filled_text_at(item, "role", place)) or refuse(f"{place}.role", f"must be one of: {', '.join(_ROLES)}")
        facts = metadata_of(FAMILY, {"item": without(dict(item), ("type", "role", "content")) or None})
        messages.append(role(_content(item.get("content"), f"{place}.content"), provider_metadata=facts))
    elif kind == "function_call_output":
        facts = metadata_of(FAMILY, without(dict(item), ("type", "call_id", "output")))
        output = _content(item.get("output"), f"{place}.output")
        messages.append(ToolMessage(filled_text_at(item, "call_id", place), output, provider_metadata=facts))
    elif kind == KIND and (summary := _summary(item, place)) is not None:
        messages.append(message_of(summary))
    elif item.get("role") == "developer":
        messages.append(DeveloperMessage((OpaquePart(FAMILY, kind, dict(item)),)))
    else:
        _add_parts(messages, _parts_of_model(item, kind, place))


def _summary(item: Mapping[str, Any], place: str) -> str | None:
    try:
        return summary_of(item)
    except ValueError:
        refuse(f"{place}.encrypted_content", "is not as it was given out")


def _add_parts(messages: list[Message], parts: list[Part]) -> None:
    last = messages[-1] if messages else None
    if isinstance(last, AssistantMessage) and not isinstance(last.content, str):
        messages[-1] = AssistantMessage((*last.content, *parts))
    else:
        messages.append(AssistantMessage(tuple(parts)))


def _parts_of_model(item: Mapping[str, Any], kind: str, place: str) -> list[Part]:
    if kind == "function_call":
        for name in ("call_id", "name", "arguments"):
            text_at(item, name, place)
    try:
        parts = parse_item({**item, "type": kind})
    except (LookupError, TypeError, AttributeError):
        refuse(place, f"is no whole {kind} item")
    return [_unsigned(part) for part in parts]


def _unsigned(part: Part) -> Part:
    """Reasoning of another family's model, which we told with ids of ours, is plain reasoning again."""
    if isinstance(part, ReasoningPart) and part.provider_metadata:
        item = part.provider_metadata[FAMILY]["item"]
        if str(item.get("id", "")).startswith(FOREIGN):
            return ReasoningPart(part.text)
    return part


FOREIGN = "rs_mr_"
"""How the id of a reasoning item begins that this gateway made."""


def _content(value: Any, place: str) -> Content:
    if isinstance(value, str):
        return value
    if not is_list(value):
        refuse(place, "is missing" if value is None else f"must be text or a list of parts, not {type(value).__name__}")
    return tuple(part for at, block in enumerate(value) for part in _parts(mapping_at(block, f"{place}[{at}]"), f"{place}[{at}]"))


def _parts(block: Mapping[str, Any], place: str) -> list[Part]:
    match filled_text_at(block, "type", place):
        case "input_text" | "text":
            return [TextPart(text_at(block, "text", place))]
        case "output_text" | "refusal":
            return list(parse_text(dict(block), {}, 0))
        case "input_image":
            detail = block.get("detail")
            if detail not in (None, *_DETAILS):
                refuse(f"{place}.detail", f"must be one of: {', '.join(_DETAILS)}")
            identifier = block.get("file_id")
            return [ImagePart(FileRef(identifier) if identifier else filled_text_at(block, "image_url", place), detail=detail)]
        case "input_file":
            name = optional_text_at(block, "filename", place)
            if identifier := block.get("file_id"):
                return [DocumentPart(FileRef(identifier), filename=name)]
            source = optional_text_at(block, "file_url", place) or filled_text_at(block, "file_data", place)
            return [DocumentPart(source, filename=name)]
        case kind:
            return [OpaquePart(FAMILY, kind, dict(block))]
