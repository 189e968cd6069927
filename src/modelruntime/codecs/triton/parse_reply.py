"""What the endpoint answers: `text_output`, and what a backend was asked to say beside it.

https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md and, for `finish_reason` and the
two counts, https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/vllm_backend/docs/additional_outputs.html
(read 2026-11-28).
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_count, as_text, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of, without
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import TextPart
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage

FAMILY = "triton"
"""The key of `provider_metadata`."""

_FINISH: dict[str, FinishReason] = {"stop": "stop", "length": "length", "abort": "error"}
_COUNTS = ("num_input_tokens", "num_output_tokens")
_KNOWN = ("model_name", "text_output", "finish_reason", *_COUNTS)


def parse_reply(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result. Raises `InvokeError` for an answer that is none."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = None
    if not is_object(body) or (text := text_of_piece(body)) is None:
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no text")
    return LLMResult(
        as_text(body.get("model_name")) or endpoint.model,
        AssistantMessage((TextPart(text),)),
        finish_of(body),
        usage_of(body, as_count(body.get("num_output_tokens"))),
        warnings=context.warnings,
        request_id=response.head.request_id,
        provider_metadata=metadata_of(FAMILY, without(body, _KNOWN)),
        raw=RawReply(response.body),
    )


def text_of_piece(body: JSON) -> str | None:
    """The text of a reply, or of a piece of one; a batch of one is a list of one."""
    text = body.get("text_output")
    return as_text(as_array(text)[0] if len(as_array(text)) == 1 else text)


def finish_of(body: JSON) -> Finish:
    """A backend that was not asked, or does not know, says nothing: `other`."""
    word = as_text(body.get("finish_reason"))
    return Finish(_FINISH.get(word or "", "other"), word)


def usage_of(body: JSON, written: int | None) -> Usage:
    """Tokens, where the backend counts them."""
    raw: JSON = {name: body[name] for name in _COUNTS if name in body}
    return Usage(InputUsage(as_count(body.get("num_input_tokens"))), OutputUsage(written), raw=raw or None)
