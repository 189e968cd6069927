"""Messages as callers write them: a text, our own types, or OpenAI-style objects, in any mixture.

Roles: system, developer, user, assistant, tool. What an object says becomes typed parts; keys that nothing here knows are
kept in `provider_metadata["openai"]`, nested as they stood, for a codec of that dialect to send along; nulls say nothing.
Anything odd raises `ParameterInvalid` whose `field` is its place, such as `messages[3].content[0].type`.

Source: https://github.com/openai/openai-openapi, unverified; `reasoning_content` and `reasoning` as
several vendors of that dialect return them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.openai.inbound.field import (
    check_texts,
    filled_text_at,
    is_list,
    leave_to_family,
    mapping_at,
    optional_text_at,
    refuse,
    unknown_keys,
)
from modelruntime.codecs.openai.inbound.parts import content_from
from modelruntime.codecs.openai.inbound.tools import tool_choice_from, tools_from
from modelruntime.codecs.openai.vendor_fields import metadata_of
from modelruntime.entities.messages import (
    AssistantMessage,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
    parts_of,
)
from modelruntime.entities.parts import Part, ReasoningPart, TextPart, ToolCallPart

_OURS = (SystemMessage, DeveloperMessage, UserMessage, AssistantMessage, ToolMessage)


def messages_from(value: str | Message | Mapping[str, Any] | Sequence[Message | Mapping[str, Any]]) -> tuple[Message, ...]:
    """The conversation; a text, one message or one object is a conversation of one.

    Raises `ParameterInvalid` for an empty conversation and for whatever cannot be read, naming its place.
    """
    if type(value) is list and value:
        return _each(value)
    if isinstance(value, str):
        return (UserMessage(value),)
    if isinstance(value, _OURS):
        return (_settled(value, "messages[0]"),)
    if isinstance(value, Mapping):
        return (_message(value, "messages[0]"),)
    return _conversation(value)


def _conversation(value: Any) -> tuple[Message, ...]:
    if not is_list(value):
        refuse("messages", f"must be text or a list of messages, not {type(value).__name__}")
    if not value:
        refuse("messages", "must not be empty")
    return _each(value)


def _each(messages: Any) -> tuple[Message, ...]:
    return tuple([_plain(message) or _message(message, f"messages[{index}]") for index, message in enumerate(messages)])


def _plain(value: Any) -> Message | None:
    """What most messages are: a role and a text."""
    fields: Any = value
    if type(value) is dict and len(fields) == 2:
        role, text = fields.get("role"), fields.get("content")
        if type(text) is str and type(role) is str and (simple := _SIMPLE.get(role)) is not None:
            return simple(text)
    return None


def _message(value: Any, place: str) -> Message:
    if isinstance(value, _OURS):
        return _settled(value, place)
    fields = mapping_at(value, place)
    role = filled_text_at(fields, "role", place)
    read = _READERS.get(role)
    if read is None:
        advice = "; answers of functions are messages of role tool" if role == "function" else ""
        (leave_to_family if role == "function" else refuse)(f"{place}.role", f"must be one of: {', '.join(_READERS)}{advice}")
    return read(fields, place)


def _settled(message: Message, place: str) -> Message:
    """A message of ours, its content made a tuple of parts if it came as anything else."""
    check_texts(message, ("tool_call_id",) if isinstance(message, ToolMessage) else (), place)
    content = content_from(message.content, f"{place}.content")
    return message if content == message.content else msgspec.structs.replace(message, content=content)


_SIMPLE: dict[str, Callable[[str], Message]] = {
    "system": SystemMessage,
    "developer": DeveloperMessage,
    "user": UserMessage,
    "assistant": AssistantMessage,
}
_PLAIN = ("role", "content", "name")


def _read_system(fields: Mapping[str, Any], place: str) -> SystemMessage:
    return SystemMessage(*_instructions(fields, place))


def _read_developer(fields: Mapping[str, Any], place: str) -> DeveloperMessage:
    return DeveloperMessage(*_instructions(fields, place))


def _instructions(fields: Mapping[str, Any], place: str) -> tuple[str | tuple[Part, ...], str | None, dict[str, Any] | None]:
    content = content_from(fields.get("content"), f"{place}.content")
    for index, part in enumerate(() if isinstance(content, str) else content):
        if not isinstance(part, TextPart):
            refuse(f"{place}.content[{index}].type", f"must be text in a {fields['role']} message")
    return content, optional_text_at(fields, "name", place), metadata_of(unknown_keys(fields, _PLAIN))


def _read_user(fields: Mapping[str, Any], place: str) -> UserMessage:
    content = content_from(fields.get("content"), f"{place}.content")
    return UserMessage(content, optional_text_at(fields, "name", place), metadata_of(unknown_keys(fields, _PLAIN)))


def _read_tool(fields: Mapping[str, Any], place: str) -> ToolMessage:
    return ToolMessage(
        filled_text_at(fields, "tool_call_id", place),
        content_from(fields.get("content"), f"{place}.content"),
        optional_text_at(fields, "name", place),
        provider_metadata=metadata_of(unknown_keys(fields, (*_PLAIN, "tool_call_id"))),
    )


def _read_assistant(fields: Mapping[str, Any], place: str) -> AssistantMessage:
    if fields.get("function_call") is not None:
        leave_to_family(f"{place}.function_call", "is an old form: use tool_calls")
    known = [*_PLAIN, "tool_calls", "refusal", "reasoning_content"]
    reasoning = optional_text_at(fields, "reasoning_content", place)
    if reasoning is None and isinstance(fields.get("reasoning"), str):
        reasoning = str(fields["reasoning"])
        known.append("reasoning")
    before: list[Part] = [ReasoningPart(reasoning)] if reasoning else []
    after: list[Part] = _refusal(fields, place) + _tool_calls(fields, place)
    said = fields.get("content")
    if said is None and not (before or after or unknown_keys(fields, known)):
        refuse(f"{place}.content", "is missing")
    content = "" if said is None else content_from(said, f"{place}.content")
    if before or after:
        content = (*before, *parts_of(content), *after)
    return AssistantMessage(content, optional_text_at(fields, "name", place), metadata_of(unknown_keys(fields, known)))


def _refusal(fields: Mapping[str, Any], place: str) -> list[Part]:
    text = optional_text_at(fields, "refusal", place)
    return [TextPart(text, metadata_of({"refusal": True}))] if text else []


def _tool_calls(fields: Mapping[str, Any], place: str) -> list[Part]:
    calls = fields.get("tool_calls")
    if calls is None:
        return []
    if not is_list(calls):
        refuse(f"{place}.tool_calls", "must be a list")
    return [_tool_call(call, f"{place}.tool_calls[{index}]") for index, call in enumerate(calls)]


def _tool_call(value: Any, place: str) -> ToolCallPart:
    if isinstance(value, ToolCallPart):
        check_texts(value, ("id", "name", "arguments"), place)
        return value
    fields = mapping_at(value, place)
    if fields.get("type", "function") != "function":
        leave_to_family(f"{place}.type", "must be function")
    function = mapping_at(fields.get("function"), f"{place}.function")
    arguments = function.get("arguments", "")
    if isinstance(arguments, Mapping):
        try:
            arguments = msgspec.json.encode(arguments).decode()
        except (TypeError, ValueError, RecursionError):
            refuse(f"{place}.function.arguments", "holds a value that JSON cannot express")
    if not isinstance(arguments, str):
        refuse(f"{place}.function.arguments", "must be JSON text")
    unknown = unknown_keys(fields, ("id", "type", "function"))
    if deeper := unknown_keys(function, ("name", "arguments")):
        unknown["function"] = deeper
    if fields.get("id") is None:
        leave_to_family(f"{place}.id", "is missing")
    name = filled_text_at(function, "name", f"{place}.function")
    return ToolCallPart(filled_text_at(fields, "id", place), name, arguments, metadata_of(unknown))


_READERS: dict[str, Callable[[Mapping[str, Any], str], Message]] = {
    "system": _read_system,
    "developer": _read_developer,
    "user": _read_user,
    "assistant": _read_assistant,
    "tool": _read_tool,
}

__all__ = ["messages_from", "tool_choice_from", "tools_from"]
