"""Messages → `system` and `messages`."""

from __future__ import annotations

from modelruntime.codecs.bedrock.render_blocks import BlockRenderer
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.messages import (
    AssistantMessage,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from modelruntime.schema.profile import Profile


def render_messages(messages: tuple[Message, ...], profile: Profile, warnings: CallWarnings) -> JSON:
    """The fields of the body. Instructions stand in `system`, also those that came later; neighbouring turns of one role are
    joined; results of tools are the user's."""
    renderer = BlockRenderer(profile, warnings)
    system: list[JSON] = []
    turns: list[JSON] = []
    for message in messages:
        if isinstance(message, (SystemMessage, DeveloperMessage)):
            if turns:
                warnings.map("instructions that came later stand at the beginning: the endpoint knows no other place", "messages")
            system += renderer.blocks(message.content)
            continue
        role, blocks = _turn(message, renderer)
        if not blocks:
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    return {"messages": turns, **({"system": system} if system else {})}


def called_tools(turns: list[JSON]) -> list[str]:
    """Names of the tools that rendered turns call, each once; a result without its call counts as a call of `tool`."""
    blocks = [block for turn in turns for block in turn["content"]]
    names = [block["toolUse"]["name"] for block in blocks if "toolUse" in block]
    if not names and any("toolResult" in block for block in blocks):
        return ["tool"]
    return list(dict.fromkeys(names))


def _turn(message: UserMessage | AssistantMessage | ToolMessage, renderer: BlockRenderer) -> tuple[str, list[JSON]]:
    match message:
        case ToolMessage():
            return "user", renderer.result(message)
        case UserMessage():
            return "user", renderer.blocks(message.content)
        case AssistantMessage():
            return "assistant", renderer.blocks(message.content)
