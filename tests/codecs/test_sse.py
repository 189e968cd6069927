import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.sse import MAX_REST, Event, EventTooLong, SSEDecoder

MIXED = b'\xef\xbb\xbf: hello\r\ndata: {"a":\r\ndata: 1}\r\n\r\nevent: done\rdata:x\r\rid: 3\n\ndata: \xe4\xb8\xad\xe6\x96\x87\n\n'
MIXED_EVENTS = [Event(b'{"a":\n1}'), Event(b"x", "done"), Event("中文".encode())]
PLAIN = b': ping\n\ndata: {"a":1}\n\ndata: {"b":2}\n\n\n\nevent: e\ndata: 3\n\ndata\n\ndata:\n\nretry: 3\n\ndata: [DONE]\n\n'
PLAIN_EVENTS = [Event(b'{"a":1}'), Event(b'{"b":2}'), Event(b"3", "e"), Event(b""), Event(b""), Event(b"[DONE]")]


@pytest.mark.parametrize("stream, events", [(MIXED, MIXED_EVENTS), (PLAIN, PLAIN_EVENTS)], ids=["mixed", "plain"])
def test_any_split_gives_the_same_events(stream, events):
    for at in range(len(stream) + 1):
        decoder = SSEDecoder()
        assert decoder.feed(stream[:at]) + decoder.feed(stream[at:]) == events
        assert decoder.close()
    decoder = SSEDecoder()
    assert [event for i in range(len(stream)) for event in decoder.feed(stream[i : i + 1])] == events


_LINES = st.sampled_from([b"", b"data: x", b"data:y", b"data", b": c", b"event: e", b"id: 1", b"odd", b"data: \xc3\xa4"])
_ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])


@given(st.lists(st.tuples(_LINES, _ENDS), max_size=24), st.lists(st.integers(0, 200), max_size=6))
def test_line_ends_and_cuts_never_change_what_is_dispatched(lines, cuts):
    stream = b"".join(line + end for line, end in lines)
    # A CR directly before an LF line end would be one CRLF: the reference is what a one-shot reading of the text says.
    reference: list[Event] = []
    data: list[bytes] = []
    name = "message"
    for line in stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:-1]:
        field, _, value = line.partition(b":")
        if not line:
            reference += [Event(b"\n".join(data), name)] if data else []
            data, name = [], "message"
        elif field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.removeprefix(b" ").decode()
    decoder, got, last = SSEDecoder(), [], 0
    for cut in [*sorted(cut for cut in cuts if cut < len(stream)), len(stream)]:
        got += decoder.feed(stream[last:cut])
        last = cut
    assert got == reference


@pytest.mark.parametrize("tail", [b"data: half", b"data: whole line\n", b"data: a\r\ndata: b\r\n"])
def test_a_cut_inside_an_event_is_told(tail):
    decoder = SSEDecoder()
    assert decoder.feed(b"data: 1\n\n" + tail) == [Event(b"1")]
    assert not decoder.close()


ERROR = b'{\n  "error": {\n    "code": 503,\n    "message": "no: not now"\n  }\n}'


@pytest.mark.parametrize("ends", [(b"\n\n", b""), (b"\n\n", b"\n"), (b"\n\n", b"\n\n"), (b"\r\n\r\n", b"\r\n")])
@pytest.mark.parametrize("error", [ERROR, b'{"error": "no"}'])
def test_bare_json_is_no_event_but_kept(ends, error):
    after, end = ends
    stream = b"data: 1" + after + error.replace(b"\n", after[: len(after) // 2]) + end
    for at in range(len(stream) + 1):
        decoder = SSEDecoder()
        assert decoder.feed(stream[:at]) + decoder.feed(stream[at:]) == [Event(b"1")]
        assert json.loads(decoder.rest()) == json.loads(error)


def test_what_is_kept_of_bare_json_has_an_end():
    decoder = SSEDecoder()
    for _ in range(100):
        decoder.feed(b'{"a": ' + b"1" * 2000 + b"}\n\n")
    assert len(decoder.rest()) < MAX_REST
    assert SSEDecoder().rest() == b""


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 64, b"data: xxxxxxxx\n", b"data: xxxxxxxx\r\n"])
def test_an_endless_event_is_refused(piece):
    decoder = SSEDecoder(max_event=1000)

    def feed_forever():
        while True:
            decoder.feed(piece)

    with pytest.raises(EventTooLong):
        feed_forever()


@pytest.mark.parametrize("stream", [b"data: " + b"x" * 2000 + b"\n\n", b"data: " + b"x" * 2000 + b"\r\n\r\n"])
def test_a_whole_event_past_the_limit_is_refused_too(stream):
    with pytest.raises(EventTooLong):
        SSEDecoder(max_event=1000).feed(stream)


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_a_long_line_is_scanned_once(end):
    costs = []
    for size in (512, 4096):
        decoder = SSEDecoder()
        decoder.feed(b":" + end)
        start = time.process_time()
        for _ in range(size):
            decoder.feed(b"x" * 1024)
        costs.append((time.process_time() - start) / size)
    assert costs[1] < 6 * costs[0] + 1e-5
