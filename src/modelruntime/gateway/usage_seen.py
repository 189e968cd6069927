"""What of an answer passed by, for calls whose vendor does not say what they cost: cut short, or simply not told."""

from __future__ import annotations

from msgspec.structs import replace

from modelruntime.entities.events import ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.usage import Usage

_SAID: dict[type, str] = {
    TextDelta: "text",
    ReasoningDelta: "text",
    ToolCallDelta: "arguments",
    TextPart: "text",
    ReasoningPart: "text",
    ToolCallPart: "arguments",
}
"""Event or part → where its words are."""
_NOTHING = Usage()


class UsageSeen:
    """Of one attempt at a model that answers in text."""

    __slots__ = ("_bytes", "_reported", "_result", "_words")

    def __init__(self, words: list[str] | None = None) -> None:
        """`words` gets what was said, where it is to be kept."""
        self._words = words
        self._bytes = 0
        self._reported = _NOTHING
        self._result: LLMResult | None = None
        """A whole answer whose words are not counted yet: mostly its vendor says what it cost."""

    def add(self, item: object) -> None:
        """Takes an event of a stream, or a whole result."""
        field = _SAID.get(type(item))
        if field is not None:
            text: str = getattr(item, field)
            if self._words is not None:
                self._words.append(text)
            self._bytes += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        elif isinstance(item, UsageEvent):
            self._reported = item.usage
        elif isinstance(item, LLMResult):
            self._result = item
            if self._words is not None:
                self._count()

    def completed(self, usage: Usage, asked_bytes: int) -> Usage:
        """The usage, its unknown totals taken from what was reported on the way, else estimated at four bytes a token."""
        known = usage if usage.raw is not None or usage.output.total is not None else self._reported
        prompt, answer = known.input.total, known.output.total
        if prompt is not None and answer is not None:
            return known
        self._count()
        return replace(
            known,
            input=known.input if prompt is not None else replace(known.input, total=_tokens(asked_bytes)),
            output=known.output if answer is not None else replace(known.output, total=_tokens(self._bytes)),
            estimated=True,
        )

    def _count(self) -> None:
        result, self._result = self._result, None
        if result is not None:
            for part in parts_of(result.message.content):
                self.add(part)


def _tokens(size: int) -> int:
    return -(-size // 4)
