"""The reply that nearly every call gets: one choice, a text, usage, and nothing else that says anything.

It is decoded as that shape in one go. Whatever does not fit (tool calls, reasoning, a field that is not known here) is left to
`parse_reply`, which reads every shape and would say the same of this one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from modelruntime.codecs.openai.parse_finish import parse_finish
from modelruntime.codecs.openai.parse_usage import parse_usage
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.vendor_fields import FAMILY
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import TextPart
from modelruntime.entities.raw_reply import RawReply

_NoText = Literal[""] | None
_NoItems = Annotated[list[Any], msgspec.Meta(max_length=0)] | None


class _Message(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    content: str
    role: str | None = None
    refusal: _NoText = None
    annotations: _NoItems = None
    tool_calls: _NoItems = None
    function_call: None = None
    reasoning_content: _NoText = None
    reasoning: _NoText = None
    audio: None = None


class _Choice(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    message: _Message
    index: int | None = None
    finish_reason: str | None = None
    logprobs: None = None
    stop_reason: None = None
    token_ids: None = None


class _Reply(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    choices: tuple[_Choice]
    usage: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]
    id: str | None = None
    object: str | None = None
    created: int | None = None
    model: str | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    prompt_logprobs: None = None
    prompt_token_ids: None = None
    kv_transfer_params: None = None


_decode = msgspec.json.Decoder(_Reply).decode


def parse_plain_reply(response: HttpResponse, context: ReplyContext) -> LLMResult | None:
    """The result of a plain reply; None for any other."""
    endpoint = context.endpoint
    profile = endpoint.profile
    if profile.think_tags is not None or profile.text_lstrip or context.output_tool is not None:
        return None
    try:
        reply = _decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    (choice,) = reply.choices
    text = choice.message.content
    kept: dict[str, Any] = {}
    if reply.created is not None:
        kept["created"] = reply.created
    if reply.system_fingerprint:
        kept["system_fingerprint"] = reply.system_fingerprint
    return LLMResult(
        model=reply.model or endpoint.model,
        message=AssistantMessage((TextPart(text),) if text else ()),
        finish=parse_finish(choice.finish_reason, calls_tools=False, refuses=False),
        usage=parse_usage(reply.usage, profile, reply.service_tier),
        warnings=context.warnings,
        request_id=response.head.request_id,
        provider_metadata={FAMILY: kept} if kept else None,
        raw=RawReply(response.body),
        response_id=reply.id or None,
        relayed=context.relayed,
    )
