"""Lines of JSON as bytes come in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.ndjson import LineTooLong, NDJSONDecoder

DATA = b'{"a":1}\n\r\n  {"b":"\xe5\x9b\x9b"}\r\n{"c":3}\n{"d"'
LINES = [b'{"a":1}', b'{"b":"\xe5\x9b\x9b"}', b'{"c":3}']


def lines(*pieces: bytes) -> tuple[list[bytes], bool]:
    decoder = NDJSONDecoder()
    return [line for piece in pieces for line in decoder.feed(piece)], decoder.close()


def test_a_line_ends_with_lf_and_what_none_ends_was_cut() -> None:
    assert lines(DATA) == (LINES, False)
    assert lines(DATA, b":4}\n") == ([*LINES, b'{"d":4}'], True)
    assert lines(b"") == ([], True)
    assert lines(b"\n \r\n") == ([], True)


@given(st.lists(st.integers(0, len(DATA)), max_size=8))
def test_any_split_gives_the_same_lines(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(DATA)]
    assert lines(*(DATA[start:end] for start, end in pairwise(places))) == (LINES, False)


def test_a_split_at_every_byte_gives_the_same_lines() -> None:
    assert lines(*(DATA[at : at + 1] for at in range(len(DATA)))) == (LINES, False)


@pytest.mark.parametrize("pieces", [(b"123456789\n",), (b"12345", b"6789")])
def test_a_line_that_never_ends_is_refused(pieces: tuple[bytes, ...]) -> None:
    decoder = NDJSONDecoder(max_line=8)
    *begun, last = pieces
    assert [decoder.feed(piece) for piece in begun] == [[]] * len(begun)
    with pytest.raises(LineTooLong):
        decoder.feed(last)
    assert NDJSONDecoder(max_line=8).feed(b"12345678\n12345678\n") == [b"12345678"] * 2
