"""Parts → content blocks."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.cohere.family import FAMILY
from modelruntime.codecs.media_source import inline, remote_url
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.messages import Content, parts_of
from modelruntime.entities.parts import DocumentPart, ImagePart, TextPart

_DETAILS = ("auto", "low", "high")


def render_texts(content: Content, warnings: CallWarnings) -> str | list[JSON]:
    """Instructions, which are text alone; one text stays a string."""
    return _plain([block for part in parts_of(content) if (block := _text_of(part, warnings))])


def render_user(content: Content, documents: list[JSON], warnings: CallWarnings) -> str | list[JSON]:
    """What a user says and shows. A document of text is put among `documents`, where the vendor wants those to cite."""
    blocks: list[JSON] = []
    for part in parts_of(content):
        if isinstance(part, ImagePart):
            blocks.append({"type": "image_url", "image_url": _image(part, warnings)})
        elif isinstance(part, DocumentPart) and (document := render_document(part)) is not None:
            documents.append(document)
        elif block := _text_of(part, warnings):
            blocks.append(block)
    return _plain(blocks)


def render_result(content: Content, warnings: CallWarnings) -> str | list[JSON]:
    """What a tool answered: text, or documents for the model to cite."""
    blocks: list[JSON] = []
    for part in parts_of(content):
        if isinstance(part, DocumentPart) and (document := render_document(part)) is not None:
            blocks.append({"type": "document", "document": document})
        elif block := _text_of(part, warnings):
            blocks.append(block)
    return _plain(blocks)


def render_document(part: DocumentPart) -> JSON | None:
    """`{"id", "data": {"text", "title", …}}`; None for what is no text. The id, and further keys of `data`, come from the
    metadata."""
    text = _document_text(part)
    if text is None:
        return None
    facts = facts_of(FAMILY, part.provider_metadata)
    title = {"title": part.filename} if part.filename else {}
    named = {"id": facts["id"]} if "id" in facts else {}
    return {**named, "data": {**title, "text": text, **facts.get("data", {})}}


def _document_text(part: DocumentPart) -> str | None:
    if not isinstance(part.source, bytes) or not (part.media_type or "").startswith(("text/", "application/json")):
        return None
    return part.source.decode("utf-8", "replace")


def _text_of(part: Any, warnings: CallWarnings) -> JSON | None:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text} if part.text else None
    warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it there", "messages")
    return None


def _image(part: ImagePart, warnings: CallWarnings) -> JSON:
    url = remote_url(part.source) or inline(part.source, part.media_type, "image/png").url
    if part.detail is None:
        return {"url": url}
    if part.detail not in _DETAILS:
        warnings.map(f"the image's detail {part.detail!r} is asked for as 'high'", "messages")
    return {"url": url, "detail": part.detail if part.detail in _DETAILS else "high"}


def _plain(blocks: list[JSON]) -> str | list[JSON]:
    """One text as a string, as it is mostly written."""
    if not blocks:
        return ""
    return blocks[0]["text"] if len(blocks) == 1 and blocks[0]["type"] == "text" else blocks
