"""A whole reply as a result: of `/api/chat` with a message, of `/api/generate` with a text."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_object, as_text, is_object
from modelruntime.codecs.media_source import decode_base64, sniff
from modelruntime.codecs.ollama.family import FAMILY, finish_of, logprobs_of, metadata_from, usage_of
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.tool_call_ids import make_id
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import MediaPart, Part, ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.raw_reply import RawReply

THOUGHT: dict[str, Any] = {FAMILY: {"form": "thinking"}}
"""The metadata of reasoning that this family made, which goes back."""


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result. Raises `InvokeError` for an answer that is none, or not a whole one."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
        if not is_object(body) or body.get("done") is not True:
            raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no whole answer")
        parts = parse_parts(body, context)
        logprobs = logprobs_of(body.get("logprobs"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no answer of this family") from cause
    return LLMResult(
        as_text(body.get("model")) or endpoint.model,
        AssistantMessage(parts),
        finish_with(as_text(body.get("done_reason")), parts),
        usage_of(body),
        warnings=context.warnings,
        request_id=response.head.request_id,
        logprobs=logprobs or None,
        provider_metadata=metadata_from(body),
        raw=RawReply(response.body),
    )


def finish_with(word: str | None, parts: tuple[Part, ...]) -> Finish:
    """The finish of an answer that is these parts."""
    return finish_of(word, calls=any(isinstance(part, ToolCallPart) for part in parts))


def parse_parts(body: JSON, context: ReplyContext) -> tuple[Part, ...]:
    """The thought, the text, pictures, and the calls."""
    message = said(body)
    parts: list[Part] = []
    if thought := as_text(message.get("thinking")):
        parts.append(ReasoningPart(thought, THOUGHT))
    if text := as_text(message.get("content")):
        parts.append(TextPart(text))
    parts += parse_pictures(message)
    created = as_text(body.get("created_at")) or ""
    parts += [
        parse_call(as_object(call), f"{created}/{at}", context.output_tool)
        for at, call in enumerate(as_array(message.get("tool_calls")))
    ]
    return tuple(parts)


def said(body: JSON) -> JSON:
    """The message of a reply, or of a piece of one; a generated text is put in the form of a message."""
    if "message" in body:
        return as_object(body["message"])
    return {"content": body.get("response"), "thinking": body.get("thinking")}


def parse_pictures(message: JSON) -> list[Part]:
    """Pictures that the model made."""
    found = (decode_base64(as_text(image) or "") for image in as_array(message.get("images")))
    return [MediaPart(data, sniff(data) or "image/png") for data in found if data]


def parse_call(call: JSON, place: str, output_tool: str | None) -> Part:
    """A call of a tool; that of `output_tool` is the answer itself. `place` tells it from others where the vendor gives no id."""
    function = as_object(call["function"])
    name, arguments = function["name"], msgspec.json.encode(function.get("arguments") or {}).decode()
    if output_tool is not None and name == output_tool:
        return TextPart(arguments)
    own = as_text(call.get("id"))
    return ToolCallPart(own or make_id(place, 0, name), name, arguments, metadata_of(FAMILY, without(call, ("function",))))
