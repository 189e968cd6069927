"""A whole reply of chat or completions."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_object, as_text, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.parse_finish import parse_finish
from modelruntime.codecs.openai.parse_logprobs import parse_logprobs
from modelruntime.codecs.openai.parse_message import parse_message, split_text
from modelruntime.codecs.openai.parse_sources import LISTS, parse_source_lists
from modelruntime.codecs.openai.parse_usage import find_usage, parse_usage
from modelruntime.codecs.openai.plain_reply import parse_plain_reply
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.vendor_fields import fields_of, identifier, metadata_of, unknown_fields
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage, parts_of
from modelruntime.entities.parts import TextPart
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.warning import CallWarning

KNOWN_OF_REPLY = frozenset(("id", "object", "service_tier", "model", "choices", "usage", "usage_breakdown", *LISTS))
KNOWN_OF_CHOICE = frozenset(("index", "message", "delta", "text", "finish_reason", "logprobs", "error", "usage"))

_decode = msgspec.json.Decoder().decode


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result of a whole answer.

    Raises `InvokeError`: for a status that is no success, for an error that came as success, and `ServerUnavailable`
    for what is no reply of this family (HTML, cut JSON, no choices).
    """
    if not 200 <= response.head.status < 300:
        raise error_from(response, context.endpoint)
    return parse_plain_reply(response, context) or parse_any_reply(response, context)


def parse_any_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """`parse_reply` of a successful answer of any shape."""
    try:
        fields = _decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, context.endpoint, _no_json(response)) from cause
    choice = as_object(next(iter(as_array(as_object(fields).get("choices"))), None))
    if not is_object(fields) or not choice or fields.get("error") or choice.get("error"):
        raise _no_choice(response, choice, context)
    return _result(fields, choice, response, context)


def _no_json(response: HttpResponse) -> str:
    return "a web page" if response.body.lstrip()[:1] == b"<" else "no JSON" if response.body.strip() else "an empty body"


def _no_choice(response: HttpResponse, choice: dict[str, Any], context: ReplyContext) -> Exception:
    if error := error_in_reply(response, context.endpoint):
        return error
    if choice.get("error"):
        inner = HttpResponse(response.head, msgspec.json.encode({"error": choice["error"]}))
        return error_from(inner, context.endpoint)
    return unreadable_reply(response, context.endpoint, "it holds no choices")


def _result(fields: dict[str, Any], choice: dict[str, Any], response: HttpResponse, context: ReplyContext) -> LLMResult:
    profile = context.endpoint.profile
    model = as_text(fields.get("model")) or context.endpoint.model
    response_id = identifier(fields.get("id"))
    message = _message(choice, response_id or f"{model}/{fields.get('created')}", fields, context)
    warnings = context.warnings
    if len(as_array(fields.get("choices"))) > 1:
        warnings = (*warnings, CallWarning("dropped", "the reply holds several choices: only the first is used", "n"))
    return LLMResult(
        model=model,
        message=message,
        finish=finish_of(as_text(choice.get("finish_reason")), message, context),
        usage=parse_usage(find_usage(fields, profile), profile, as_text(fields.get("service_tier"))),
        warnings=warnings,
        request_id=response.head.request_id,
        logprobs=parse_logprobs(choice.get("logprobs")) or None,
        provider_metadata=metadata_of(unknown_fields(fields, KNOWN_OF_REPLY) | unknown_fields(choice, KNOWN_OF_CHOICE)),
        raw=RawReply(response.body),
        response_id=response_id,
    )


def _message(choice: dict[str, Any], reply_id: str, fields: dict[str, Any], context: ReplyContext) -> AssistantMessage:
    if "text" in choice and "message" not in choice:
        return AssistantMessage(tuple(split_text(as_text(choice["text"]) or "", context.endpoint.profile)))
    message = parse_message(as_object(choice.get("message")), reply_id, context)
    sources = parse_source_lists(fields)
    return msgspec.structs.replace(message, content=(*parts_of(message.content), *sources)) if sources else message


def finish_of(raw: str | None, message: AssistantMessage, context: ReplyContext) -> Finish:
    """The finish of a message. A forced output tool is an answer, not a tool call."""
    calls_tools = bool(message.tool_calls)
    texts = [part for part in parts_of(message.content) if type(part) is TextPart and part.provider_metadata]
    refuses = bool(texts) and any("refusal" in fields_of(text.provider_metadata) for text in texts)
    finish = parse_finish(raw, calls_tools, refuses)
    if context.output_tool is not None and finish.unified == "tool_calls" and not calls_tools:
        return Finish("stop", raw)
    return finish
