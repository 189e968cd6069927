"""Long texts in pieces: one bad sentence must not drown in many good ones."""

from __future__ import annotations

import re

PIECE_CHARACTERS = 400
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


def split_pieces(text: str) -> list[str]:
    """Sentences of the text, each at most `PIECE_CHARACTERS` long; at least one piece, which may be empty."""
    found: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        trimmed = sentence.strip()
        found += (trimmed[begin : begin + PIECE_CHARACTERS] for begin in range(0, len(trimmed), PIECE_CHARACTERS))
    return found or [""]
