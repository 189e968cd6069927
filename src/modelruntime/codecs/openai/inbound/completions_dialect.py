"""Legacy completions, served (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.chat_request import flag_at
from modelruntime.codecs.openai.inbound.chat_stream import DONE
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.field import filled_text_at, mapping_at, refuse
from modelruntime.codecs.openai.inbound.finish import render_finish
from modelruntime.codecs.openai.inbound.usage import render_usage
from modelruntime.entities.events import FinishEvent, StreamEvent, TextDelta
from modelruntime.entities.llm_result import LLMResult

_STRUCTURE = frozenset(("model", "prompt", "stream", "stream_options"))
_FAMILY_FIELDS = frozenset(("user", "best_of", "echo", "n"))

_encode = msgspec.json.encode


class CompletionsDialect:
    """`POST /v1/completions`, one text prompt a call."""

    name = "openai_completions"
    codecs: frozenset[str] = frozenset(("openai_completions",))

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        given = {name: value for name, value in body.items() if value is not None and name not in _STRUCTURE}
        options = body.get("stream_options")
        return InboundCall(
            model=filled_text_at(body, "model", "body"),
            prompt=_prompt(body.get("prompt")),
            parameters={name: value for name, value in given.items() if name not in _FAMILY_FIELDS},
            extra={name: value for name, value in given.items() if name in _FAMILY_FIELDS},
            stream=flag_at(body, "stream"),
            stream_usage=options is not None and bool(mapping_at(options, "stream_options").get("include_usage")),
        )

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes:
        """The whole answer."""
        choice = {"index": 0, "text": result.text, "finish_reason": render_finish(result.finish), "logprobs": None}
        return _encode({**_about(served), "choices": [choice], "usage": render_usage(result.usage)})

    def encoder(self, call: InboundCall, served: Served) -> CompletionsEncoder:
        """For one streamed answer."""
        return CompletionsEncoder(call, served)

    def render_fault(self, fault: Fault) -> bytes:
        """The body of an error."""
        return render_fault(fault)


class CompletionsEncoder:
    """One stream of text."""

    __slots__ = ("_opened", "_stream_usage")

    def __init__(self, call: InboundCall, served: Served) -> None:
        self._opened = b"data: " + _encode(_about(served))[:-1] + b',"choices":['
        self._stream_usage = call.stream_usage

    def feed(self, event: StreamEvent) -> bytes:
        """The chunk that an event becomes; nothing for events the family has no word for."""
        if isinstance(event, TextDelta):
            return self._chunk({"index": 0, "text": event.text, "finish_reason": None, "logprobs": None})
        if isinstance(event, FinishEvent):
            last = self._chunk({"index": 0, "text": "", "finish_reason": render_finish(event.finish), "logprobs": None})
            usage = _encode(render_usage(event.usage))
            return last + (self._opened + b'],"usage":' + usage + b"}\n\n" if self._stream_usage else b"") + DONE
        return b""

    def fail(self, fault: Fault) -> bytes:
        """The error in place of an end."""
        return b"data: " + render_fault(fault) + b"\n\n"

    def _chunk(self, choice: dict[str, Any]) -> bytes:
        return self._opened + _encode(choice) + b"]}\n\n"


def _about(served: Served) -> dict[str, Any]:
    return {"id": served.id, "object": "text_completion", "created": served.created, "model": served.model}


def _prompt(value: Any) -> str:
    if isinstance(value, list) and len(value) == 1:  # pyright: ignore[reportUnknownArgumentType]
        value = value[0]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, str):
        return value
    return refuse("prompt", "is missing" if value is None else "must be one text: token ids and several prompts are not served")


DIALECT = CompletionsDialect()
