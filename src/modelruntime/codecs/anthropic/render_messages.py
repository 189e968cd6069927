"""Messages → `system` and `messages`."""

from __future__ import annotations

from modelruntime.codecs.anthropic.family import FAMILY
from modelruntime.codecs.anthropic.render_blocks import render_blocks, render_result
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.messages import (
    AssistantMessage,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
)


def render_messages(messages: tuple[Message, ...], warnings: CallWarnings) -> JSON:
    """The fields of the body. Leading instructions become `system`, later ones stand where they are as the role `system`
    (which not every model takes); neighbouring turns of one role are joined; results of tools are the user's."""
    system: list[JSON] = []
    turns: list[JSON] = []
    container: str | None = None
    for message in messages:
        if isinstance(message, (SystemMessage, DeveloperMessage)) and not turns:
            system += render_blocks(message.content, warnings)
            continue
        role, blocks = _turn(message, warnings)
        container = facts_of(FAMILY, message.provider_metadata).get("container") or container
        if not blocks:
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    body: JSON = {"messages": turns}
    if system:
        body["system"] = system
    if container:
        body["container"] = container
    return body


def _turn(message: Message, warnings: CallWarnings) -> tuple[str, list[JSON]]:
    match message:
        case ToolMessage():
            return "user", [render_result(message, warnings)]
        case UserMessage():
            return "user", render_blocks(message.content, warnings)
        case AssistantMessage():
            return "assistant", render_blocks(message.content, warnings)
        case _:
            return "system", render_blocks(message.content, warnings)
