"""What an endpoint answers against what was asked, at every split."""

from __future__ import annotations

import pytest

from modelruntime.codecs.anthropic.whole_or_events import WholeOrEvents, parse_body
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.entities.errors import InvokeError, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, FinishEvent, TextDelta
from modelruntime.entities.http import HttpResponse, ResponseHead
from tests.faults.gateway.wire import ANTHROPIC, SAID

HEAD = ResponseHead(200, ())
WHOLE = ANTHROPIC.whole().partition(b"\r\n\r\n")[2]


def context() -> ReplyContext:
    return ReplyContext(Endpoint(base_url="https://vendor.example", model="m"))


@pytest.mark.parametrize("body", [WHOLE, b"\n " + WHOLE, ANTHROPIC.stream()], ids=["whole", "after space", "stream"])
def test_either_kind_is_an_answer_wherever_it_is_split(body: bytes):
    for at in range(len(body) + 1):
        decoder = WholeOrEvents(HEAD, context())
        events = [*decoder.feed(body[:at]), *decoder.feed(body[at:]), *decoder.close()]
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == SAID
        assert isinstance(events[-1], FinishEvent)
        assert [*decoder.feed(b"more"), *decoder.close()] == []


@pytest.mark.parametrize(
    "body, kind",
    [(b"<html>", ServerUnavailable), (WHOLE[:-5], ServerUnavailable), (b"", StreamIncomplete), (b"  ", StreamIncomplete)],
)
def test_neither_kind_is_an_error(body: bytes, kind: type[InvokeError]):
    decoder = WholeOrEvents(HEAD, context())
    (last,) = [*decoder.feed(body), *decoder.close()]
    assert isinstance(last, ErrorEvent)
    assert type(last.error) is kind


def test_a_stream_for_a_whole_call_is_gathered():
    assert parse_body(HttpResponse(HEAD, ANTHROPIC.stream()), context()).text == SAID
    with pytest.raises(StreamIncomplete):
        parse_body(HttpResponse(HEAD, ANTHROPIC.opening + ANTHROPIC.said("Hel")), context())
