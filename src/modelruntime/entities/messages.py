"""Who said what. `content` is a string or an ordered tuple of parts."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.parts import Part, TextPart, ToolCallPart

Content = str | tuple[Part, ...]


class SystemMessage(msgspec.Struct, frozen=True, tag="system", tag_field="role"):
    """Instructions that stand above the conversation."""

    content: Content
    name: str | None = None
    provider_metadata: dict[str, Any] | None = None


class DeveloperMessage(msgspec.Struct, frozen=True, tag="developer", tag_field="role"):
    """Instructions of the application; sent as a system message where a family has no such role."""

    content: Content
    name: str | None = None
    provider_metadata: dict[str, Any] | None = None


class UserMessage(msgspec.Struct, frozen=True, tag="user", tag_field="role"):
    """What the user says or shows."""

    content: Content
    name: str | None = None
    provider_metadata: dict[str, Any] | None = None


class AssistantMessage(msgspec.Struct, frozen=True, tag="assistant", tag_field="role"):
    """What a model answered: text, reasoning, tool calls, sources, in the order they came."""

    content: Content
    name: str | None = None
    provider_metadata: dict[str, Any] | None = None

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The tool calls among the parts, in order."""
        return () if isinstance(self.content, str) else tuple(part for part in self.content if isinstance(part, ToolCallPart))


class ToolMessage(msgspec.Struct, frozen=True, tag="tool", tag_field="role"):
    """What a tool answered to the call `tool_call_id`."""

    tool_call_id: str
    content: Content
    name: str | None = None
    is_error: bool = False
    provider_metadata: dict[str, Any] | None = None
    cache: CacheHint | None = None


Message = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage


def parts_of(content: Content) -> tuple[Part, ...]:
    """The content as parts: a non-empty string is one text part, an empty one none."""
    if isinstance(content, str):
        return (TextPart(content),) if content else ()
    return content


def text_of(content: Content) -> str:
    """The text parts joined, without separator."""
    return content if isinstance(content, str) else "".join(part.text for part in content if isinstance(part, TextPart))
