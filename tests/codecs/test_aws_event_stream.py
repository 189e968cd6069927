"""The event stream's frames: written by botocore's reader's rules, split anywhere, damaged anywhere."""

from __future__ import annotations

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.aws_event_stream import EventStreamFraming, EventStreamMessage
from tests.codecs.aws_frames import render_frame

HEADERS = st.dictionaries(st.text("abc:-", min_size=1, max_size=20), st.text(max_size=40), max_size=4)
MESSAGES = st.lists(st.tuples(HEADERS, st.binary(max_size=60)), max_size=4)


@given(MESSAGES, st.data())
def test_any_split_gives_the_messages_that_botocore_reads(
    messages: list[tuple[dict[str, str], bytes]], data: st.DataObject
) -> None:
    wire = b"".join(render_frame(headers, payload) for headers, payload in messages)
    oracle = EventStreamBuffer()
    oracle.add_data(wire)
    expected = [EventStreamMessage(dict(message.headers), message.payload) for message in oracle]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    framing = EventStreamFraming()
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert [message for piece in pieces for message in framing.feed(piece)] == expected
    assert not framing.pending


def test_a_cut_frame_is_pending() -> None:
    framing = EventStreamFraming()
    assert framing.feed(render_frame({"a": "b"}, b"{}")[:-1]) == []
    assert framing.pending


WHOLE = render_frame({":event-type": "x"}, b'{"a":1}')


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_any_flipped_byte_is_noticed(at: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[at] ^= 0x01
    with pytest.raises(ValueError, match="damaged"):
        EventStreamFraming().feed(bytes(damaged))


def test_headers_of_other_types_are_skipped() -> None:
    packed = b"\x01t\x00" + b"\x01i\x04\x00\x00\x00\x07" + b"\x01s\x07\x00\x02ok" + b"\x01b\x06\x00\x01\xff"
    (message,) = EventStreamFraming().feed(render_frame({}, b"", packed=packed))
    assert message.headers == {"s": "ok"}


@pytest.mark.parametrize("packed", [b"\x01x\x63", b"\x09x", b"\x01s\x07\x00\x09ok", b"\x01s\x07\x00\x01\xff"])
def test_unreadable_headers_are_damage(packed: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        EventStreamFraming().feed(render_frame({}, b"", packed=packed))
