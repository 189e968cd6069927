"""A whole reply as a result."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_text, is_array, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai_responses.family import FAILED, FAMILY, PENDING, failure, finish_of
from modelruntime.codecs.openai_responses.parse_items import parse_items
from modelruntime.codecs.openai_responses.parse_usage import parse_logprobs, parse_usage
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.raw_reply import RawReply

_FACTS = ("incomplete_details", "conversation", "background", "content_filters")


def read_response(response: HttpResponse, context: ReplyContext) -> JSON:
    """The response object. Raises `InvokeError` for an answer that is none, and for one that failed."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    if is_object(body) and body.get("status") in FAILED:
        raise failure(body, endpoint, response.head)
    if not is_object(body) or not (is_array(body.get("output")) or body.get("status") in PENDING):
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no response object")
    return body


def parse_reply(response: HttpResponse, body: JSON, context: ReplyContext) -> LLMResult:
    """The result that a finished response object is."""
    try:
        result = parse_response(body, context)
    except (ValueError, LookupError, TypeError, RecursionError) as cause:
        raise unreadable_reply(response, context.endpoint, "items of another shape") from cause
    return msgspec.structs.replace(result, request_id=response.head.request_id, raw=RawReply(response.body))


def parse_response(body: JSON, context: ReplyContext) -> LLMResult:
    """The same without what only the HTTP answer knows."""
    message = AssistantMessage(parse_items(body.get("output"), context.output_tool))
    finish = finish_of(body, message)
    return LLMResult(
        as_text(body.get("model")) or context.endpoint.model,
        message,
        Finish("stop", finish.raw) if context.output_tool and finish.unified == "tool_calls" and not message.tool_calls else finish,
        parse_usage(body),
        warnings=context.warnings,
        logprobs=parse_logprobs(body.get("output")),
        provider_metadata=metadata_of(FAMILY, {name: body.get(name) for name in _FACTS}),
        response_id=as_text(body.get("id")),
    )
