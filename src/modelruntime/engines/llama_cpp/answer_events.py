"""From the chunks of a generation to stream events."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from modelruntime.engines.llama_cpp.answer_decoder import AnswerDecoder, CallBegins, CallPiece, Piece, TextPiece
from modelruntime.engines.llama_cpp.generation import delta_of
from modelruntime.engines.llama_cpp.server import Chunk
from modelruntime.entities.errors import BadRequest, ContextLengthExceeded, InvokeError, ServerUnavailable
from modelruntime.entities.events import (
    FinishEvent,
    StreamEvent,
    TextDelta,
    TextEnd,
    TextStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    UsageEvent,
)
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.parts import TextPart, ToolCallPart
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage

STOPPED = "stopped by the caller"


class AnswerEvents:
    """Turns chunks into events, all but `StreamStart`. With `decoder`, the text is an answer in the tool grammar."""

    def __init__(self, decoder: AnswerDecoder | None) -> None:
        self._decoder = decoder
        self._open = ""
        self._parts = 0
        self._text: list[str] = []
        self._call = ("", "")
        self._called = False
        self._finish: str | None = None
        self._usage = Usage()
        self._logprobs: list[TokenLogprob] = []

    def feed(self, chunk: Chunk) -> Iterator[StreamEvent]:
        """Events of one chunk. Raises the typed error of an error chunk."""
        if "error" in chunk:
            raise error_of(chunk["error"])
        text, choice = delta_of(chunk)
        if text:
            yield from self._render(self._decoder.feed(text) if self._decoder else [TextPiece(text)])
        self._finish = choice.get("finish_reason") or self._finish
        self._logprobs.extend(_logprobs_of(choice))
        if chunk.get("usage"):
            self._usage = _usage_of(chunk["usage"])
            yield UsageEvent(self._usage)

    def close(self) -> Iterator[StreamEvent]:
        """What is still open ends, then the finish. A generation without a finish reason was stopped by its caller."""
        if self._decoder:
            yield from self._render(self._decoder.close())
        yield from self._end_text()
        yield FinishEvent(self._finished(), self._usage, logprobs=tuple(self._logprobs) or None)

    def _finished(self) -> Finish:
        if self._finish is None:
            return Finish("other", STOPPED)
        known: dict[str, FinishReason] = {"stop": "stop", "length": "length"}
        unified = known.get(self._finish, "other")
        return Finish("tool_calls" if unified == "stop" and self._called else unified, self._finish)

    def _render(self, pieces: list[Piece]) -> Iterator[StreamEvent]:
        for piece in pieces:
            if isinstance(piece, TextPiece):
                if not self._open:
                    self._open = self._next_id()
                    yield TextStart(self._open)
                self._text.append(piece.text)
                yield TextDelta(self._open, piece.text)
            elif isinstance(piece, CallBegins):
                yield from self._end_text()
                self._open, self._called = self._next_id(), True
                self._call = (f"call_{secrets.token_hex(12)}", piece.name)
                yield ToolCallStart(self._open, *self._call)
            elif isinstance(piece, CallPiece):
                self._text.append(piece.arguments)
                yield ToolCallDelta(self._open, piece.arguments)
            else:
                yield ToolCallEnd(self._open, ToolCallPart(*self._call, self._take_text()))
                self._open = ""

    def _end_text(self) -> Iterator[StreamEvent]:
        if self._open:
            yield TextEnd(self._open, TextPart(self._take_text()))
            self._open = ""

    def _take_text(self) -> str:
        text, self._text = "".join(self._text), []
        return text

    def _next_id(self) -> str:
        self._parts += 1
        return f"part-{self._parts}"


def error_of(error: Any) -> InvokeError:
    """The typed error of an `error` object of llama.cpp's server."""
    kind, status, said = error.get("type"), error.get("code"), error.get("message") or ""
    if kind == "exceed_context_size_error":
        return too_long(error.get("n_prompt_tokens") or 0, error.get("n_ctx") or 0)
    code = status if isinstance(status, int) else 500
    maker = BadRequest if 400 <= code < 500 else ServerUnavailable
    return maker(f"llama.cpp refused the call: {said.splitlines()[0][:200] if said else kind}", status=code, code=kind)


def too_long(tokens: int, context: int) -> ContextLengthExceeded:
    """The error for a prompt of `tokens` in a context of `context` tokens."""
    return ContextLengthExceeded(
        f"the prompt has {tokens} tokens, the context of this model holds {context}: shorten it or give the model more context",
        status=400,
        code="context_length_exceeded",
    )


def _usage_of(usage: dict[str, Any]) -> Usage:
    details: dict[str, Any] = usage.get("prompt_tokens_details") or {}
    total, cached = usage.get("prompt_tokens"), details.get("cached_tokens")
    fresh = total - cached if total is not None and cached is not None else None
    written = usage.get("completion_tokens")
    return Usage(InputUsage(total, fresh, cached), OutputUsage(written, written), raw=usage)


def _logprobs_of(choice: dict[str, Any]) -> list[TokenLogprob]:
    reported: dict[str, list[dict[str, Any]]] = choice.get("logprobs") or {}
    return [TokenLogprob(row["token"], row["logprob"], _alternatives(row)) for row in reported.get("content") or []]


def _alternatives(row: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    top: list[dict[str, Any]] = row.get("top_logprobs") or []
    return tuple((other["token"], other["logprob"]) for other in top)
