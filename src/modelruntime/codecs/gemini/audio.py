"""Raw samples as a WAV file: the vendor's answers are bare PCM, which nothing plays."""

from __future__ import annotations

import re
import struct

_RATE = re.compile(r"rate=(\d+)")
UNKNOWN_LENGTH = 0xFFFF_FFFF
"""What a streamed file states, since nobody knows its length yet."""


def is_pcm(media_type: str) -> bool:
    """`audio/L16;codec=pcm;rate=24000` and `audio/pcm` are bare samples."""
    return media_type.lower().startswith(("audio/l16", "audio/pcm"))


def rate_of(media_type: str) -> int:
    """The stated samples per second; 24,000 where none is (https://ai.google.dev/gemini-api/docs/speech-generation, read
    2026-11-22)."""
    found = _RATE.search(media_type)
    return int(found[1]) if found else 24000


def wav_header(rate: int, length: int = UNKNOWN_LENGTH) -> bytes:
    """The header of a mono file of 16 bits with so many bytes of samples."""
    whole = length if length == UNKNOWN_LENGTH else length + 36
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    return b"RIFF" + struct.pack("<I", whole) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", length)
