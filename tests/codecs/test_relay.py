"""A relayed stream: what may be passed on, and what is known of it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.anthropic.messages import CODEC as MESSAGES
from modelruntime.codecs.openai.chat import CODEC as CHAT
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.relay import Relay, RelayCodec
from modelruntime.entities.call import LLMCall
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent, TextDelta, VerbatimEvent
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.messages import UserMessage

ENDPOINT = Endpoint("http://vendor.invalid/v1", "wire-model")
CALL = LLMCall("m", (UserMessage("hello"),), parameters={"temperature": 0.5}, stream=True)
DONE = b"data: [DONE]\n\n"


def chunk(text: str | None = None, finish: str | None = None, index: int = 0, **more: Any) -> bytes:
    delta = {} if text is None else {"content": text}
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"id": "c", "model": "w", "choices": [choice], **more}).encode() + b"\n\n"


USAGE = b'data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n'
WHOLE = chunk("he", own={"a": 1.50}) + chunk("llo") + chunk(finish="stop") + USAGE + DONE


def played(body: bytes, *cuts: int, relay: Relay | None = None, codec: Any = CHAT) -> tuple[bytes, list[StreamEvent]]:
    """What is passed on of a body that comes in pieces, and the events."""
    relay = relay or Relay(last_word=DONE)
    decoder = RelayCodec(codec, relay).stream(CALL, ENDPOINT).decoder(ResponseHead(200))
    edges = [0, *sorted(cuts), len(body)]
    found: list[StreamEvent] = []
    for start, end in pairwise(edges):
        found += decoder.feed(body[start:end])
    found += decoder.close()
    passed = b"".join(event.data for event in found if isinstance(event, VerbatimEvent))
    return passed, [event for event in found if not isinstance(event, VerbatimEvent)]


def test_every_event_is_passed_on_as_it_came():
    passed, events = played(WHOLE)
    assert passed == WHOLE
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "hello"
    assert isinstance(last := events[-1], FinishEvent)
    assert (last.usage.input.total, last.usage.output.total, last.finish.unified) == (3, 2, "stop")


@given(st.sets(st.integers(0, len(WHOLE)), max_size=8))
def test_any_split_gives_the_same(cuts: set[int]):
    assert played(WHOLE, *cuts) == played(WHOLE)


def test_at_every_byte():
    assert played(WHOLE, *range(1, len(WHOLE))) == played(WHOLE)


def test_usage_that_the_client_did_not_ask_for_is_kept_back():
    passed, events = played(WHOLE, relay=Relay(usage=False, last_word=DONE))
    assert passed == WHOLE.replace(USAGE, b"")
    assert isinstance(last := events[-1], FinishEvent)
    assert last.usage.input.total == 3


def test_a_missing_last_word_is_said():
    assert played(WHOLE.removesuffix(DONE))[0] == WHOLE


def test_nothing_follows_the_last_word():
    assert played(WHOLE + chunk("more"))[0] == WHOLE


@pytest.mark.parametrize(
    "bad", [b"data: {no json\n\n", b'data: {"error":{"message":"overloaded"}}\n\n', b"data: \xff\xfe\n\n", b"data: [DONE]x\n\n"]
)
def test_what_cannot_be_read_is_not_passed_on(bad: bytes):
    passed, events = played(chunk("he") + bad + chunk("llo"))
    assert passed == chunk("he")
    assert isinstance(events[-1], ErrorEvent)


@pytest.mark.parametrize("cut", range(1, len(WHOLE) - len(USAGE + DONE) - 2))
def test_a_stream_that_was_cut_is_no_success(cut: int):
    passed, events = played(WHOLE[:cut])
    assert isinstance(events[-1], ErrorEvent)
    assert WHOLE.startswith(passed)
    assert passed.endswith(b"\n\n") or not passed


def test_other_framings_are_passed_on_in_the_plainest():
    strange = b"\xef\xbb\xbf: ping\r\n\r\n" + WHOLE.replace(b"\n", b"\r\n").replace(b"data: ", b"data:")
    assert played(strange, *range(1, len(strange), 3))[0] == WHOLE


def test_a_whole_answer_in_place_of_a_stream_is_decoded():
    reply = {"id": "c", "model": "w", "choices": [{"index": 0, "message": {"content": "hello"}, "finish_reason": "stop"}]}
    body = json.dumps(reply).encode()
    passed, events = played(body, 5, 9)
    assert passed == b""
    assert isinstance(events[-1], FinishEvent)


@pytest.mark.parametrize("ended, whole", [((0, 1), True), ((0,), False), ((1, 0), True)])
def test_several_answers_are_whole_when_all_are(ended: tuple[int, ...], whole: bool):
    body = chunk("a") + chunk("b", index=1) + b"".join(chunk(finish="stop", index=index) for index in ended)
    _, events = played(body, relay=Relay(choices=2, last_word=DONE))
    assert isinstance(events[-1], FinishEvent if whole else ErrorEvent)


def test_named_events_keep_their_names():
    started = {"type": "message_start", "message": {"id": "m", "model": "w", "usage": {"input_tokens": 3}}}
    frames = [
        ("message_start", started),
        ("ping", {"type": "ping"}),
        ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}),
        ("content_block_stop", {"type": "content_block_stop", "index": 0}),
        ("message_delta", {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}}),
        ("message_stop", {"type": "message_stop"}),
    ]
    body = b"".join(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode() for name, data in frames)
    passed, events = played(body, 7, 90, relay=Relay(), codec=MESSAGES)
    assert passed == body
    assert isinstance(events[-1], FinishEvent)


def test_the_structure_goes_on_as_it_was_written():
    structure = {"messages": msgspec.Raw(b'[{"role":"user","content":"hello","own": 1.50}]')}
    relay = Relay(names=frozenset(("messages", "tools")), structure=structure, headers=(("openai-beta", "x=1"),))
    request = RelayCodec(CHAT, relay).stream(CALL, ENDPOINT).start()
    assert request.body is not None
    assert b'"messages":[{"role":"user","content":"hello","own": 1.50}]' in request.body
    sent = msgspec.json.decode(request.body)
    assert (sent["model"], sent["temperature"], sent["stream"]) == ("wire-model", 0.5, True)
    assert sent["stream_options"] == {"include_usage": True}
    assert ("openai-beta", "x=1") in request.headers


def test_a_whole_answer_is_marked_as_relayed():
    operation = RelayCodec(CHAT, Relay()).invoke(CALL, ENDPOINT)
    assert isinstance(operation.start(), Send)
    reply = {"id": "c", "own": 1, "choices": [{"index": 0, "message": {"content": "hello"}, "finish_reason": "stop"}]}
    body = json.dumps(reply).encode()
    step = operation.receive(HttpResponse(ResponseHead(200), body))
    assert isinstance(step, Done)
    assert step.result.relayed
    assert step.result.raw is not None
    assert (step.result.raw.body, step.result.text) == (body, "hello")
    streamed = operation.receive(HttpResponse(ResponseHead(200), WHOLE))
    assert isinstance(streamed, Done)
    assert not streamed.result.relayed, "nobody asked for a stream"


@pytest.mark.parametrize("codec", [CHAT, MESSAGES], ids=["said by the codec", "put in after it"])
def test_what_an_operator_adds_stands_beside_what_the_client_wrote(codec: Any):
    structure = {"messages": msgspec.Raw(b'[{"role":"user","content":"hello"}]'), "tools": msgspec.Raw(b"[1]")}
    names = frozenset(("messages", "tools", "parallel_tool_calls"))
    call = msgspec.structs.replace(CALL, extra={"parallel_tool_calls": False, "tools": [2], "own": {"a": 1}})
    request = RelayCodec(codec, Relay(names=names, structure=structure)).stream(call, ENDPOINT).start()
    assert request.body is not None
    sent = msgspec.json.decode(request.body)
    assert (sent["parallel_tool_calls"], sent["own"]) == (False, {"a": 1})
    assert (sent["tools"], sent["messages"]) == ([1], [{"role": "user", "content": "hello"}])


def test_a_plain_answer_is_relayed_without_being_made_anew():
    structure = {"messages": msgspec.Raw(b'[{"role":"user","content":"hello"}]')}
    operation = RelayCodec(CHAT, Relay(names=frozenset(("messages",)), structure=structure)).invoke(CALL, ENDPOINT)
    assert isinstance(operation.start(), Send)
    message = {"content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}, "type": "function"}]}
    for said, relayed in (({"content": "hello"}, True), (message, False)):  # a call without an id is said again, with ours
        reply = {"id": "c", "choices": [{"index": 0, "message": said, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}}
        step = operation.receive(HttpResponse(ResponseHead(200), json.dumps(reply).encode()))
        assert isinstance(step, Done)
        assert step.result.relayed is relayed
    streamed = operation.receive(HttpResponse(ResponseHead(200), WHOLE))
    assert isinstance(streamed, Done)
    assert not streamed.result.relayed
