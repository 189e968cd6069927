"""A whole reply as a result."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.anthropic.family import FAMILY, finish_of
from modelruntime.codecs.anthropic.parse_blocks import parse_blocks
from modelruntime.codecs.anthropic.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_object, as_text, is_array, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.raw_reply import RawReply

_KNOWN = ("id", "type", "role", "content", "model", "stop_reason", "usage", "container")


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result. Raises `InvokeError` for an answer that is none."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
        if not is_object(body) or not is_array(body.get("content")):
            raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no message")
        message = parse_message(body, context)
    except (ValueError, LookupError, TypeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no message of this family") from cause
    return msgspec.structs.replace(message, request_id=response.head.request_id, raw=RawReply(response.body))


def parse_message(body: JSON, context: ReplyContext) -> LLMResult:
    """The result that a message object is; without what only the HTTP answer knows."""
    parts = parse_blocks(body.get("content"), context.output_tool)
    finish = finish_of(as_text(body.get("stop_reason")))
    result = LLMResult(
        as_text(body.get("model")) or context.endpoint.model,
        AssistantMessage(parts, provider_metadata=metadata_of(FAMILY, {"container": as_object(body.get("container")).get("id")})),
        finish,
        parse_usage(body.get("usage")),
        warnings=context.warnings,
        provider_metadata=metadata_of(FAMILY, without(body, _KNOWN)),
        response_id=as_text(body.get("id")),
    )
    if context.output_tool and finish.unified == "tool_calls" and not result.tool_calls:
        return msgspec.structs.replace(result, finish=Finish("stop", finish.raw))
    return result
