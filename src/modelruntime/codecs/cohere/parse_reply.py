"""A whole reply as a result."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.cohere.family import FAMILY, finish_of, logprobs_of
from modelruntime.codecs.cohere.parse_message import parse_message
from modelruntime.codecs.cohere.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_text, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import metadata_of, without
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.raw_reply import RawReply

_KNOWN = ("id", "message", "finish_reason", "usage", "logprobs")


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result. Raises `InvokeError` for an answer that is none."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
        if not is_object(body) or not is_object(body.get("message")):
            raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no message")
        parts = parse_message(body["message"], context.output_tool)
        logprobs = logprobs_of(body.get("logprobs"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no message of this family") from cause
    result = LLMResult(
        endpoint.model,
        AssistantMessage(parts),
        finish_of(as_text(body.get("finish_reason"))),
        parse_usage(body.get("usage")),
        warnings=context.warnings,
        request_id=response.head.request_id,
        logprobs=logprobs or None,
        provider_metadata=metadata_of(FAMILY, without(body, _KNOWN)),
        raw=RawReply(response.body),
        response_id=as_text(body.get("id")),
    )
    return msgspec.structs.replace(result, finish=answered(result.finish, calls=bool(result.tool_calls), context=context))


def answered(finish: Finish, *, calls: bool, context: ReplyContext) -> Finish:
    """The finish of an answer whose only call was the answer itself."""
    return Finish("stop", finish.raw) if context.output_tool and finish.unified == "tool_calls" and not calls else finish
