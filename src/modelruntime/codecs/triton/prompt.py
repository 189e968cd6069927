"""A conversation as the one text that the endpoint takes."""

from __future__ import annotations

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, Message, ToolMessage, UserMessage, parts_of, text_of
from modelruntime.entities.parts import ReasoningPart, SourcePart, TextPart


def render_prompt(call: LLMCall, instruction: str | None, warnings: CallWarnings) -> str:
    """The prompt itself, or the messages, each a paragraph that begins with who spoke, and the answer's own beginning last. The
    model's template is not known here: one that needs it is called in completion mode."""
    for message in call.messages:
        for part in parts_of(message.content):
            if not isinstance(part, (TextPart, ReasoningPart, SourcePart)):
                warnings.drop(f"{type(part).__name__} was not sent: the endpoint takes text alone", "messages")
    if call.prompt is not None:
        return call.prompt if instruction is None else f"{instruction}\n\n{call.prompt}"
    spoken = [f"{_speaker(message)}: {text}" for message in call.messages if (text := text_of(message.content))]
    return "\n\n".join([*([f"System: {instruction}"] if instruction else []), *spoken, "Assistant:"])


def _speaker(message: Message) -> str:
    match message:
        case UserMessage():
            return "User"
        case AssistantMessage():
            return "Assistant"
        case ToolMessage():
            return "Tool"
        case _:
            return "System"
