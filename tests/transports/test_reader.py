"""The response reader: any split of the same bytes gives the same response."""

from __future__ import annotations

import time
from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.entities.errors import ConnectionFailed, InvokeError, ServerUnavailable, StreamIncomplete
from modelruntime.entities.http import ResponseHead
from modelruntime.transports.http1.reader import MAX_HEAD_BYTES, ResponseReader

RESPONSES = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello",
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n!\r\n00\r\nT: v\r\n\r\n",
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not-modified": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
    "until-close": b"HTTP/1.1 200 OK\r\n\r\nall of it",
    "old": b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
}
BODIES = {
    "length": b"hello",
    "chunked": b"hello!",
    "interim": b"ok",
    "empty": b"",
    "not-modified": b"",
    "until-close": b"all of it",
    "old": b"x",
}
BROKEN = [
    b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    b"HTTP/2 200\r\n\r\n",
    b"HTTP/1.1 20 OK\r\n\r\n",
    b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0X1\r\na\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1g\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1_0\r\n" + b"a" * 16 + b"\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 15 + b"1\r\na\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\nb",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 5000,
    b"HTTP/1.1 200 OK\r\nA: " + b"a" * MAX_HEAD_BYTES,
    b"HTTP/1.1 100 Continue\r\n\r\n" * 17,
]


def read(pieces: list[bytes]) -> tuple[ResponseHead | None, bytes, bool, bool]:
    reader = ResponseReader("GET", "http://x:80")
    body = b"".join([reader.feed(piece) for piece in pieces])
    complete = reader.complete
    reusable = reader.reusable
    if not complete:
        reader.close()
    return reader.head, body, complete, reusable


@pytest.mark.parametrize("name", RESPONSES)
def test_every_split_in_two_gives_the_same(name: str):
    data = RESPONSES[name]
    whole = read([data])
    assert whole[1] == BODIES[name]
    assert whole[2] is (name != "until-close")
    assert whole[3] is (name != "until-close")
    for at in range(1, len(data)):
        assert read([data[:at], data[at:]]) == whole, at


@pytest.mark.parametrize("name", RESPONSES)
def test_byte_by_byte_gives_the_same(name: str):
    data = RESPONSES[name]
    assert read([data[i : i + 1] for i in range(len(data))]) == read([data])


@given(st.sampled_from(sorted(RESPONSES)), st.lists(st.integers(0, 200)))
def test_any_split_gives_the_same(name: str, cuts: list[int]):
    data = RESPONSES[name]
    marks = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in pairwise(marks) if a < b]
    assert read(pieces) == read([data])


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=20), st.integers(1, 64))
def test_chunks_come_out_as_they_went_in(chunks: list[bytes], size: int):
    wire = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + wire
    _, body, complete, reusable = read([data[i : i + size] for i in range(0, len(data), size)])
    assert (body, complete, reusable) == (b"".join(chunks), True, True)


@pytest.mark.parametrize("data", BROKEN)
def test_what_breaks_http_is_refused_in_one_piece_and_byte_by_byte(data: bytes):
    for step in (len(data), 1):
        reader = ResponseReader("GET", "http://x:80")
        with pytest.raises(ServerUnavailable) as caught:
            deque((reader.feed(data[start : start + step]) for start in range(0, len(data), step)), 0)
        assert caught.value.code == "protocol"
        assert not reader.reusable


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_break_http(data: bytes):
    for prefix in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        reader = ResponseReader("GET", "http://x:80")
        try:
            reader.feed(prefix + data)
            reader.close()
        except InvokeError:
            pass


@pytest.mark.parametrize("name", RESPONSES)
def test_an_end_at_any_byte_is_told(name: str):
    data = RESPONSES[name]
    head_end = data.rindex(b"\r\n\r\n") + 4 if name != "chunked" else data.index(b"\r\n\r\n") + 4
    for at in range(len(data)):
        reader = ResponseReader("GET", "http://x:80")
        reader.feed(data[:at]) if at else None
        if at >= head_end and name == "until-close":
            reader.close()
            assert reader.complete
            continue
        with pytest.raises(StreamIncomplete if at >= head_end else ConnectionFailed):
            reader.close()


def test_a_broken_connection_is_told_even_where_the_end_is_the_end():
    reader = ResponseReader("GET", "http://x:80")
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\nabc")
    with pytest.raises(StreamIncomplete):
        reader.abort()


@pytest.mark.parametrize(
    "data,reusable",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", False),
        (b"HTTP/1.1 204 No\r\n\r\nx", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", False),
    ],
)
def test_when_a_connection_may_be_used_again(data: bytes, reusable: bool):
    reader = ResponseReader("GET", "http://x:80")
    reader.feed(data)
    assert (reader.complete, reader.reusable) == (True, reusable)


def test_a_chunk_of_many_reads_is_not_copied_again_and_again():
    costs = []
    for reads in (256, 2048):
        reader = ResponseReader("GET", "http://x:80")
        reader.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % (reads * 4096))
        piece = b"x" * 4096
        start = time.process_time()
        for _ in range(reads):
            reader.feed(piece)
        costs.append((time.process_time() - start) / reads)
    assert costs[1] < 5 * costs[0] + 1e-5
