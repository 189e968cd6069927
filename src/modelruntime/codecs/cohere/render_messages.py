"""Messages → `messages` and `documents`."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.cohere.family import FAMILY, PLAN, THINKING
from modelruntime.codecs.cohere.render_parts import render_result, render_texts, render_user
from modelruntime.codecs.vendor_metadata import JSON, facts_of
from modelruntime.entities.messages import (
    AssistantMessage,
    Message,
    ToolMessage,
    UserMessage,
    parts_of,
)
from modelruntime.entities.parts import OpaquePart, ReasoningPart, SourcePart, TextPart, ToolCallPart


def render_messages(messages: tuple[Message, ...], warnings: CallWarnings) -> JSON:
    """The fields of the body. Instructions of either kind are the role `system`; documents of users stand beside the messages."""
    documents: list[JSON] = []
    rendered = [_message(message, documents, warnings) for message in messages]
    body: JSON = {"messages": [message for message in rendered if message is not None]}
    if documents:
        body["documents"] = documents
    return body


def _message(message: Message, documents: list[JSON], warnings: CallWarnings) -> JSON | None:
    match message:
        case UserMessage():
            return {"role": "user", "content": render_user(message.content, documents, warnings)}
        case ToolMessage():
            content = render_result(message.content, warnings)
            return {"role": "tool", "tool_call_id": message.tool_call_id, "content": content}
        case AssistantMessage():
            return _assistant(message, warnings)
        case _:
            return {"role": "system", "content": render_texts(message.content, warnings)}


def _assistant(message: AssistantMessage, warnings: CallWarnings) -> JSON | None:
    """What a model answered goes back as it came: thoughts, the plan, citations. None where nothing of it can be said."""
    blocks: list[JSON] = []
    plans: list[str] = []
    calls: list[JSON] = []
    citations: list[JSON] = []
    for part in parts_of(message.content):
        facts = facts_of(FAMILY, getattr(part, "provider_metadata", None))
        match part:
            case TextPart():
                blocks += [{"type": "text", "text": part.text, **facts}] if part.text else []
            case ReasoningPart() if facts.get("form") == THINKING:
                blocks.append({"type": "thinking", "thinking": part.text})
            case ReasoningPart() if facts.get("form") == PLAN:
                plans.append(part.text)
            case ReasoningPart():
                if part.text:
                    warnings.map("reasoning of another family is not sent back", "messages")
            case ToolCallPart():
                calls.append(
                    {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": part.arguments or "{}"}}
                )
            case SourcePart():
                citations += [facts] if facts else []
            case OpaquePart() if part.family == FAMILY:
                blocks.append(dict(part.data))
            case _:
                warnings.drop(f"{type(part).__name__} was not sent: the endpoint has no form for it there", "messages")
    fields: dict[str, Any] = {
        "tool_plan": "\n".join(plans),
        "content": blocks[0]["text"] if len(blocks) == 1 and blocks[0].keys() == {"type", "text"} else blocks,
        "tool_calls": calls,
        "citations": citations,
    }
    said = {name: value for name, value in fields.items() if value}
    return {"role": "assistant", **said} if "content" in said or "tool_calls" in said else None
