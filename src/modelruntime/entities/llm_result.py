"""The answer of a language model."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.finish import Finish
from modelruntime.entities.messages import AssistantMessage, parts_of, text_of
from modelruntime.entities.parts import ReasoningPart, ToolCallPart
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class TokenLogprob(msgspec.Struct, frozen=True):
    """One token of the answer with its log probability and the alternatives the vendor gave."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


class LLMResult(msgspec.Struct, frozen=True):
    """One answer: an ordered message, and what is known about it."""

    model: str
    """The model that answered, as the vendor names it."""
    message: AssistantMessage
    finish: Finish
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    request_id: str | None = None
    parsed: Any = None
    """The typed object of `output=`, None without it."""
    logprobs: tuple[TokenLogprob, ...] | None = None
    provider_metadata: dict[str, Any] | None = None
    raw: RawReply | None = None
    """The vendor's body; None for a streamed answer."""
    response_id: str | None = None
    """The vendor's id of the answer, from its body; `request_id` is that of the HTTP exchange."""
    relayed: bool = False
    """`raw` is what the caller is to be given: it speaks the vendor's family (`codecs/relay.py`)."""

    @property
    def text(self) -> str:
        """The text parts joined."""
        return text_of(self.message.content)

    @property
    def reasoning(self) -> str:
        """The reasoning parts joined; empty when there is none."""
        return "".join(part.text for part in parts_of(self.message.content) if isinstance(part, ReasoningPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The tool calls, in order."""
        return self.message.tool_calls
