"""Messages → `input` (and `instructions`)."""

from __future__ import annotations

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.media_source import inline, remote_url
from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.openai_responses.render_items import render_items
from modelruntime.codecs.vendor_metadata import JSON, facts_of, without
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import (
    AssistantMessage,
    Content,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
    parts_of,
)
from modelruntime.entities.parts import DocumentPart, HostedToolPart, ImagePart, OpaquePart, Part, TextPart


def render_input(messages: tuple[Message, ...], warnings: CallWarnings) -> JSON:
    """The fields of the body."""
    items: list[JSON] = []
    body: JSON = {"input": items}
    kinds: dict[str, str] = {}
    for message in messages:
        facts = facts_of(FAMILY, message.provider_metadata)
        match message:
            case SystemMessage() if facts.get("instructions"):
                body["instructions"] = message.content
            case AssistantMessage() if not isinstance(message.content, str):
                items += render_items(message, warnings)
                kinds |= _kinds(message)
            case ToolMessage():
                items.append({**_result(message, kinds.get(message.tool_call_id), warnings), **facts})
            case DeveloperMessage(content=(OpaquePart(family="openai_responses", data=data),)):
                items.append(data)
            case UserMessage(content=tuple() as parts) if own := [part for part in parts if _is_item(part)]:
                items += [part.data for part in own if isinstance(part, OpaquePart)]
                if rest := _contents(tuple(part for part in parts if not _is_item(part)), warnings):
                    items.append({"role": "user", "content": rest})
            case _:
                role = str(type(message).__struct_config__.tag)
                items.append({"role": role, "content": _contents(message.content, warnings), **facts.get("item", {})})
    return body


def _is_item(part: Part) -> bool:
    """Is it an item by itself (an approval, the output of a tool, a reference) and no content of a message?"""
    return isinstance(part, OpaquePart) and part.family == FAMILY and not part.kind.startswith("input_")


def _kinds(message: AssistantMessage) -> dict[str, str]:
    """The id of each call of a tool that the vendor defines and the caller runs → what its item is called."""
    hosted = (part for part in parts_of(message.content) if isinstance(part, HostedToolPart) and part.family == FAMILY)
    steps = [as_object(part.data) for part in hosted]
    return {str(item["call_id"]): str(item["type"]) for item in steps if "call_id" in item and "type" in item}


def _result(message: ToolMessage, kind: str | None, warnings: CallWarnings) -> JSON:
    """The output of a call: of a function, of a tool that takes free text, or of a computer, whose output is its screen."""
    output = _contents(message.content, warnings)
    named = kind if kind in ("custom_tool_call", "computer_call") else "function_call"
    shown = _screen(output) if named == "computer_call" and not isinstance(output, str) else output
    return {"type": f"{named}_output", "call_id": message.tool_call_id, "output": shown}


def _screen(blocks: list[JSON]) -> JSON:
    images = [without(block, ("detail",)) for block in blocks if block["type"] == "input_image"]
    return {**(images[0] if images else {}), "type": "computer_screenshot"}


def _contents(content: Content, warnings: CallWarnings) -> str | list[JSON]:
    if isinstance(content, str):
        return content
    return [block for part in content if (block := _content(part, warnings)) is not None]


def _content(part: Part, warnings: CallWarnings) -> JSON | None:
    facts = facts_of(FAMILY, part.provider_metadata)
    match part:
        case TextPart():
            return {"type": "input_text", "text": part.text, **facts}
        case ImagePart():
            image: JSON = {"type": "input_image"}
            if isinstance(part.source, FileRef):
                image["file_id"] = part.source.id
            else:
                image["image_url"] = remote_url(part.source) or inline(part.source, part.media_type, "image/png").url
            return {**image, "detail": part.detail or "auto", **facts}
        case DocumentPart():
            return {"type": "input_file", **_document(part), **facts}
        case OpaquePart() if part.family == FAMILY:
            return dict(part.data)
        case _:
            warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it", "messages")
            return None


def _document(part: DocumentPart) -> JSON:
    if isinstance(part.source, FileRef):
        return {"file_id": part.source.id, **({"filename": part.filename} if part.filename else {})}
    if url := remote_url(part.source):
        return {"file_url": url, **({"filename": part.filename} if part.filename else {})}
    # the vendor wants a name with data that it did not fetch itself
    return {"file_data": inline(part.source, part.media_type, "application/pdf").url, "filename": part.filename or "document.pdf"}
