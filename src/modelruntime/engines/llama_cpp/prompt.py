"""Messages as plain role-and-text pairs for a chat template.

Neighbours of one role are joined, since many templates insist on alternation. Tools, and their calls and results in
the history, are written as text: see `tool_grammar.py` for why.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, Message, SystemMessage, ToolMessage, parts_of
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import AttachmentPart, AudioPart, DocumentPart, ImagePart, Part, TextPart, ToolCallPart, VideoPart
from modelruntime.entities.tools import Tool
from modelruntime.entities.warning import CallWarning

_UNSEEN = {ImagePart: "an image", AudioPart: "sound", VideoPart: "a video", DocumentPart: "a document"}

Turn = dict[str, str]


def render_messages(
    call: LLMCall, *, default_system: str | None, tools: tuple[Tool, ...], forced: bool
) -> tuple[list[Turn], tuple[CallWarning, ...]]:
    """The turns of a chat call, and warnings about parts that were left out.

    `default_system` stands in when the call brings no system message. `tools` are those the answer may call, `forced`
    says that it must call one. Media is left out, and the model told so. Raises `ParameterInvalid` (field `messages`) under
    strict for anything that would be left out.
    """
    names: dict[str, str] = {}
    turns: list[Turn] = []
    dropped: list[str] = []
    for message in call.messages:
        if isinstance(message, AssistantMessage):
            names.update((part.id, part.name) for part in message.tool_calls)
        role, text = _turn(message, names, dropped)
        _append(turns, role, text)
    if not any(turn["role"] == "user" for turn in turns):
        raise ParameterInvalid("messages must hold at least one user message", field="messages", model=call.model)
    system = [default_system] if default_system and turns[0]["role"] != "system" else []
    instructions = _instructions(call.output, tools, forced)
    if instructions and turns[0]["role"] == "system":
        turns[0] = {"role": "system", "content": f"{turns[0]['content']}\n\n{instructions}"}
    elif system or instructions:
        turns.insert(0, {"role": "system", "content": "\n\n".join([*system, *([instructions] if instructions else [])])})
    if tools and not forced and not _shape_of(call.output):
        turns = [turns[0], *_shown(tools), *turns[1:-1], {**turns[-1], "content": turns[-1]["content"] + _HINT}]
    if dropped and call.strict:
        raise ParameterInvalid(f"this model cannot read {dropped[0]}: remove it from messages", field="messages", model=call.model)
    return turns, tuple(CallWarning("dropped", f"{what} was left out of the prompt", "messages") for what in dict.fromkeys(dropped))


def _turn(message: Message, names: dict[str, str], dropped: list[str]) -> tuple[str, str]:
    if isinstance(message, ToolMessage):
        name = message.name or names.get(message.tool_call_id) or message.tool_call_id
        word = "failed" if message.is_error else "returned"
        return "user", f"Tool {name} {word}: {_text(message.content, dropped)}"
    if isinstance(message, AssistantMessage):
        calls = message.tool_calls
        text = _text(message.content, dropped)
        return "assistant", "\n".join([*([text] if text else []), *([_written(calls)] if calls else [])])
    role = "system" if isinstance(message, SystemMessage | DeveloperMessage) else "user"
    return role, _text(message.content, dropped)


def _text(content: str | tuple[Part, ...], dropped: list[str]) -> str:
    texts: list[str] = []
    for part in parts_of(content):
        if isinstance(part, TextPart):
            texts.append(part.text)
        elif isinstance(part, AttachmentPart):
            what = _UNSEEN[type(part)]
            texts.append(f"\n[Here was {what}. You read text only and cannot tell what is in it.]\n")
            dropped.append(what)
        elif not isinstance(part, ToolCallPart):
            dropped.append(f"a {type(part).__name__.removesuffix('Part').lower()} part")
    return "".join(texts)


def _written(calls: tuple[ToolCallPart, ...]) -> str:
    rows = [{"name": part.name, "arguments": msgspec.Raw((part.arguments.strip() or "{}").encode())} for part in calls]
    return _json({"tool_calls": rows})


def _append(turns: list[Turn], role: str, text: str) -> None:
    if turns and turns[-1]["role"] == role:
        turns[-1] = {"role": role, "content": f"{turns[-1]['content']}\n\n{text}"}
    else:
        turns.append({"role": role, "content": text})


def _instructions(output: OutputFormat | None, tools: tuple[Tool, ...], forced: bool) -> str:
    shaped = _shape_of(output)
    if not tools:
        return shaped
    rows = [
        _json({"name": tool.name, "description": tool.description or "", "parameters": tool.parameters or {}}) for tool in tools
    ]
    lines = ["You can use these tools, one per line:", *rows]
    if not forced and not shaped:
        return "\n".join([*lines, "Reply with JSON: call a tool when it can do or find out what is asked for, else answer."])
    calls = [f"A request for: {tool.description or tool.name} -> {_json({'tool_calls': [_example(tool)]})}" for tool in tools]
    lines += ["Reply with JSON. Examples of requests and replies:", *calls]
    if not forced:
        lines.append(f'To answer without a tool -> {{"response": …}}. Inside response: {shaped}')
    return "\n".join(lines)


_ANSWERED = (("Hello", "Hello! How can I help?"), ("Who painted the Mona Lisa?", "Leonardo da Vinci painted it."))
_HINT = "\n(Call a tool if one can find this out or do it.)"
"""Said with the last turn: what stands far above it a small model has forgotten."""


def _shown(tools: tuple[Tool, ...]) -> list[Turn]:
    """Answers and calls as turns that went before: a small model does as was done, not as it is told."""
    answers = [(asked, _json({"response": said})) for asked, said in _ANSWERED]
    calls = [(f"I want to: {tool.description or tool.name}", _json({"tool_calls": [_example(tool)]})) for tool in tools]
    pairs = [*answers, *calls]
    return [turn for asked, said in pairs for turn in ({"role": "user", "content": asked}, {"role": "assistant", "content": said})]


def _example(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "arguments": dict.fromkeys((tool.parameters or {}).get("properties") or {}, "…")}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _shape_of(output: OutputFormat | None) -> str:
    if output is None or output.kind == "text":
        return ""
    if output.kind == "json" or not output.schema:
        return "Answer with one JSON object and nothing else."
    described = f" ({output.description})" if output.description else ""
    return f"Answer with JSON that fits this JSON Schema{described} and nothing else: {_json(output.schema)}"
