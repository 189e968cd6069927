"""The family's stream events → ours. The terminal fact is `message-end`.

Events: the package's `v2/types/v2chat_stream_response.py`, version 7.3.1, read 2026-11-28.
"""

from __future__ import annotations

from msgspec.structs import replace

from modelruntime.codecs.cohere.family import PLAN, delta_of, finish_of, logprobs_of
from modelruntime.codecs.cohere.parse_message import made_as, parse_block, parse_call, parse_citation
from modelruntime.codecs.cohere.parse_reply import answered
from modelruntime.codecs.cohere.parse_usage import parse_usage
from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.machine_decoder import Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.openai.errors import error_of_words
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.parts import OpaquePart, ReasoningPart, TextPart, ToolCallPart

_PLAN = "plan"
_WORDS = {"TIMEOUT": "timeout"}
"""The vendor's word for a failed answer → one of the shared tables."""


class ChatMachine:
    """The state of one streamed message."""

    def __init__(self, head: ResponseHead, context: ReplyContext) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._id: str | None = None
        self._end: JSON | None = None
        self._logprobs: list[TokenLogprob] = []
        self._sources = 0
        self._called = False

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one message."""
        payload = message.payload
        index = payload.get("index", 0)
        match payload.get("type"):
            case "message-start":
                self._id = as_text(payload.get("id"))
                return [StreamStart(self._context.endpoint.model, self._head.request_id, self._context.warnings, self._id)]
            case "tool-plan-delta":
                told = [] if self.parts.is_open(_PLAN) else self.parts.start(_PLAN, ReasoningPart("", made_as(PLAN)))
                return told + self.parts.more(_PLAN, delta_of(payload)["tool_plan"] or "")
            case "content-start":
                return self._start(f"content-{index}", delta_of(payload)["content"])
            case "content-delta":
                self._logprobs += logprobs_of([payload.get("logprobs") or {}])
                content = delta_of(payload)["content"]
                return self.parts.more(f"content-{index}", content.get("text") or content.get("thinking") or "")
            case "content-end":
                return self._close(f"content-{index}")
            case "tool-call-start":
                return self._close(_PLAN) + self._call(f"call-{index}", delta_of(payload)["tool_calls"])
            case "tool-call-delta":
                return self.parts.more(f"call-{index}", delta_of(payload)["tool_calls"]["function"]["arguments"] or "")
            case "tool-call-end":
                return self._close(f"call-{index}")
            case "citation-start":
                self._sources += 1
                return self.parts.whole(f"source-{self._sources}", parse_citation(delta_of(payload)["citations"]))
            case "message-end":
                self._end = as_object(payload.get("delta"))
                return self.close()
            case None if (said := as_text(payload.get("message"))) is not None:
                raise error_of_words((), said, self._context.endpoint, self._head)
            case _:  # citation-end, debug, and what is not known yet
                return []

    def close(self) -> list[StreamEvent]:
        """The finish, once `message-end` was seen. Raises `InvokeError` where it tells of a failure."""
        if self._end is None:
            return []
        word = as_text(self._end.get("finish_reason"))
        if failure := as_text(self._end.get("error")):
            words = (_WORDS.get(word or "", "server_error"),)
            raise error_of_words(words, failure, self._context.endpoint, self._head)
        finish = answered(finish_of(word), calls=self._called, context=self._context)
        return [
            FinishEvent(
                finish,
                parse_usage(self._end.get("usage")),
                logprobs=tuple(self._logprobs) or None,
                model=self._context.endpoint.model,
                response_id=self._id,
            )
        ]

    def _start(self, key: str, block: JSON) -> list[StreamEvent]:
        if "type" not in block:
            block = {**block, "type": "thinking" if block.get("thinking") is not None else "text"}
        part = parse_block(block)
        if isinstance(part, OpaquePart):
            return self.parts.whole(key, part)
        said = part.text if isinstance(part, (TextPart, ReasoningPart)) else ""
        return self.parts.start(key, part) + self.parts.more(key, said)

    def _call(self, key: str, call: JSON) -> list[StreamEvent]:
        arguments = as_text(as_object(call.get("function")).get("arguments")) or ""
        part = parse_call(call, self._context.output_tool)
        if isinstance(part, ToolCallPart):
            self._called = True
            return self.parts.start(key, replace(part, arguments="")) + self.parts.more(key, arguments)
        return self.parts.start(key, TextPart("")) + self.parts.more(key, arguments)

    def _close(self, key: str) -> list[StreamEvent]:
        """End a part, unless it was whole at once; a call without arguments has empty ones."""
        if not self.parts.is_open(key):
            return []
        told = self.parts.more(key, "{}") if key.startswith("call-") and not self.parts.text(key) else []
        return told + self.parts.end(key)
