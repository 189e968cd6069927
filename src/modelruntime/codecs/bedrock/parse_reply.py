"""A whole reply as a result."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.bedrock.family import FAMILY, finish_of
from modelruntime.codecs.bedrock.parse_blocks import parse_blocks
from modelruntime.codecs.bedrock.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_text, at_pointer, is_array, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.raw_reply import RawReply

_KNOWN = ("output", "stopReason", "usage", "serviceTier")


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result. Raises `InvokeError` for an answer that is none."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
        if not is_object(body) or not is_array(at_pointer(body, "/output/message/content")):
            raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no message")
        result = parse_answer(body, context)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no message of this family") from cause
    return msgspec.structs.replace(result, request_id=response.head.request_id, raw=RawReply(response.body))


def parse_answer(body: JSON, context: ReplyContext) -> LLMResult:
    """The result that an answer is; without what only the HTTP answer knows. Traces of guardrails, latency and the model's
    additional fields stand in `provider_metadata`."""
    parts = parse_blocks(at_pointer(body, "/output/message/content"), context.output_tool)
    finish = finish_of(as_text(body.get("stopReason")))
    result = LLMResult(
        as_text(at_pointer(body, "/trace/promptRouter/invokedModelId")) or context.endpoint.model,
        AssistantMessage(parts),
        finish,
        parse_usage(body.get("usage"), body.get("serviceTier")),
        warnings=context.warnings,
        provider_metadata=metadata_of(FAMILY, without(body, _KNOWN)),
    )
    if context.output_tool and finish.unified == "tool_calls" and not result.tool_calls:
        return msgspec.structs.replace(result, finish=Finish("stop", finish.raw))
    return result
