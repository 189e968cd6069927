"""WAV: a 44-byte header and 16-bit mono PCM."""

from __future__ import annotations

import struct
from typing import Any

UNKNOWN_SIZE = 0xFFFF_FFFF


def wave_header(sample_rate: int, pcm_bytes: int | None) -> bytes:
    """The header of a file with `pcm_bytes` of samples; None, for a stream, writes the sizes that readers take as "to the end"."""
    data = UNKNOWN_SIZE if pcm_bytes is None else pcm_bytes
    riff = UNKNOWN_SIZE if pcm_bytes is None else 36 + pcm_bytes
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + form + struct.pack("<4sI", b"data", data)


def pcm_of(samples: Any) -> bytes:
    """Float samples (an array, -1 to 1; louder ones are clipped) as little-endian 16-bit PCM."""
    return bytes((samples.clip(-1.0, 1.0) * 32767.0).round().astype("<i2").tobytes())
