"""What a call is expected to use, told cheaply before it is made: four bytes a token, and what it asks for at most.

Only what limits reserve depends on it; it is put right when the call is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelruntime.codecs.json_value import is_object
from modelruntime.entities.messages import Message, parts_of
from modelruntime.entities.parts import ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage

BYTES_PER_TOKEN = 4
ASSUMED_OUTPUT = 1024
"""Tokens of an answer whose length the call does not bound."""
ASSUMED_MEDIA = 800
"""Tokens of a picture or any other part that is no text."""
BYTES_PER_SECOND = 16_000
"""Of a recording: 128 kbit/s."""
PLAIN_AT_MOST = 32 * 2**10
"""A larger body may hold pictures or recordings in place of text: its texts are counted then."""


def expected_answer(size: int, messages: Sequence[Message], parameters: Mapping[str, Any]) -> Usage:
    """Of a language model; `size` is that of the body in bytes."""
    wanted = parameters.get("max_tokens")
    output = wanted if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted >= 0 else ASSUMED_OUTPUT
    found = size // BYTES_PER_TOKEN if size <= PLAIN_AT_MOST or not messages else sum(map(_tokens, messages))
    return Usage(input=InputUsage(total=found), output=OutputUsage(total=output), estimated=True)


def expected_texts(size: int) -> Usage:
    """Of embeddings, rerank and moderation."""
    return Usage(input=InputUsage(total=size // BYTES_PER_TOKEN), output=OutputUsage(total=0), searches=1, estimated=True)


def expected_speech(text: str) -> Usage:
    """Of text to speech."""
    tokens = InputUsage(total=len(text) // BYTES_PER_TOKEN)
    return Usage(input=tokens, output=OutputUsage(total=0), characters=len(text), seconds=len(text) / 15, estimated=True)


def expected_transcript(size: int) -> Usage:
    """Of speech to text; `size` is that of the recording in bytes."""
    seconds = size / BYTES_PER_SECOND
    return Usage(
        input=InputUsage(total=int(seconds * 10)), output=OutputUsage(total=int(seconds * 3)), seconds=seconds, estimated=True
    )


def user_of(fields: Mapping[str, Any]) -> str:
    """Whom a client says its call is for; empty when it does not."""
    metadata = fields.get("metadata")
    said = fields.get("user") or fields.get("safety_identifier") or (metadata.get("user_id") if is_object(metadata) else None)
    return said if isinstance(said, str) else ""


def tokens_of(usage: Usage) -> int:
    """All of them, in and out."""
    return (usage.input.total or 0) + (usage.output.total or 0)


def _tokens(message: Message) -> int:
    return sum(map(_part_tokens, parts_of(message.content)))


def _part_tokens(part: object) -> int:
    if isinstance(part, TextPart | ReasoningPart):
        return len(part.text) // BYTES_PER_TOKEN
    return len(part.arguments) // BYTES_PER_TOKEN if isinstance(part, ToolCallPart) else ASSUMED_MEDIA
