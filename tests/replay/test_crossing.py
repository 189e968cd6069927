"""A history moves to another family: every recorded answer can be told to every other codec, without foreign secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import Message, ToolMessage, UserMessage, parts_of
from modelruntime.entities.parts import MediaPart, TextPart
from tests.replay.family_replay import request_of, result_of
from tests.replay.played import Played, played

LONG = 40
"""Shorter strings of a vendor's metadata (ids, words) may well stand elsewhere."""


def answers() -> Iterator[tuple[Played, LLMResult]]:
    """What was answered, whole or streamed."""
    for item in played():
        with suppress(InvokeError, AssertionError):  # errors, and answers in the background
            yield item, result_of(item.codec, item.row, item.call, item.endpoint)


def family(codec: Any) -> str:
    """The folder that the codec's code stands in: its hosts share it."""
    module: str = type(codec).__module__
    return module.split(".")[2]


def strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value; texts that are JSON themselves as they are."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def test_every_answer_can_be_told_to_every_other_family() -> None:
    codecs = {item.codec.name: item.codec for item in played() if item.call.prompt is None}
    told, refused, failures = 0, 0, []
    for item, result in answers():
        results = tuple(ToolMessage(call.id, "done") for call in result.tool_calls)
        history: tuple[Message, ...] = (UserMessage("Hello"), result.message, *results, UserMessage("And now?"))
        for name, codec in codecs.items():
            if family(codec) == family(item.codec):
                continue
            call = LLMCall("m", history, parameters={"max_tokens": 9})
            try:
                request = request_of(codec, call, Endpoint("https://v.invalid", "m"))
            except ParameterInvalid as refusal:
                if not any(isinstance(part, MediaPart) for part in parts_of(result.message.content)):
                    failures.append(f"{item.row.id} told to {name}: {refusal}")
                refused += 1
                continue
            if found := lost(result, json.loads(request.body or b"null")):
                failures.append(f"{item.row.id} told to {name}: {found}")
            told += 1
    print(f"{told} tellings to {len(codecs)} codecs, {refused} refused for a medium that the model made", *failures, sep="\n  ")
    assert failures == []


def lost(result: LLMResult, body: Any) -> str | None:
    """What of the answer is not in the body, or is in it and should not be."""
    said = list(strings(body))
    whole = "\n".join(said)
    parts = parts_of(result.message.content)
    for part in parts:
        if isinstance(part, TextPart) and part.text.strip() not in whole:
            return f"the text {part.text[:40]!r} is missing"
    for call in result.tool_calls:
        if call.name not in whole:
            return f"the call of {call.name} is missing"
    texts = "\n".join(part.text for part in parts if isinstance(part, TextPart)) + "".join(
        call.arguments for call in result.tool_calls
    )
    for part in parts:
        for secret in strings(part.provider_metadata or {}):
            if len(secret) > LONG and secret in whole and secret not in texts:
                return f"{secret[:20]!r} of the vendor's own is told to another"
    return None
