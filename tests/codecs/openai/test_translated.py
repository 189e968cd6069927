"""Chat of families that say the same in other words: what holds whatever the translation is."""

from __future__ import annotations

import json

import pytest

from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.translated import TranslatedStream, parse_translated
from modelruntime.entities.errors import BadRequest, InvokeError, ServerUnavailable, Unauthorized
from modelruntime.entities.events import ErrorEvent, FinishEvent, TextDelta
from modelruntime.entities.http import HttpRequest
from tests.codecs.calls import answer, endpoint
from tests.codecs.stream_cuts import check_cuts, frames, told


def shouted(body):
    """A family that writes its names in capitals."""
    return {name.lower(): shouted(value) if isinstance(value, dict) else value for name, value in body.items()}


CONTEXT = ReplyContext(endpoint())


def stream():
    return TranslatedStream(HttpRequest("POST", "https://a.test"), CONTEXT, lambda: shouted)


def chunk(text="", finish=None):
    return {"ID": "c", "CHOICES": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def test_a_stream_needs_no_mark_at_its_end_and_minds_none():
    body = frames(chunk("Hel"), chunk("lo"), chunk(finish="stop"))
    events = check_cuts(stream(), body, len(body) - 1)
    assert isinstance(events[-1], FinishEvent)
    assert [warning.message for warning in events[-1].warnings] == ["the stream carried no usage"]
    assert told(stream(), body + b"data: [DONE]\n\n") == events


def test_each_answer_gets_a_translation_of_its_own():
    made: list[str] = []

    def translator():
        made.append("one")
        return shouted

    operation = TranslatedStream(HttpRequest("POST", "https://a.test"), CONTEXT, translator)
    told(operation, frames(chunk("A", "stop")))
    told(operation, frames(chunk("B", "stop")))
    assert len(made) == 2


@pytest.mark.parametrize(
    "frame",
    [b'data: {"ERROR": {"message": "no"}}\n\n', b"data: what is this\n\n", b"data: [1]\n\n", b'data: {"CHOICES": 5}\n\n'],
)
def test_what_is_no_event_ends_the_stream_and_is_shown_as_it_came(frame):
    found = told(stream(), frames(chunk("A")) + frame + frames(chunk("B")))
    assert isinstance(found[-1], ErrorEvent)
    assert found[-1].error.raw == frame[6:-2]
    assert [event.text for event in found if isinstance(event, TextDelta)] == ["A"]


def test_a_whole_reply_where_events_were_asked_for_is_told_as_a_stream():
    body = json.dumps({"CHOICES": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}).encode()
    assert [event.text for event in told(stream(), body[:9], body[9:]) if isinstance(event, TextDelta)] == ["Hello"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"ERROR": {"message": "no", "type": "invalid_request_error"}}), BadRequest),
        (answer({}, 401), Unauthorized),
        (answer(b"<html>"), ServerUnavailable),
    ],
)
def test_an_error_shows_what_the_vendor_sent(reply, kind):
    with pytest.raises(InvokeError) as raised:
        parse_translated(reply, CONTEXT, shouted)
    assert type(raised.value) is kind
    assert raised.value.raw == reply.body
