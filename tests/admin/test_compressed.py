"""Large answers, compressed once."""

from __future__ import annotations

import pytest

from modelruntime.admin.compressed import CompressedAnswers, takes_gzip


@pytest.mark.parametrize(
    ("accepts", "taken"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("*;q=0, gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("gzip;q=much", False),
        ("identity", False),
        ("", False),
    ],
)
def test_who_takes_it_says_so(accepts: str, taken: bool):
    assert takes_gzip(accepts) is taken


async def test_what_was_compressed_is_kept_while_it_is_asked_for():
    answers = CompressedAnswers()
    first = await answers.of("a", b"x" * 9000)
    for tag in "bcdefg":
        await answers.of(tag, b"y")
    assert await answers.of("a", b"") is first
    for tag in "hijklmno":
        await answers.of(tag, b"y")
    assert await answers.of("a", b"z") != first
