"""Legacy completions, served (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.chat_request import choices_at, flag_at, stream_usage_at, with_structure
from modelruntime.codecs.openai.inbound.chat_stream import DONE
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, leave_to_family, refuse
from modelruntime.codecs.openai.inbound.finish import render_finish
from modelruntime.codecs.openai.inbound.usage import render_usage
from modelruntime.entities.call import LLMCall
from modelruntime.entities.events import FinishEvent, StreamEvent, TextDelta
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.profile import Profile

STRUCTURE = frozenset(("prompt",))
_READ = frozenset(("model", "prompt", "stream", "stream_options", "n"))
_FAMILY_FIELDS = frozenset(("user", "best_of", "echo"))
PROMPTS_AT_MOST = 128

_encode = msgspec.json.encode


class CompletionsDialect:
    """`POST /v1/completions`."""

    name = "openai_completions"
    codecs: frozenset[str] = frozenset(("openai_completions",))
    relayed: frozenset[str] = codecs
    structure: frozenset[str] = STRUCTURE
    last_word = DONE

    def stands(self, call: LLMCall, profile: Profile) -> bool:
        """A prompt always does."""
        return True

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        given = {name: value for name, value in body.items() if value is not None and name not in _READ}
        call = InboundCall(
            model=filled_text_at(body, "model", "body"),
            prompt="",
            parameters={name: value for name, value in given.items() if name not in _FAMILY_FIELDS},
            extra={name: value for name, value in given.items() if name in _FAMILY_FIELDS},
            stream=flag_at(body, "stream"),
            stream_usage=stream_usage_at(body),
            choices=choices_at(body),
        )
        return with_structure(call, lambda: _prompts(body.get("prompt")))

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes:
        """The whole answer."""
        choice = {"index": served.choice, "text": result.text, "finish_reason": render_finish(result.finish), "logprobs": None}
        return _encode({**_about(served), "choices": [choice], "usage": render_usage(result.usage)})

    def encoder(self, call: InboundCall, served: Served) -> CompletionsEncoder:
        """For one streamed answer."""
        return CompletionsEncoder(call, served)

    def render_fault(self, fault: Fault) -> bytes:
        """The body of an error."""
        return render_fault(fault)


class CompletionsEncoder:
    """One stream of text."""

    __slots__ = ("_choice", "_opened", "_stream_usage")

    def __init__(self, call: InboundCall, served: Served) -> None:
        self._opened = b"data: " + _encode(_about(served))[:-1] + b',"choices":['
        self._stream_usage = call.stream_usage
        self._choice = served.choice

    def feed(self, event: StreamEvent) -> bytes:
        """The chunk that an event becomes; nothing for events the family has no word for."""
        if isinstance(event, TextDelta):
            return self._chunk({"index": self._choice, "text": event.text, "finish_reason": None, "logprobs": None})
        if isinstance(event, FinishEvent):
            last = self._chunk({"index": self._choice, "text": "", "finish_reason": render_finish(event.finish), "logprobs": None})
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


def _prompts(value: Any) -> dict[str, Any]:
    """One text, or several of them. Tokens by their ids are left to the vendor whose they are."""
    if isinstance(value, str):
        return {"prompt": value}
    if not is_list(value) or not value:
        refuse("prompt", "is missing" if value is None else "must be a text or a list of texts, and not empty")
    if all(type(row) is int for row in value) or all(is_list(row) for row in value):
        leave_to_family("prompt", "must be text: token ids mean something to one vendor's tokenizer only")
    for at, row in enumerate(value):
        if not isinstance(row, str):
            refuse(f"prompt[{at}]", f"must be text, not {type(row).__name__}")
    if len(value) > PROMPTS_AT_MOST:
        refuse("prompt", f"may hold at most {PROMPTS_AT_MOST} texts")
    return {"prompt": value[0], "prompts": tuple(cast("list[str]", value)) if len(value) > 1 else ()}


DIALECT = CompletionsDialect()
