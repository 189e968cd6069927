import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai.parse_message import parse_message
from modelruntime.codecs.openai.parse_reply import parse_reply
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_chunk import KNOWN_OF_DELTA
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.replay_result import replay_result
from modelruntime.entities import events as e
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.parts import ReasoningPart, TextPart
from modelruntime.schema.profile import Profile
from tests.codecs.openai.event_laws import plain
from tests.codecs.openai.stream_frames import BEGINS_INSIDE, DONE, HEAD, THINK, USAGE, chunk, decode, frame, meta, parts, stream

_TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
_CALL = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(0, 2),
        "id": st.sampled_from(["a", "b", "c", ""]),
        "function": st.fixed_dictionaries({}, optional={"name": st.sampled_from(["f", "g", ""]), "arguments": _TEXT}),
    },
)
_DELTA = st.fixed_dictionaries(
    {},
    optional={
        "role": st.just("assistant"),
        "content": st.none() | _TEXT | st.sampled_from(["<think>", "</think>", "<thi", "nk>", "</", "think>"]),
        "reasoning_content": st.none() | _TEXT,
        "reasoning": st.none() | _TEXT,
        "refusal": st.none() | _TEXT,
        "tool_calls": st.none() | st.lists(_CALL, max_size=2),
        "annotations": st.just([{"type": "url_citation", "url_citation": {"url": "u"}}]),
        "vendor": st.integers(),
    },
)
_CHUNK = st.builds(
    lambda delta, finish, usage: chunk(delta, finish, usage=usage),
    _DELTA,
    st.sampled_from([None, None, None, "", "stop", "tool_calls"]),
    st.sampled_from([None, USAGE]),
)
_ODD = st.sampled_from(
    [
        b": ping\n\n",
        b"event: ping\ndata:\n\n",
        frame({"choices": []}),
        frame({"choices": None}),
        frame({"error": {"message": "x"}}),
        b"data: {\n\n",
        DONE,
        b"\r\n",
        frame({"choices": [{"index": 1, "delta": {"content": "z"}}]}),
        frame({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}),
    ]
)
_STREAMS = st.lists(st.one_of(_CHUNK.map(frame), _CHUNK.map(frame), _CHUNK.map(frame), _ODD), max_size=10).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(_STREAMS, st.sampled_from([Profile(), THINK, BEGINS_INSIDE, Profile(text_lstrip=True)]), st.data())
def test_any_chunks_cut_anywhere_keep_the_laws_and_give_the_same_events(data, profile, draw):
    whole = decode(data, profile)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
    pieces = [data[start:end] for start, end in pairwise([0, *cuts, len(data)])]
    assert plain(decode(data, profile, pieces)) == plain(whole)
    assert plain(decode(data, profile, [data[at : at + 1] for at in range(len(data))] or [b""])) == plain(whole)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["", "a", "AA==", "stop"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["text", "type", "url", "function", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
_ANY_DELTA = st.dictionaries(st.sampled_from([*KNOWN_OF_DELTA, "odd"]), _JSON, max_size=3)
_ANY_CHOICE = st.dictionaries(
    st.sampled_from(["index", "finish_reason", "logprobs", "error", "text", "message"]), _JSON, max_size=2
)
_ANY_CHUNK = st.dictionaries(
    st.sampled_from(["usage", "error", "citations", "model", "id", "created", "x_groq", "code", "msg"]), _JSON, max_size=2
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_ANY_CHUNK, _ANY_CHOICE, _ANY_DELTA) | st.tuples(_ANY_CHUNK, st.none(), st.none()), max_size=5))
def test_no_chunk_whatever_it_holds_breaks_the_laws(chunks):
    frames = [outer if choice is None else outer | {"choices": [choice | {"delta": delta}]} for outer, choice, delta in chunks]
    decode(b"".join(map(frame, frames)) + DONE)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_laws(data):
    decode(b"data: " + data + b"\n\n")
    decode(data)


@pytest.mark.parametrize("odd", [b'"\xff"', b"[" * 5000 + b"]" * 5000])
def test_a_field_that_nobody_reads_may_be_unreadable(odd):
    data = b'data: {"choices": [{"delta": {"content": "a"}}], "odd": ' + odd + b"}\n\n" + stream()
    assert isinstance(decode(data)[-1], (e.FinishEvent, e.ErrorEvent))


@settings(max_examples=150, deadline=None)
@given(st.lists(_DELTA, max_size=8))
def test_text_and_calls_add_up_to_what_the_chunks_hold(deltas):
    for delta in deltas:
        delta.pop("tool_calls", None)
    found = gather(decode(stream(*deltas)))
    said = "".join((delta.get("content") or "") + (delta.get("refusal") or "") for delta in deltas)
    thought = "".join(delta.get("reasoning_content") or delta.get("reasoning") or "" for delta in deltas)
    assert (found.text, found.reasoning) == (said, thought)


@pytest.mark.parametrize(
    ("text", "reasoning", "said"),
    [
        ("hm\n</think>\n\nhi", "hm\n", "hi"),
        ("\n<think>\nhm</think>hi", "hm", "hi"),
        ("hm</think>a<think>b</think>c", "hmb", "ac"),
        ("<thin air</think>hi", "<thin air", "hi"),
        ("never closed", "never closed", ""),
        ("<thi", "<thi", ""),
        ("</think>hi", "", "hi"),
    ],
)
def test_a_text_may_begin_inside_the_tags(text, reasoning, said):
    whole = parse_message({"content": text}, "x1", ReplyContext(Endpoint("u", "m", BEGINS_INSIDE)))
    for deltas in ([text], text):
        streamed = gather(decode(stream(*({"content": piece} for piece in deltas)), BEGINS_INSIDE))
        assert (streamed.reasoning, streamed.text) == (reasoning, said)
        assert streamed.message.content == whole.content
    data = stream({"content": text})
    assert plain(decode(data, BEGINS_INSIDE, [data[at : at + 1] for at in range(len(data))])) == plain(decode(data, BEGINS_INSIDE))


def test_reasoning_in_a_field_of_its_own_means_that_the_text_begins_outside():
    streamed = parts({"reasoning_content": "hm"}, {"content": "hi"}, profile=BEGINS_INSIDE)
    message = {"reasoning_content": "hm", "content": "hi"}
    assert parse_message(message, "x1", ReplyContext(Endpoint("u", "m", BEGINS_INSIDE))).content == streamed
    assert streamed == (ReasoningPart("hm", meta(field="reasoning_content")), TextPart("hi"))


@pytest.mark.parametrize(("identifiers", "expected"), [(["a", "a"], "a"), (["", "b"], "b"), ([None, 7], "7"), ([None, None], None)])
def test_the_id_and_the_tier_are_the_same_streamed_and_whole(identifiers, expected):
    usage = USAGE | {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 1, "image_tokens": 6}}
    first, last = identifiers
    data = frame(chunk({"content": "a"}) | {"id": first}) + frame(
        chunk({}, "stop", usage=usage, service_tier="flex") | {"id": last}
    )
    found = decode(data + DONE)
    streamed = gather(found)
    body = {"id": last, "choices": [{"message": {"content": "a"}, "finish_reason": "stop"}], "usage": usage, "service_tier": "flex"}
    whole = parse_reply(HttpResponse(HEAD, json.dumps(body).encode()), ReplyContext(Endpoint("u", "m")))
    assert streamed.response_id == whole.response_id == expected
    assert streamed.usage == whole.usage
    assert (whole.usage.tier, whole.usage.output.image, whole.usage.output.text) == ("flex", 6, 2)
    assert gather(replay_result(whole)).response_id == expected


def test_a_tier_without_usage_is_kept():
    found = gather(decode(frame(chunk({"content": "a"}, "stop", service_tier="flex")) + DONE))
    assert (found.usage.tier, found.usage.raw) == ("flex", None)
