"""Draft of the Anthropic Messages family, both directions.

Shapes: https://docs.anthropic.com/en/api/messages and /en/docs/build-with-claude/streaming, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import (
    BadRequest,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart, UsageEvent
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.llm_result import LLMResult
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
from tests.spike.streaming import Lives
from tests.spike.wire import JSON, base64_of, bytes_of, cache_hint, facts_of, merge, metadata, rest, text_of_json

CODEC = "anthropic_messages"
PARAMETERS = ("max_tokens", "temperature", "top_p", "top_k", "stop_sequences")
FINISH: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
}
ERRORS: dict[str, type[InvokeError]] = {
    "overloaded_error": ServerUnavailable,
    "api_error": ServerUnavailable,
    "timeout_error": TimedOut,
    "rate_limit_error": RateLimited,
    "authentication_error": Unauthorized,
    "permission_error": Unauthorized,
    "not_found_error": ModelNotFound,
}
MODES: dict[str, Literal["auto", "none", "required", "tool"]] = {"auto": "auto", "any": "required", "none": "none", "tool": "tool"}


class Dialect(msgspec.Struct, frozen=True):
    """What would be profile facts."""

    output_field: Literal["output_format", "output_config"] = "output_config"


# blocks → parts


def parse_block(block: JSON) -> list[Part]:
    """A content block as parts: a text with its citations after it, else one part."""
    match block["type"]:
        case "text":
            extra = metadata(CODEC, rest(block, "type", "text", "citations", "cache_control"))
            text = TextPart(block["text"], extra, cache_hint(block))
            return [text, *(_source(c) for c in block.get("citations") or ())]
        case "thinking":
            return [ReasoningPart(block["thinking"], metadata(CODEC, rest(block, "type", "thinking")))]
        case "redacted_thinking":
            return [ReasoningPart("", {CODEC: {"redacted": block["data"]}})]
        case "tool_use":
            extra = metadata(CODEC, rest(block, "type", "id", "name", "input", "cache_control"))
            return [ToolCallPart(block["id"], block["name"], text_of_json(block["input"]), extra, cache_hint(block))]
        case "image":
            source, media_type = _parse_source(block["source"])
            return [
                ImagePart(
                    source, media_type, None, metadata(CODEC, rest(block, "type", "source", "cache_control")), cache_hint(block)
                )
            ]
        case "document" if block["source"]["type"] != "content":
            source, media_type = _parse_source(block["source"])
            extra = metadata(CODEC, rest(block, "type", "source", "title", "cache_control"))
            return [DocumentPart(source, media_type, block.get("title"), extra, cache_hint(block))]
        case "server_tool_use" | "mcp_tool_use":
            return [HostedToolPart(block["name"], "call", block["id"], block, family=CODEC)]
        case kind if kind.endswith("_tool_result"):
            return [HostedToolPart(kind.removesuffix("_tool_result"), "result", block["tool_use_id"], block, family=CODEC)]
        case kind:
            return [OpaquePart(CODEC, kind, block)]


def _source(citation: JSON) -> SourcePart:
    title = citation.get("title") or citation.get("document_title")
    return SourcePart(citation.get("url"), title, citation.get("cited_text"), provider_metadata={CODEC: citation})


def _parse_source(source: JSON) -> tuple[Any, str | None]:
    match source["type"]:
        case "base64":
            return bytes_of(source["data"]), source["media_type"]
        case "text":
            return source["data"].encode(), source["media_type"]
        case "url":
            return source["url"], None
    return FileRef(source["file_id"]), None


def parse_content(content: str | list[JSON]) -> Content:
    return content if isinstance(content, str) else tuple(part for block in content for part in parse_block(block))


# parts → blocks


def render_blocks(content: Content) -> list[JSON]:
    blocks: list[JSON] = []
    for part in parts_of(content):
        if isinstance(part, SourcePart):
            if (citation := facts_of(CODEC, part.provider_metadata)) and blocks:
                blocks[-1].setdefault("citations", []).append(citation)
        elif block := _render_part(part):
            cache = getattr(part, "cache", None)
            blocks.append(block if cache is None else {**block, "cache_control": _cache_control(cache.ttl)})
    return blocks


def _render_part(part: Part) -> JSON | None:
    facts = facts_of(CODEC, part.provider_metadata)
    match part:
        case TextPart():
            return {"type": "text", "text": part.text, **facts}
        case ReasoningPart() if "redacted" in facts:
            return {"type": "redacted_thinking", "data": facts["redacted"]}
        case ReasoningPart() if "signature" in facts:
            return {"type": "thinking", "thinking": part.text, **facts}
        case ToolCallPart():
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.json(), **facts}
        case ImagePart():
            return {"type": "image", "source": _render_source(part.source, part.media_type), **facts}
        case DocumentPart():
            return {"type": "document", "source": _render_source(part.source, part.media_type), "title": part.filename, **facts}
        case HostedToolPart(family="anthropic_messages") | OpaquePart(family="anthropic_messages"):
            return dict(part.data)
    return None  # reasoning without a signature, another family's pieces: a warning in the real codec


def _render_source(source: Any, media_type: str | None) -> JSON:
    if isinstance(source, FileRef):
        return {"type": "file", "file_id": source.id}
    if isinstance(source, bytes) and (media_type or "").startswith("text/"):
        return {"type": "text", "media_type": media_type, "data": source.decode()}
    if isinstance(source, str) and not source.startswith("data:"):
        return {"type": "url", "url": source}
    return {"type": "base64", "media_type": media_type, "data": base64_of(source)}


def _cache_control(ttl: str | None) -> JSON:
    return {"type": "ephemeral", **({"ttl": ttl} if ttl else {})}


# requests


def parse_request(body: JSON) -> tuple[LLMCall, Dialect]:
    messages: list[Message] = []
    if body.get("system"):
        messages.append(SystemMessage(parse_content(body["system"])))
    for message in body["messages"]:
        messages += _parse_message(message["role"], message["content"])
    extra = rest(body, "model", "messages", "system", "tools", "tool_choice", "stream", "output_format", *PARAMETERS)
    output, dialect = body.get("output_format"), Dialect("output_format")
    if not output:
        config = dict(extra.pop("output_config", None) or {})
        output, dialect = config.pop("format", None), Dialect()
        extra |= {"output_config": config} if config else {}
    call = LLMCall(
        body["model"],
        tuple(messages),
        parameters={key: body[key] for key in PARAMETERS if key in body},
        tools=tuple(_parse_tool(tool) for tool in body.get("tools") or ()),
        tool_choice=_parse_choice(body["tool_choice"]) if body.get("tool_choice") else None,
        output=OutputFormat("json_schema", output["schema"]) if output else None,
        stream=bool(body.get("stream")),
        extra=extra,
    )
    return call, dialect


def _parse_message(role: str, content: str | list[JSON]) -> list[Message]:
    if role != "user" or isinstance(content, str):
        roles: dict[str, type[UserMessage | AssistantMessage | SystemMessage]] = {
            "user": UserMessage,
            "assistant": AssistantMessage,
            "system": SystemMessage,
        }
        return [roles[role](parse_content(content))]
    messages: list[Message] = []
    for block in content:
        if block["type"] == "tool_result":
            messages.append(
                ToolMessage(
                    block["tool_use_id"],
                    parse_content(block.get("content") or ""),
                    is_error=bool(block.get("is_error")),
                    cache=cache_hint(block),
                )
            )
        elif messages and isinstance(last := messages[-1], UserMessage):
            messages[-1] = UserMessage((*parts_of(last.content), *parse_block(block)))
        else:
            messages.append(UserMessage(tuple(parse_block(block))))
    return messages


def _parse_tool(tool: JSON) -> Tool | HostedTool:
    if tool.get("type", "custom") != "custom":
        return HostedTool(tool["type"], rest(tool, "type", "cache_control"), cache_hint(tool))
    extra = metadata(CODEC, rest(tool, "type", "name", "description", "input_schema", "strict", "cache_control"))
    return Tool(tool["name"], tool.get("description"), tool["input_schema"], tool.get("strict"), extra, cache_hint(tool))


def _parse_choice(choice: JSON) -> ToolChoice:
    alone = choice.get("disable_parallel_tool_use")
    return ToolChoice(MODES[choice["type"]], choice.get("name"), parallel=None if alone is None else not alone)


def render_request(call: LLMCall, dialect: Dialect) -> JSON:
    """The body. Leading system messages become `system`; what stands for the user is merged into one turn."""
    body: JSON = {"model": call.model, **call.parameters, "messages": []}
    for message in call.messages:
        match message:
            case SystemMessage() | DeveloperMessage() if not body["messages"]:
                body["system"] = [*body.get("system", []), *render_blocks(message.content)]
                continue
            case ToolMessage():
                role, blocks = "user", [_render_result(message)]
            case _:
                role, blocks = (
                    "system" if message_role(message) == "developer" else message_role(message),
                    render_blocks(message.content),
                )
        if container := facts_of(CODEC, message.provider_metadata).get("container"):
            body["container"] = container
        if body["messages"] and body["messages"][-1]["role"] == role:
            body["messages"][-1]["content"] += blocks
        else:
            body["messages"].append({"role": role, "content": blocks})
    if call.tools:
        body["tools"] = [_render_tool(tool) for tool in call.tools]
    if choice := call.tool_choice:
        mode = next(word for word, mode in MODES.items() if mode == choice.mode)
        alone = None if choice.parallel is None else not choice.parallel
        body["tool_choice"] = {"type": mode, "name": choice.name, "disable_parallel_tool_use": alone}
    if call.output and call.output.kind == "json_schema":
        form = {"type": "json_schema", "schema": call.output.schema}
        body |= {"output_format": form} if dialect.output_field == "output_format" else {"output_config": {"format": form}}
    if call.stream:
        body["stream"] = True
    return merge(body, call.extra)


def message_role(message: Message) -> str:
    return str(type(message).__struct_config__.tag)


def _render_result(message: ToolMessage) -> JSON:
    block: JSON = {"type": "tool_result", "tool_use_id": message.tool_call_id, "content": render_blocks(message.content)}
    if message.is_error:
        block["is_error"] = True
    return {**block, "cache_control": _cache_control(message.cache.ttl)} if message.cache else block


def _render_tool(tool: Tool | HostedTool) -> JSON:
    cache = {"cache_control": _cache_control(tool.cache.ttl)} if tool.cache else {}
    if isinstance(tool, HostedTool):
        return {"type": tool.kind, **tool.options, **cache}
    block = {"name": tool.name, "description": tool.description, "input_schema": tool.parameters, "strict": tool.strict}
    return {**block, **facts_of(CODEC, tool.provider_metadata), **cache}


# replies


def parse_reply(body: JSON) -> LLMResult:
    facts = rest(body, "id", "type", "role", "content", "model", "stop_reason", "usage", "container")
    return LLMResult(
        body["model"],
        AssistantMessage(parse_content(body["content"]), provider_metadata=_container(body)),
        _finish(body.get("stop_reason")),
        parse_usage(body["usage"]),
        provider_metadata=metadata(CODEC, facts),
        raw=RawReply(msgspec.json.encode(body)),
        response_id=body["id"],
    )


def _container(body: JSON) -> JSON | None:
    return metadata(CODEC, {"container": (body.get("container") or {}).get("id")})


def _finish(word: str | None) -> Finish:
    """`pause_turn` is `other`: the answer goes back as it is and the vendor continues."""
    return Finish(FINISH.get(word or "", "other"), word)


def parse_usage(usage: JSON) -> Usage:
    """`input_tokens` counts neither cache reads nor writes."""
    fresh, read, write = (usage.get(k) for k in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"))
    total = None if fresh is None else fresh + (read or 0) + (write or 0)
    hour = (usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens")
    reasoning = (usage.get("output_tokens_details") or {}).get("thinking_tokens")
    return Usage(
        InputUsage(total, fresh, read, write, cache_write_1h=hour),
        OutputUsage(usage.get("output_tokens"), reasoning=reasoning),
        searches=(usage.get("server_tool_use") or {}).get("web_search_requests"),
        raw=usage,
        tier=usage.get("service_tier"),
    )


class Machine:
    """One streamed message. The wire block is rebuilt and parsed by the code above; only the deltas are its own."""

    def __init__(self) -> None:
        self.lives = Lives()
        self._blocks: dict[int, JSON] = {}
        self._message: JSON = {}
        self._sources = 0
        self._stopped = False

    def receive(self, name: str, payload: JSON) -> list[StreamEvent]:
        match payload.get("type", name):
            case "message_start":
                self._message = dict(payload["message"])
                return [StreamStart(self._message["model"], response_id=self._message["id"])]
            case "content_block_start":
                return self._start(payload["index"], dict(payload["content_block"]))
            case "content_block_delta":
                return self._delta(payload["index"], payload["delta"])
            case "content_block_stop":
                return self._stop(payload["index"])
            case "message_delta":
                self._message |= payload["delta"]
                self._message["container"] = payload["delta"].get("container") or self._message.get("container")
                self._message["usage"] = {**self._message["usage"], **payload.get("usage", {})}
                return [UsageEvent(parse_usage(self._message["usage"]))]
            case "message_stop":
                self._stopped = True
                return [finish] if (finish := self.close()) else []
            case "error":
                error = payload["error"]
                kind = ERRORS.get(error["type"], BadRequest)
                raise kind("the vendor broke off its answer", code=error["type"], raw=msgspec.json.encode(payload))
        return []  # ping, and what is not known yet

    def _start(self, index: int, block: JSON) -> list[StreamEvent]:
        self._blocks[index] = block
        if block["type"] in ("text", "thinking", "tool_use", "server_tool_use", "mcp_tool_use"):
            events = self.lives.start(str(index), parse_block(block)[0])
            return events + self.lives.more(str(index), block.get("text") or block.get("thinking") or "")
        return []

    def _delta(self, index: int, delta: JSON) -> list[StreamEvent]:
        block = self._blocks[index]
        match delta["type"]:
            case "text_delta":
                block["text"] += delta["text"]
                return self.lives.more(str(index), delta["text"])
            case "thinking_delta":
                block["thinking"] += delta["thinking"]
                return self.lives.more(str(index), delta["thinking"])
            case "input_json_delta":
                return self.lives.more(str(index), delta["partial_json"])
            case "citations_delta":
                block["citations"] = [*(block.get("citations") or []), delta["citation"]]
                self._sources += 1
                return self.lives.whole(f"source-{self._sources}", _source(delta["citation"]))
            case _:  # signature_delta, compaction_delta: members of the block
                block |= rest(delta, "type")
        return []

    def _stop(self, index: int) -> list[StreamEvent]:
        key, block = str(index), self._blocks.pop(index)
        text = self.lives.text(key) if self.lives.is_open(key) else ""
        if block["type"] in ("server_tool_use", "mcp_tool_use") and text.strip():
            block["input"] = msgspec.json.decode(text)
        part = parse_block(block)[0]
        if isinstance(part, ToolCallPart):
            part = msgspec.structs.replace(part, arguments=text)
        return self.lives.whole(key, part)

    def close(self) -> FinishEvent | None:
        if not self._stopped:
            return None
        result = parse_reply({**self._message, "content": []})
        return FinishEvent(
            result.finish,
            result.usage,
            provider_metadata=result.provider_metadata,
            message_metadata=result.message.provider_metadata,
        )
