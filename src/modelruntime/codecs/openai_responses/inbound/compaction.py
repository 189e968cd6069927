"""A conversation made shorter: its summary in a `compaction` item (https://www.openresponses.org/specification, read 2026-11-29).

The item's `encrypted_content` is opaque to clients, who hand it back as it is. Ours holds the summary itself, packed and not
encrypted: it says nothing that its holder did not say or hear. A vendor's own is left to that vendor.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from modelruntime.codecs.openai_responses.family import FAMILY
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.messages import Message, SystemMessage, parts_of
from modelruntime.entities.parts import Part, ReasoningPart, TextPart, ToolCallPart

KIND = "compaction"
_MARK = "mrc1."
_MOST = 2**20
"""Bytes of a summary: whoever packs more into an item means harm."""
_SUMMARY = "Summary of the conversation until here:\n"


def render_compaction(summary: str, identifier: str) -> JSON:
    """The item for a summary."""
    packed = urlsafe_b64encode(zlib.compress(summary.encode()[:_MOST])).decode()
    return {"type": KIND, "id": identifier, "encrypted_content": _MARK + packed}


def summary_of(item: Mapping[str, Any]) -> str | None:
    """The summary in an item of ours; None for one of a vendor's. Raises `ValueError` for one of ours that was changed."""
    content = item.get("encrypted_content")
    if not isinstance(content, str) or not content.startswith(_MARK):
        return None
    worker = zlib.decompressobj()
    try:
        found = worker.decompress(urlsafe_b64decode(content.removeprefix(_MARK)), _MOST)
    except zlib.error as cause:
        raise ValueError("not as it was packed") from cause
    if not worker.eof:
        raise ValueError("cut short, or too long")
    return found.decode()


def message_of(summary: str) -> SystemMessage:
    """What a model is told in place of the conversation."""
    return SystemMessage(_SUMMARY + summary, provider_metadata={FAMILY: {KIND: True}})


def is_ours(message: Message) -> bool:
    """Does the message stand for an item that no vendor could read?"""
    return isinstance(message, SystemMessage) and KIND in facts_of(FAMILY, message.provider_metadata)


def transcript(messages: Sequence[Message]) -> str:
    """A conversation as one text: any model can be asked to sum it up, whatever tools and pictures it had."""
    return "\n\n".join(f"{_speaker(message)}: {_said(message)}" for message in messages)


def _speaker(message: Message) -> str:
    return str(type(message).__struct_config__.tag)


def _said(message: Message) -> str:
    return "\n".join(filter(None, map(_part, parts_of(message.content))))


def _part(part: Part) -> str:
    match part:
        case TextPart():
            return part.text
        case ToolCallPart():
            return f"[calls {part.name} with {part.arguments}]"
        case ReasoningPart():
            return ""
        case _:
            return f"[{type(part).__name__.removesuffix('Part').lower()}]"
