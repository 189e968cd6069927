"""A call as the input of a prediction: a prompt, a system prompt, and parameters under the model's own names."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.render_output import render_output, with_instruction
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, Message, SystemMessage, ToolMessage, text_of
from modelruntime.entities.parts import TextPart
from modelruntime.entities.warning import CallWarning

JSON = dict[str, Any]


def render_input(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, tuple[CallWarning, ...]]:
    """The input. Several turns become one prompt that names who speaks.

    Raises `ParameterInvalid` for a parameter that is no parameter, and under strict for what cannot be said.
    """
    warnings = CallWarnings(call.strict)
    if call.tools:
        warnings.drop("tools were not sent: a prediction has none", "tools")
    plan = render_output(call.output, replace(endpoint.profile, output_mode="prompt"), warnings)
    fields: JSON = {}
    if call.prompt is not None:
        fields["prompt"] = call.prompt if plan.instruction is None else f"{plan.instruction}\n\n{call.prompt}"
    else:
        fields = _prompts(with_instruction(call.messages, plan.instruction), warnings)
    given, found = render_body(fields, _with_stop(call, warnings), endpoint.profile)
    return given, (*warnings.all(), *found)


def _with_stop(call: LLMCall, warnings: CallWarnings) -> LLMCall:
    """`stop` is one text here, with commas (https://replicate.com/meta/meta-llama-3-70b-instruct/api; unverified)."""
    stop = call.parameters.get("stop")
    if stop is None:
        return call
    others = {name: value for name, value in call.parameters.items() if name != "stop"}
    words = [stop] if isinstance(stop, str) else list(stop)
    warnings.map("stop was sent as stop_sequences, one text with commas", "stop")
    return replace(call, parameters={**others, "stop_sequences": ",".join(words)})


def _prompts(messages: tuple[Message, ...], warnings: CallWarnings) -> JSON:
    system = [_text(message, warnings) for message in messages if isinstance(message, SystemMessage | DeveloperMessage)]
    turns = [message for message in messages if not isinstance(message, SystemMessage | DeveloperMessage)]
    if len(turns) == 1:
        prompt = _text(turns[0], warnings)
    else:
        warnings.map("several turns were sent as one prompt: a prediction takes no conversation", "messages")
        prompt = "\n\n".join(f"{_speaker(turn)}: {_text(turn, warnings)}" for turn in turns) + "\n\nAssistant:"
    return {"prompt": prompt, **({"system_prompt": "\n\n".join(system)} if system else {})}


def _text(message: Message, warnings: CallWarnings) -> str:
    content: Any = message.content
    if not isinstance(content, str) and any(not isinstance(part, TextPart) for part in content):
        warnings.drop("parts that are no text were not sent: the prompt is a text", "messages")
    return text_of(content)


def _speaker(message: Message) -> str:
    if isinstance(message, ToolMessage):
        return "Tool"
    return "Assistant" if isinstance(message, AssistantMessage) else "User"
