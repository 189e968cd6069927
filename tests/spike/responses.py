"""Draft of the OpenAI Responses family, both directions. The stream is in `responses_stream`.

An answer is a list of *items*; a message item and a reasoning item hold several contents. Here each content is a part of
its own; `{"item": facts, "part": n}` in its metadata says which item it was in and where, so that items can be put
together again: part 0 begins an item. Shapes: https://platform.openai.com/docs/api-reference/responses, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    InvokeError,
    RateLimited,
    ServerUnavailable,
)
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.finish import Finish
from modelruntime.entities.llm_result import LLMResult, TokenLogprob
from modelruntime.entities.messages import (
    AssistantMessage,
    Content,
    DeveloperMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
    parts_of,
)
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import (
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
)
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from tests.spike.wire import JSON, base64_of, bytes_of, data_url, facts_of, merge, metadata, rest

CODEC = "openai_responses"
PARAMETERS = ("max_output_tokens", "temperature", "top_p")
ROLES: dict[str, type[SystemMessage | DeveloperMessage | UserMessage | AssistantMessage]] = {
    "user": UserMessage,
    "system": SystemMessage,
    "developer": DeveloperMessage,
    "assistant": AssistantMessage,
}
ERRORS: dict[str, type[InvokeError]] = {
    "server_error": ServerUnavailable,
    "rate_limit_exceeded": RateLimited,
    "context_length_exceeded": ContextLengthExceeded,
    "content_filter": ContentFiltered,
}
PENDING = ("queued", "in_progress")


# items → parts


def parse_item(item: JSON) -> list[Part]:
    """An output item as parts, sources after the text they belong to."""
    kind = item["type"]
    match kind:
        case "message":
            facts = rest(item, "type", "role", "content")
            return [part for n, content in enumerate(item["content"]) for part in _text(content, facts, n)]
        case "reasoning":
            return list(_reasoning(item))
        case "function_call":
            facts = rest(item, "type", "call_id", "name", "arguments")
            return [ToolCallPart(item["call_id"], item["name"], item["arguments"], {CODEC: {"item": facts}})]
        case "image_generation_call" if item.get("result"):
            media_type = f"image/{item.get('output_format', 'png')}"
            return [MediaPart(bytes_of(item["result"]), media_type, item["id"], None, {CODEC: {"item": rest(item, "result")}})]
    if kind.endswith("_output"):
        return [HostedToolPart(kind.removesuffix("_output"), "result", item.get("id"), item, family=CODEC)]
    if kind.endswith("_call"):
        done = item.get("outputs") or item.get("results") or item.get("output") or kind == "web_search_call"
        return [
            HostedToolPart(kind.removesuffix("_call"), "call_and_result" if done else "call", item.get("id"), item, family=CODEC)
        ]
    return [OpaquePart(CODEC, kind, item)]


def _text(content: JSON, item: JSON, n: int) -> Iterator[Part]:
    kind = content["type"]
    facts = {"item": item, "part": n, **({} if kind == "output_text" else {"kind": kind})}
    yield TextPart(content.get("text") or content.get("refusal") or "", {CODEC: facts})
    for note in content.get("annotations") or ():
        start, end = note.get("start_index"), note.get("end_index")
        yield SourcePart(note.get("url"), note.get("title") or note.get("filename"), None, start, end, {CODEC: note})


def _reasoning(item: JSON) -> Iterator[ReasoningPart]:
    """One part a summary or content. What is secret stands on the last: a stream knows it only then."""
    texts = [("summary", s["text"]) for s in item.get("summary") or ()] + [
        ("content", c["text"]) for c in item.get("content") or ()
    ]
    facts = rest(item, "type", "summary", "content", "encrypted_content")
    for n, (kind, text) in enumerate(texts or [("none", "")]):
        last = n + 1 >= len(texts)
        item_facts = {**facts, "encrypted_content": item.get("encrypted_content")} if last else facts
        yield ReasoningPart(text, {CODEC: {"item": item_facts, "part": n, "kind": kind}})


# parts → items


def render_items(message: AssistantMessage) -> list[JSON]:
    items: list[JSON] = []
    for part in parts_of(message.content):
        facts = facts_of(CODEC, part.provider_metadata)
        own = {key: value for key, value in facts.get("item", {}).items() if value is not None}
        begins = not items or facts.get("part", 0) == 0
        match part:
            case TextPart():
                if begins or items[-1].get("role") != "assistant":
                    items.append({"type": "message", "role": "assistant", **own, "content": []})
                kind = facts.get("kind", "output_text")
                items[-1]["content"].append({"type": kind, "refusal" if kind == "refusal" else "text": part.text})
            case SourcePart() if facts and items and items[-1].get("content"):
                items[-1]["content"][-1].setdefault("annotations", []).append(facts)
            case ReasoningPart() if facts:
                if begins or items[-1]["type"] != "reasoning":
                    items.append({"type": "reasoning", "summary": [], "content": []})
                items[-1] |= own
                if facts["kind"] == "summary":
                    items[-1]["summary"].append({"type": "summary_text", "text": part.text})
                elif facts["kind"] == "content":
                    items[-1]["content"].append({"type": "reasoning_text", "text": part.text})
            case ToolCallPart():
                items.append({"type": "function_call", "call_id": part.id, "name": part.name, "arguments": part.arguments, **own})
            case MediaPart() if own:
                items.append({**own, "result": base64_of(part.source)})
            case HostedToolPart(family="openai_responses") | OpaquePart(family="openai_responses"):
                items.append(part.data)
            case _:
                pass  # another family's: a warning in the real codec
    return items


def _parse_input(content: str | list[JSON]) -> Content:
    return content if isinstance(content, str) else tuple(part for block in content for part in _parse_content(block))


def _parse_content(block: JSON) -> list[Part]:
    match block["type"]:
        case "input_text":
            return [TextPart(block["text"])]
        case "output_text" | "refusal":
            return list(_text(block, {}, 0))
        case "input_image":
            source = FileRef(block["file_id"]) if block.get("file_id") else block["image_url"]
            return [ImagePart(source, detail=block.get("detail"))]
        case "input_file":
            source = FileRef(block["file_id"]) if block.get("file_id") else block.get("file_url") or block["file_data"]
            return [DocumentPart(source, filename=block.get("filename"))]
        case kind:
            return [OpaquePart(CODEC, kind, block)]


def _render_input(content: Content) -> str | list[JSON]:
    return content if isinstance(content, str) else [block for part in content if (block := _render_content(part))]


def _render_content(part: Part) -> JSON | None:
    facts = facts_of(CODEC, part.provider_metadata)
    match part:
        case TextPart():
            return {"type": "input_text", "text": part.text, **facts}
        case ImagePart(source=FileRef() as file):
            return {"type": "input_image", "file_id": file.id, "detail": part.detail, **facts}
        case ImagePart():
            return {"type": "input_image", "image_url": data_url(part.source, part.media_type), "detail": part.detail, **facts}
        case DocumentPart(source=FileRef() as file):
            return {"type": "input_file", "file_id": file.id, "filename": part.filename, **facts}
        case DocumentPart():
            url = data_url(part.source, part.media_type)
            field = "file_url" if url.startswith("http") else "file_data"
            return {"type": "input_file", field: url, "filename": part.filename, **facts}
        case OpaquePart(family="openai_responses"):
            return dict(part.data)
    return None


# requests


def parse_request(body: JSON) -> LLMCall:
    messages: list[Message] = []
    if body.get("instructions") is not None:
        messages.append(SystemMessage(body["instructions"], provider_metadata={CODEC: {"instructions": True}}))
    items = [{"role": "user", "content": body["input"]}] if isinstance(body.get("input"), str) else body.get("input") or []
    for item in items:
        _parse_turn(item, messages)
    extra = rest(
        body, "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "stream", *PARAMETERS
    )
    text = dict(body.get("text") or {})
    form = text.pop("format", None)
    choice = _parse_choice(body.get("tool_choice"), body.get("parallel_tool_calls"))
    if body.get("tool_choice") is not None and choice is None:
        extra["tool_choice"] = body["tool_choice"]
    return LLMCall(
        body["model"],
        tuple(messages),
        parameters={key: body[key] for key in PARAMETERS if key in body},
        tools=tuple(_parse_tool(tool) for tool in body.get("tools") or ()),
        tool_choice=choice,
        output=_parse_format(form) if form else None,
        stream=bool(body.get("stream")),
        extra=extra | ({"text": text} if text else {}),
    )


def _parse_turn(item: JSON, messages: list[Message]) -> None:
    kind, last = item.get("type", "message"), messages[-1] if messages else None
    if kind == "message" and (item["role"] != "assistant" or isinstance(item["content"], str)):
        facts = metadata(CODEC, {"item": rest(item, "type", "role", "content") or None})
        messages.append(ROLES[item["role"]](_parse_input(item["content"]), provider_metadata=facts))
    elif kind == "function_call_output":
        facts = metadata(CODEC, rest(item, "type", "call_id", "output"))
        messages.append(ToolMessage(item["call_id"], _parse_input(item["output"]), provider_metadata=facts))
    elif item.get("role") == "developer":
        messages.append(DeveloperMessage((OpaquePart(CODEC, kind, item),)))
    else:
        parts = parse_item({**item, "type": kind})
        if isinstance(last, AssistantMessage) and not isinstance(last.content, str):
            messages[-1] = AssistantMessage((*last.content, *parts))
        else:
            messages.append(AssistantMessage(tuple(parts)))


def _parse_format(form: JSON) -> OutputFormat:
    if form["type"] != "json_schema":
        return OutputFormat("json" if form["type"] == "json_object" else "text")
    return OutputFormat("json_schema", form["schema"], form["name"], form.get("description"), form.get("strict"))


def _parse_choice(choice: Any, parallel: bool | None) -> ToolChoice | None:
    match choice:
        case None:
            return None if parallel is None else ToolChoice("auto", parallel=parallel)
        case "auto" | "none" | "required" as mode:
            return ToolChoice(mode, parallel=parallel)
        case {"type": "function", "name": name}:
            return ToolChoice("tool", name, parallel=parallel)
        case {"type": "allowed_tools", "mode": mode, "tools": tools} if all(t["type"] == "function" for t in tools):
            return ToolChoice(mode, allowed=tuple(t["name"] for t in tools), parallel=parallel)
    return None


def _parse_tool(tool: JSON) -> Tool | HostedTool:
    if tool["type"] != "function":
        return HostedTool(tool["type"], rest(tool, "type"))
    facts = metadata(CODEC, rest(tool, "type", "name", "description", "parameters", "strict"))
    return Tool(tool["name"], tool.get("description"), tool.get("parameters"), tool.get("strict"), facts)


def render_request(call: LLMCall) -> JSON:
    body: JSON = {"model": call.model, **call.parameters, "input": []}
    for message in call.messages:
        facts = facts_of(CODEC, message.provider_metadata)
        match message:
            case SystemMessage() if facts.get("instructions"):
                body["instructions"] = message.content
            case AssistantMessage() if not isinstance(message.content, str):
                body["input"] += render_items(message)
            case ToolMessage():
                output = _render_input(message.content)
                body["input"].append({"type": "function_call_output", "call_id": message.tool_call_id, "output": output, **facts})
            case DeveloperMessage(content=(OpaquePart(family="openai_responses", data=data),)):
                body["input"].append(data)
            case _:
                role = type(message).__struct_config__.tag
                body["input"].append({"role": role, "content": _render_input(message.content), **facts.get("item", {})})
    if call.tools:
        body["tools"] = [_render_tool(tool) for tool in call.tools]
    if choice := call.tool_choice:
        body |= {"tool_choice": _render_choice(choice), "parallel_tool_calls": choice.parallel}
    if form := call.output:
        body["text"] = {"format": _render_format(form)}
    if call.stream:
        body["stream"] = True
    return merge(body, call.extra)


def _render_choice(choice: ToolChoice) -> Any:
    if choice.allowed is not None:
        tools = [{"type": "function", "name": name} for name in choice.allowed]
        return {"type": "allowed_tools", "mode": choice.mode, "tools": tools}
    return {"type": "function", "name": choice.name} if choice.mode == "tool" else choice.mode


def _render_format(form: OutputFormat) -> JSON:
    if form.kind != "json_schema":
        return {"type": "json_object" if form.kind == "json" else "text"}
    return {
        "type": "json_schema",
        "name": form.name,
        "schema": form.schema,
        "description": form.description,
        "strict": form.strict,
    }


def _render_tool(tool: Tool | HostedTool) -> JSON:
    if isinstance(tool, HostedTool):
        return {"type": tool.kind, **tool.options}
    block = {"type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {**block, "strict": tool.strict, **facts_of(CODEC, tool.provider_metadata)}


# replies


def parse_reply(body: JSON) -> LLMResult:
    """Raises the error of a failed response. One that is still pending belongs to the operation, not here."""
    if body.get("status") in ("failed", "cancelled"):
        raise error_of(body.get("error") or {"code": body["status"]})
    message = AssistantMessage(tuple(part for item in body["output"] for part in parse_item(item)))
    return LLMResult(
        body["model"],
        message,
        _finish(body, message),
        parse_usage(body),
        logprobs=_logprobs(body["output"]),
        provider_metadata=metadata(CODEC, {key: body.get(key) for key in ("incomplete_details", "conversation", "background")}),
        raw=RawReply(msgspec.json.encode(body)),
        response_id=body["id"],
    )


def error_of(error: JSON) -> InvokeError:
    code = error.get("code") or error.get("type") or "error"
    return ERRORS.get(code, BadRequest)("the vendor could not finish the answer", code=code, raw=msgspec.json.encode(error))


def _finish(body: JSON, message: AssistantMessage) -> Finish:
    status = body.get("status")
    reason = (body.get("incomplete_details") or {}).get("reason")
    if reason:
        return Finish(
            "length" if reason == "max_output_tokens" else "content_filter" if reason == "content_filter" else "other", reason
        )
    if message.tool_calls:
        return Finish("tool_calls", status)
    refused = any(facts_of(CODEC, p.provider_metadata).get("kind") == "refusal" for p in message.content if isinstance(p, TextPart))
    return Finish("refusal" if refused else "stop" if status in ("completed", None) else "other", status)


def _logprobs(items: list[JSON]) -> tuple[TokenLogprob, ...] | None:
    rows = [row for item in items if item["type"] == "message" for c in item["content"] for row in c.get("logprobs") or ()]
    return (
        tuple(TokenLogprob(r["token"], r["logprob"], tuple((t["token"], t["logprob"]) for t in r["top_logprobs"])) for r in rows)
        or None
    )


def parse_usage(body: JSON) -> Usage:
    usage = body.get("usage")
    if not usage:
        return Usage(tier=body.get("service_tier"))
    total, details = usage["input_tokens"], usage.get("input_tokens_details") or {}
    read, write = details.get("cached_tokens"), details.get("cache_write_tokens")
    output, reasoning = usage["output_tokens"], (usage.get("output_tokens_details") or {}).get("reasoning_tokens")
    return Usage(
        InputUsage(total, total - (read or 0) - (write or 0), read, write),
        OutputUsage(output, None if reasoning is None else output - reasoning, reasoning),
        searches=((body.get("tool_usage") or {}).get("web_search") or {}).get("num_requests"),
        raw=usage,
        tier=body.get("service_tier"),
    )
