"""Completion mode by InvokeModel: a prompt in the model's own body, a text back, whole or in pieces."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.bedrock.family import FAMILY
from modelruntime.codecs.bedrock.prompt_shapes import FINISH, GUARDRAIL, SHAPES, PromptShape
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_count, as_text, at_pointer, is_object
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON, metadata_of
from modelruntime.entities.call import LLMCall
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import TextPart
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.schema.profile import Profile


def render_prompt(call: LLMCall, profile: Profile, parameters: dict[str, Any], warnings: CallWarnings) -> JSON:
    """The body of a completion."""
    shape = SHAPES[profile.invoke_prompt]
    body: JSON = {}
    merge_into(body, profile.constants)
    body[shape.prompt] = call.prompt
    for name, value in parameters.items():
        if value is None:
            continue
        if name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        else:
            put_at(body, profile.rename.get(name, shape.places.get(name, name)), value)
    if call.tools:
        warnings.drop("the tools were not sent: a completion takes none", "tools")
    merge_into(body, call.extra)
    return body


def parse_completion(response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result. Raises `InvokeError` for an answer that is none."""
    endpoint = context.endpoint
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    shape = SHAPES[endpoint.profile.invoke_prompt]
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    text = _first(body, shape.text)
    if not is_object(body) or not isinstance(text, str):
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no text of this shape")
    return LLMResult(
        as_text(body.get("model")) or endpoint.model,
        AssistantMessage((TextPart(text),) if text else ()),
        _finish(body, shape),
        _usage(body, shape),
        warnings=context.warnings,
        request_id=response.head.request_id,
        provider_metadata=_told(body),
        raw=RawReply(response.body),
    )


class PromptMachine:
    """Pieces of text; the last one says why the model stopped. That reason is the terminal fact, or the intervention of a
    guardrail, which gives none."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._shape = SHAPES[context.endpoint.profile.invoke_prompt]
        self._last: JSON = {}
        self._finish: Finish | None = None
        self._begun = False

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one piece."""
        told: list[StreamEvent] = []
        if not self._begun:
            self._begun = True
            started = StreamStart(self._context.endpoint.model, self._head.request_id, self._context.warnings)
            told = [started, *self.parts.start("0", TextPart(""))]
        self._last |= {name: value for name, value in message.payload.items() if value is not None}
        finish = _finish(message.payload, self._shape)
        self._finish = finish if finish.raw is not None else self._finish
        return told + self.parts.more("0", as_text(_first(message.payload, self._shape.text)) or "")

    def close(self) -> list[StreamEvent]:
        """The finish, once a reason was seen."""
        if self._finish is None:
            return []
        return [FinishEvent(self._finish, _usage(self._last, self._shape), provider_metadata=_told(self._last))]


def _first(body: Any, pointers: tuple[str, ...]) -> Any:
    return next((value for pointer in pointers if (value := at_pointer(body, pointer)) is not None), None)


def _finish(body: JSON, shape: PromptShape) -> Finish:
    if at_pointer(body, GUARDRAIL) == "INTERVENED":
        return Finish("content_filter", "INTERVENED")
    word = as_text(_first(body, shape.finish))
    return Finish(FINISH.get(word or "", "other"), word)


def _usage(body: JSON, shape: PromptShape) -> Usage:
    counts = [as_count(_first(body, pointers)) for pointers in (shape.input_tokens, shape.output_tokens)]
    return Usage(InputUsage(counts[0]), OutputUsage(counts[1]))


def _told(body: JSON) -> JSON | None:
    """What Bedrock itself adds to a model's answer: traces, metrics."""
    return metadata_of(FAMILY, {name: value for name, value in body.items() if name.startswith("amazon-bedrock-")})
