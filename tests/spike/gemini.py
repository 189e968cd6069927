"""Draft of the Gemini generateContent family, both directions, streamed and not.

Shapes: https://ai.google.dev/api/generate-content and /gemini-api/docs/thought-signatures, read 2026-11-22. Field names are
protobuf JSON: both `inlineData` and `inline_data` are taken, camel case is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, ContentFiltered, RateLimited, ServerUnavailable
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart, UsageEvent
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import (
    AssistantMessage,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
    parts_of,
)
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    HostedToolPart,
    ImagePart,
    MediaPart,
    OpaquePart,
    Part,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
    VideoPart,
)
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from tests.spike.streaming import Lives
from tests.spike.wire import JSON, base64_of, bytes_of, facts_of, merge, metadata, rest, text_of_json

CODEC = "gemini_generate"
VERBATIM = {"args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema"}
PARAMETERS = ("temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "seed")
FILTERED = ("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY")
FINISH: dict[str, FinishReason] = {"STOP": "stop", "MAX_TOKENS": "length", "MALFORMED_FUNCTION_CALL": "error"}
MODES: dict[str, Literal["auto", "none", "required"]] = {"AUTO": "auto", "ANY": "required", "NONE": "none"}
HOSTED = {"executableCode": "call", "codeExecutionResult": "result", "toolCall": "call", "toolResponse": "result"}


class Dialect(msgspec.Struct, frozen=True):
    """What would be profile facts: which of two fields takes a JSON Schema."""

    tool_schema: str = "parametersJsonSchema"
    output_schema: str = "responseJsonSchema"


def camel(value: Any) -> Any:
    """Keys in camel case, but for the caller's own objects and schemas."""
    if isinstance(value, dict):
        named = {re.sub(r"_(\w)", lambda m: m[1].upper(), key): v for key, v in value.items()}
        return {key: v if key in VERBATIM else camel(v) for key, v in named.items()}
    return [camel(v) for v in value] if isinstance(value, list) else value


# wire parts → parts


def parse_part(part: JSON, call_id: str, generated: bool) -> Part:
    """`call_id` names a function call to which the vendor gave no id."""
    key = next((k for k in part if k not in ("thought", "thoughtSignature")), "text")
    extra = metadata(CODEC, rest(part, key, "thought"))
    match key:
        case "text" if part.get("thought"):
            return ReasoningPart(part.get("text", ""), extra)
        case "text":
            return TextPart(part.get("text", ""), extra)
        case "functionCall":
            call = part[key]
            facts = {**rest(part, key), **({} if call.get("id") else {"noId": True})}
            return ToolCallPart(
                call.get("id") or call_id, call["name"], text_of_json(call.get("args") or {}), metadata(CODEC, facts)
            )
        case "inlineData" | "fileData":
            data = part[key]
            return _media(
                data.get("mimeType"), bytes_of(data["data"]) if key == "inlineData" else data["fileUri"], extra, generated
            )
        case _ if key in HOSTED:
            kind = part[key].get("toolType", key if key.startswith("tool") else "code_execution").lower()
            return HostedToolPart(kind, HOSTED[key], part[key].get("id"), {key: part[key]}, extra, CODEC)  # type: ignore[arg-type]
    return OpaquePart(CODEC, key, part)


def _media(mime: str | None, source: bytes | str, extra: JSON | None, generated: bool) -> Part:
    if generated:
        return MediaPart(source, mime, provider_metadata=extra)
    kinds: dict[str, type[ImagePart | AudioPart | VideoPart]] = {"image": ImagePart, "audio": AudioPart, "video": VideoPart}
    return kinds.get((mime or "").partition("/")[0], DocumentPart)(source, mime, provider_metadata=extra)


# parts → wire parts


def render_part(part: Part) -> JSON | None:
    facts = facts_of(CODEC, part.provider_metadata)
    match part:
        case TextPart():
            return {"text": part.text, **facts}
        case ReasoningPart() if part.text or facts:
            return {"text": part.text, "thought": True, **facts}
        case ToolCallPart():
            call = {"name": part.name, "args": part.json(), "id": None if facts.get("noId") else part.id}
            return {"functionCall": call, **rest(facts, "noId")}
        case ImagePart() | AudioPart() | VideoPart() | DocumentPart() | MediaPart():
            if isinstance(part.source, str) and not part.source.startswith("data:"):
                return {"fileData": {"fileUri": part.source, "mimeType": part.media_type}, **facts}
            return {"inlineData": {"data": base64_of(part.source), "mimeType": part.media_type}, **facts}
        case HostedToolPart(family="gemini_generate"):
            return {**part.data, **facts}
        case OpaquePart(family="gemini_generate"):
            return dict(part.data)
    return None  # sources are derived and not sent back; what is another family's: a warning in the real codec


def _render_result(message: ToolMessage, call: ToolCallPart | None) -> JSON:
    """A JSON object goes as it is, another text as `result` or `error`; media stand beside it."""
    parts = parts_of(message.content)
    text = "".join(part.text for part in parts if isinstance(part, TextPart))
    response = _object(text)
    if response is None:
        response = {"error" if message.is_error else "result": text}
    noid = call is not None and facts_of(CODEC, call.provider_metadata).get("noId")
    body = {
        "name": message.name or (call.name if call else None),
        "response": response,
        "id": None if noid else message.tool_call_id,
    }
    media = [part for part in parts if not isinstance(part, TextPart)]
    return {"functionResponse": {**body, "parts": [render_part(p) for p in media]}, **facts_of(CODEC, message.provider_metadata)}


def _object(text: str) -> JSON | None:
    try:
        return msgspec.json.decode(text, type=dict)
    except msgspec.DecodeError:
        return None


# requests


def parse_request(body: JSON, model: str, streamed: bool) -> tuple[LLMCall, Dialect]:
    body = camel(body)
    messages: list[Message] = []
    if system := body.get("systemInstruction"):
        messages.append(SystemMessage(tuple(parse_part(p, "", False) for p in system["parts"])))
    for at, content in enumerate(body.get("contents", ())):
        messages += _parse_turn(content, f"turn-{at}", messages)
    config = dict(body.get("generationConfig") or {})
    parameters = {key: config.pop(key) for key in PARAMETERS if key in config}
    output, field = _parse_output(config)
    tools, tool_field = _parse_tools(body.get("tools") or ())
    tool_config = dict(body.get("toolConfig") or {})
    choice = tool_config.pop("functionCallingConfig", None)
    if choice and choice["mode"].upper() not in MODES:  # VALIDATED has no word of ours
        tool_config["functionCallingConfig"], choice = choice, None
    extra = rest(body, "systemInstruction", "contents", "generationConfig", "tools", "toolConfig")
    extra |= {name: value for name, value in (("generationConfig", config), ("toolConfig", tool_config)) if value}
    allowed = choice.get("allowedFunctionNames") if choice else None
    call = LLMCall(
        model,
        tuple(messages),
        parameters=parameters,
        tools=tools,
        tool_choice=ToolChoice(MODES[choice["mode"].upper()], allowed=tuple(allowed) if allowed else None) if choice else None,
        output=output,
        stream=streamed,
        extra=extra,
    )
    return call, Dialect(tool_field, field)


def _parse_turn(content: JSON, turn: str, before: list[Message]) -> Iterator[Message]:
    parts = content["parts"]
    if content.get("role") == "model":
        yield AssistantMessage(tuple(parse_part(p, f"{turn}-{n}", True) for n, p in enumerate(parts)))
        return
    unnamed = [c for m in before[-1:] if isinstance(m, AssistantMessage) for c in m.tool_calls]
    held: list[Part] = []
    for part in parts:
        if result := part.get("functionResponse"):
            if held:
                yield UserMessage(tuple(held))
                held = []
            call = next((c for c in unnamed if c.name == result["name"]), None)
            if call:
                unnamed.remove(call)
            key = result.get("id") or (call.id if call else "")
            media = tuple(parse_part(p, "", False) for p in result.get("parts") or ())
            text = text_of_json(result["response"])
            facts = metadata(CODEC, rest(part, "functionResponse"))
            yield ToolMessage(key, (TextPart(text), *media) if media else text, result["name"], provider_metadata=facts)
        else:
            held.append(parse_part(part, "", False))
    if held:
        yield UserMessage(tuple(held))


def _parse_output(config: JSON) -> tuple[OutputFormat | None, str]:
    if config.get("responseMimeType") != "application/json":
        return None, Dialect().output_schema
    del config["responseMimeType"]
    field = "responseSchema" if "responseSchema" in config else "responseJsonSchema"
    schema = config.pop(field, None)
    return OutputFormat("json_schema" if schema else "json", schema), field


def _parse_tools(entries: Any) -> tuple[tuple[Tool | HostedTool, ...], str]:
    tools: list[Tool | HostedTool] = []
    field = Dialect().tool_schema
    for entry in entries:
        for kind, value in entry.items():
            if kind != "functionDeclarations":
                tools.append(HostedTool(kind, value))
                continue
            for declared in value:
                field = "parameters" if "parameters" in declared else field
                facts = metadata(CODEC, rest(declared, "name", "description", field))
                tools.append(Tool(declared["name"], declared.get("description"), declared.get(field), None, facts))
    return tuple(tools), field


def render_request(call: LLMCall, dialect: Dialect) -> JSON:
    """The body; the model stands in the path. What stands for the user is merged into one turn."""
    body: JSON = {"contents": []}
    calls: dict[str, ToolCallPart] = {}
    for message in call.messages:
        match message:
            case SystemMessage() | DeveloperMessage():
                old = body.get("systemInstruction", {"parts": []})["parts"]
                body["systemInstruction"] = {"parts": [*old, *_render_parts(message)]}
                continue
            case ToolMessage():
                role, parts = "user", [_render_result(message, calls.get(message.tool_call_id))]
            case AssistantMessage():
                role, parts = "model", _render_parts(message)
                calls |= {c.id: c for c in message.tool_calls}
            case _:
                role, parts = "user", _render_parts(message)
        if body["contents"] and body["contents"][-1]["role"] == role:
            body["contents"][-1]["parts"] += parts
        else:
            body["contents"].append({"role": role, "parts": parts})
    config: JSON = dict(call.parameters)
    if call.output:
        config |= {"responseMimeType": "application/json", dialect.output_schema: call.output.schema}
    if config:
        body["generationConfig"] = config
    if call.tools:
        body["tools"] = list(_render_tools(call, dialect))
    if choice := call.tool_choice:
        mode = next(word for word, mode in MODES.items() if mode == choice.mode)
        body["toolConfig"] = {"functionCallingConfig": {"mode": mode, "allowedFunctionNames": list(choice.allowed or ())}}
    return merge(body, call.extra)


def _render_parts(message: Message) -> list[JSON]:
    return [wire for part in parts_of(message.content) if (wire := render_part(part))]


def _render_tools(call: LLMCall, dialect: Dialect) -> Iterator[JSON]:
    declared = [
        {"name": t.name, "description": t.description, dialect.tool_schema: t.parameters, **facts_of(CODEC, t.provider_metadata)}
        for t in call.tools
        if isinstance(t, Tool)
    ]
    if declared:
        yield {"functionDeclarations": declared}
    yield from ({tool.kind: tool.options} for tool in call.tools if isinstance(tool, HostedTool))


# replies


def parse_reply(body: JSON) -> LLMResult:
    """The first candidate. Raises `ContentFiltered` for a prompt that was blocked: there is no candidate then."""
    if not body.get("candidates"):
        raise _blocked(body)
    candidate = body["candidates"][0]
    wire = (candidate.get("content") or {}).get("parts") or []
    parts = [parse_part(part, f"{body.get('responseId', 'call')}-{n}", True) for n, part in enumerate(wire)]
    parts += sources(candidate, [part.text for part in parts if isinstance(part, TextPart)])
    message = AssistantMessage(tuple(parts))
    return LLMResult(
        body.get("modelVersion", ""),
        message,
        _finish(candidate.get("finishReason"), calls=bool(message.tool_calls)),
        parse_usage(body.get("usageMetadata") or {}),
        provider_metadata=_facts(candidate),
        raw=RawReply(msgspec.json.encode(body)),
        response_id=body.get("responseId"),
    )


def _blocked(body: JSON) -> ContentFiltered:
    reason = (body.get("promptFeedback") or {}).get("blockReason")
    return ContentFiltered("the vendor refused the prompt", code=reason, raw=msgspec.json.encode(body))


def _facts(candidate: JSON) -> JSON | None:
    return metadata(
        CODEC, {key: candidate.get(key) for key in ("groundingMetadata", "finishMessage", "safetyRatings", "avgLogprobs")}
    )


def sources(candidate: JSON, texts: list[str]) -> list[SourcePart]:
    """A source for each (support, chunk); chunks that support nothing once. Offsets count UTF-8 bytes on the wire and are kept
    when there is one text part: only then it is plain what they count from."""
    grounding = candidate.get("groundingMetadata") or {}
    found, cited = [], set()
    for support in grounding.get("groundingSupports") or ():
        span = support.get("segment") or {}
        for n in support.get("groundingChunkIndices") or ():
            cited.add(n)
            ends = (
                [_characters(texts[0], span.get(key, 0)) for key in ("startIndex", "endIndex")] if len(texts) == 1 else [None, None]
            )
            found.append(_chunk(grounding["groundingChunks"][n], *ends))
    return found + [_chunk(c) for n, c in enumerate(grounding.get("groundingChunks") or ()) if n not in cited]


def _chunk(chunk: JSON, start: int | None = None, end: int | None = None) -> SourcePart:
    body: JSON = next(iter(chunk.values()), {})
    return SourcePart(body.get("uri"), body.get("title"), body.get("text"), start, end)


def _characters(text: str, offset: int) -> int:
    return len(text.encode()[:offset].decode(errors="ignore"))


def _finish(word: str | None, *, calls: bool) -> Finish:
    if word == "STOP" and calls:
        return Finish("tool_calls", word)
    return Finish("content_filter" if word in FILTERED else FINISH.get(word or "", "other"), word)


def parse_usage(usage: JSON) -> Usage:
    """`promptTokenCount` counts cached tokens but no tool results; `candidatesTokenCount` no thoughts."""
    if not usage:
        return Usage()
    cached, thoughts = usage.get("cachedContentTokenCount"), usage.get("thoughtsTokenCount")
    total = usage.get("promptTokenCount", 0) + usage.get("toolUsePromptTokenCount", 0)
    text = usage.get("candidatesTokenCount", 0)
    into, out = (
        {row["modality"]: row.get("tokenCount", 0) for row in usage.get(key) or ()}
        for key in ("promptTokensDetails", "candidatesTokensDetails")
    )
    return Usage(
        InputUsage(total, total - (cached or 0), cached, None, into.get("AUDIO"), into.get("IMAGE")),
        OutputUsage(
            text + (thoughts or 0), out.get("TEXT", text if not out else None), thoughts, out.get("AUDIO"), out.get("IMAGE")
        ),
        raw=usage,
        tier=usage.get("serviceTier"),
    )


class Machine:
    """One streamed answer: chunks are whole replies of a few parts. A part with a signature is never joined with another.

    Terminal fact: a candidate's `finishReason`; usage and grounding may still follow, so the end is told at `close`."""

    def __init__(self) -> None:
        self.lives = Lives()
        self._count = 0
        self._text: str | None = None
        self._texts: list[str] = []
        self._calls = False
        self._usage: JSON = {}
        self._candidate: JSON = {}

    def receive(self, name: str, payload: JSON) -> list[StreamEvent]:
        if error := payload.get("error"):
            kind = {429: RateLimited, 500: ServerUnavailable, 503: ServerUnavailable}.get(error.get("code"), BadRequest)
            raise kind("the vendor broke off its answer", status=error.get("code"), code=error.get("status"))
        events: list[StreamEvent] = []
        if not self._count:
            self._count = 1
            events.append(StreamStart(payload.get("modelVersion", ""), response_id=payload.get("responseId")))
        self._usage |= payload.get("usageMetadata") or {}
        candidate = next(iter(payload.get("candidates") or ()), None)
        if candidate is None and (payload.get("promptFeedback") or {}).get("blockReason"):
            raise _blocked(payload)
        candidate = candidate or {}
        for wire in (candidate.get("content") or {}).get("parts") or ():
            self._count += 1
            events += self._part(parse_part(wire, f"{payload.get('responseId', 'call')}-{self._count}", True))
        self._candidate |= rest(candidate, "content")
        return [*events, UsageEvent(parse_usage(self._usage))] if "usageMetadata" in payload else events

    def _part(self, part: Part) -> list[StreamEvent]:
        self._calls |= isinstance(part, ToolCallPart)
        if isinstance(part, TextPart):
            self._texts += [part.text] if part.provider_metadata or not self._text else []
        if not isinstance(part, TextPart | ReasoningPart) or part.provider_metadata:
            return self._end() + self.lives.whole(f"{self._count}", part)
        kind = type(part).__name__
        if not part.text:
            return []
        events: list[StreamEvent] = []
        if self._text is None or not self._text.startswith(kind):
            events = self._end()
            self._text = f"{kind}-{self._count}"
            events += self.lives.start(self._text, type(part)(""))
        return events + self.lives.more(self._text, part.text)

    def _end(self) -> list[StreamEvent]:
        key, self._text = self._text, None
        return self.lives.end(key) if key else []

    def close(self) -> FinishEvent | None:
        reason = self._candidate.get("finishReason")
        if not reason:
            return None
        return FinishEvent(_finish(reason, calls=self._calls), parse_usage(self._usage), provider_metadata=_facts(self._candidate))
