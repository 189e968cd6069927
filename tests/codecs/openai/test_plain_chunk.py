"""A plain chunk is read in one go; a stream says the same as where every chunk is read as one of any shape."""

from __future__ import annotations

from typing import Any
from unittest import mock

import msgspec
import pytest
from benchmarks import wire

from modelruntime.codecs.openai import stream_decoder
from modelruntime.codecs.openai.plain_chunk import text_of_chunk
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.events import ErrorEvent
from modelruntime.entities.http import ResponseHead
from modelruntime.schema.profile import Profile

PROFILES = (
    Profile(),
    Profile(think_tags=("<t>", "</t>"), text_lstrip=True),
    Profile(reasoning_field="thought"),
    Profile(reasoning_field="reasoning"),
)
ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    [],
    ["x"],
    [{"index": 0}],
    {},
    {"a": 1},
    0,
    1,
    True,
    1.5,
    {"content": [{"token": "a", "logprob": -1}]},
)
FIELDS = {
    "chunk": ("usage", "error", "model", "id", "choices", "citations", "other"),
    "choice": ("index", "delta", "finish_reason", "logprobs", "error", "text", "other"),
    "delta": (
        *("role", "content", "reasoning_content", "reasoning", "tool_calls", "refusal", "function_call", "reasoning_details"),
        *("annotations", "audio", "images", "executed_tools", "thought", "other"),
    ),
}
"""Where something odd may stand."""
PLAIN = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}], "usage": None}
TWO_CHOICES = {"choices": [{"index": 1, "delta": {"content": "b"}}, {"index": 0, "delta": {"content": "a"}}]}


def said(chunks: list[dict[str, Any]], profile: Profile) -> list[Any]:
    decoder = StreamDecoder(ResponseHead(200), ReplyContext(Endpoint("http://127.0.0.1", "m", profile)))
    data = b"".join(b"data: " + msgspec.json.encode(chunk) + b"\n\n" for chunk in chunks)
    events = [*decoder.feed(data), *decoder.close()]
    return [str(event.error) if isinstance(event, ErrorEvent) else event for event in events]


def chunk_with(place: str, field: str, value: Any) -> dict[str, Any]:
    odd = {place: {field: value}}
    delta = {"content": "<t>Hi", **odd.get("delta", {})}
    choice = {"index": 0, "delta": delta, **odd.get("choice", {})}
    return {"id": "c-1", "model": "m", "choices": [choice], **odd.get("chunk", {})}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_stream_says_the_same_with_and_without_the_short_way(profile: Profile):
    odd = [chunk_with(place, field, value) for place, fields in FIELDS.items() for field in fields for value in ODD]
    streams = [[PLAIN, chunk, PLAIN] for chunk in [*odd, TWO_CHOICES]]
    found = [said(stream, profile) for stream in streams]
    with mock.patch.object(stream_decoder, "text_of_chunk", return_value=None):
        assert found == [said(stream, profile) for stream in streams]


@pytest.mark.parametrize(
    ("delta", "text"),
    [
        ({"content": "a"}, "a"),
        ({"role": "assistant", "content": "a", "reasoning_content": None, "tool_calls": [], "refusal": ""}, "a"),
        ({"content": ""}, None),
        ({"content": None}, None),
        ({"content": "a", "reasoning": "b"}, None),
        ({"content": "a", "tool_calls": [{"index": 0}]}, None),
    ],
)
def test_a_delta_of_text_alone_is_plain(delta: dict[str, Any], text: str | None):
    assert text_of_chunk(msgspec.json.encode({"choices": [{"delta": delta}]})) == text


def test_the_events_of_an_ordinary_stream_are_plain():
    frames = [event.partition(b"data: ")[2].partition(b"\n")[0] for event in wire.stream_events()]
    assert [text_of_chunk(frame) is not None for frame in frames] == [True] * (wire.EVENTS - 2) + [False] * 3


def test_the_short_way_is_taken():
    with mock.patch.object(stream_decoder, "text_of_chunk", side_effect=text_of_chunk) as read:
        said([PLAIN] * 5, Profile())
    assert read.call_count == 4
