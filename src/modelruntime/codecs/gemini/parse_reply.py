"""A whole reply as a result."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.gemini.family import FAMILY, error_of, finish_of
from modelruntime.codecs.gemini.parse_logprobs import parse_logprobs
from modelruntime.codecs.gemini.parse_parts import parse_part
from modelruntime.codecs.gemini.parse_sources import parse_sources
from modelruntime.codecs.gemini.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_array, as_object, as_text, is_object
from modelruntime.codecs.openai.errors import error_in_reply, unreadable_reply
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of
from modelruntime.entities.errors import ContentFiltered
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import Part, TextPart, ToolCallPart
from modelruntime.entities.raw_reply import RawReply

_FACTS = (
    *("groundingMetadata", "urlContextMetadata", "finishMessage", "safetyRatings", "avgLogprobs", "citationMetadata"),
    *("tokenCount", "continuationToken"),
)


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The first candidate. Raises `InvokeError` for an answer that is none: `ContentFiltered` for a prompt that was blocked."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_of(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
        if not is_object(body):
            raise unreadable_reply(response, endpoint, "no object")
        if not as_array(body.get("candidates")):
            raise blocked(body, endpoint, response.head) or _no_answer(response, endpoint)
        return msgspec.structs.replace(
            parse_candidate(body, context), request_id=response.head.request_id, raw=RawReply(response.body)
        )
    except (ValueError, LookupError, TypeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no answer of this family") from cause


def _no_answer(response: HttpResponse, endpoint: Endpoint) -> Exception:
    return error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no candidates")


def parse_candidate(body: JSON, context: ReplyContext) -> LLMResult:
    """The result that the first candidate of a body is."""
    candidate = as_object(body["candidates"][0])
    wire = as_array(as_object(candidate.get("content")).get("parts"))
    response_id = as_text(body.get("responseId"))
    parts = [as_answer(parse_part(as_object(part), f"{response_id or 'call'}-{at}"), context) for at, part in enumerate(wire)]
    calls = any(isinstance(part, ToolCallPart) for part in parts)
    parts += parse_sources(candidate, [part.text for part in parts if isinstance(part, TextPart)])
    return LLMResult(
        as_text(body.get("modelVersion")) or context.endpoint.model,
        AssistantMessage(tuple(parts)),
        finish_of(as_text(candidate.get("finishReason")), calls=calls),
        parse_usage(body.get("usageMetadata")),
        warnings=context.warnings,
        logprobs=parse_logprobs(candidate) or None,
        provider_metadata=facts_about(candidate),
        response_id=response_id,
    )


def as_answer(part: Part, context: ReplyContext) -> Part:
    """The call of the output tool is the answer itself."""
    if isinstance(part, ToolCallPart) and part.name == context.output_tool:
        return TextPart(part.arguments)
    return part


def facts_about(candidate: JSON) -> JSON | None:
    """What stands beside an answer's content and has no field of ours."""
    return metadata_of(FAMILY, {name: candidate.get(name) for name in _FACTS})


def blocked(body: JSON, endpoint: Endpoint, head: ResponseHead) -> ContentFiltered | None:
    """The error for a prompt that the vendor's policy refused; there is no candidate then."""
    reason = as_text(as_object(body.get("promptFeedback")).get("blockReason"))
    if reason is None:
        return None
    name = endpoint.model_id or endpoint.model
    return ContentFiltered(
        f"{name} refused the prompt ({reason}); change the content that its policy refuses",
        provider=endpoint.provider,
        model=name,
        status=head.status,
        code=reason,
        request_id=head.request_id,
        raw=msgspec.json.encode(body),
    )
