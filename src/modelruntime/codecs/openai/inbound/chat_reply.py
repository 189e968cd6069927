"""A whole answer as a chat completion (https://github.com/openai/openai-openapi, unverified); reasoning stands in
`reasoning_content`, as most servers of the dialect have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Served
from modelruntime.codecs.openai.inbound.answer_parts import is_refusal, render_call, render_media, render_source
from modelruntime.codecs.openai.inbound.finish import render_finish
from modelruntime.codecs.openai.inbound.usage import render_usage
from modelruntime.entities.llm_result import LLMResult, TokenLogprob
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import MediaPart, ReasoningPart, SourcePart, TextPart, ToolCallPart


def render_chat_reply(result: LLMResult, served: Served) -> bytes:
    """The body."""
    choice = {
        "index": served.choice,
        "message": _message(result),
        "finish_reason": render_finish(result.finish),
        "logprobs": render_logprobs(result.logprobs),
    }
    return msgspec.json.encode(
        {
            "id": result.response_id or served.id,
            "object": "chat.completion",
            "created": served.created,
            "model": served.model,
            "choices": [choice],
            "usage": render_usage(result.usage),
        }
    )


def render_logprobs(logprobs: Sequence[TokenLogprob] | None) -> dict[str, Any] | None:
    """`{"content": […]}`, None without any."""
    if logprobs is None:
        return None
    return {
        "content": [
            {**_logprob(row.token, row.logprob), "top_logprobs": [_logprob(*other) for other in row.top]} for row in logprobs
        ]
    }


def _logprob(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}


def _message(result: LLMResult) -> dict[str, Any]:
    parts = parts_of(result.message.content)
    texts = [part for part in parts if isinstance(part, TextPart)]
    said = "".join(part.text for part in texts if not is_refusal(part))
    refused = "".join(part.text for part in texts if is_refusal(part))
    message: dict[str, Any] = {"role": "assistant", "content": said or None, "refusal": refused or None}
    if thought := "".join(part.text for part in parts if isinstance(part, ReasoningPart)):
        message["reasoning_content"] = thought
    if calls := [render_call(part) for part in parts if isinstance(part, ToolCallPart)]:
        message["tool_calls"] = calls
    if sources := [render_source(part) for part in parts if isinstance(part, SourcePart)]:
        message["annotations"] = sources
    for part in parts:
        if isinstance(part, MediaPart) and (media := render_media(part)):
            field, value = media
            message[field] = value if field == "audio" else [*message.get(field, []), value]
    if message["content"] is None and not calls and not refused:
        message["content"] = ""
    return message
