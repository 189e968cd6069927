"""What audio bytes and the header beside them say of themselves."""

from __future__ import annotations

import re

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "ogg": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
"""Format → media type, for answers whose header names none."""
_RATE = re.compile(r";\s*rate=(\d+)")
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Version bits of a frame's header → rates by its rate bits (ISO/IEC 11172-3 and 13818-3)."""


def media_type_of(content_type: str, stated: str) -> str:
    """The type that the header names if it is audio, else the stated one."""
    named = content_type.partition(";")[0].strip().lower()
    return named if named.startswith("audio/") else stated


def sample_rate_of(content_type: str, audio: bytes) -> int | None:
    """From the header (`audio/pcm;rate=24000`), else from a WAV, FLAC or MP3 file; None where neither says."""
    if found := _RATE.search(content_type):
        return int(found.group(1))
    if audio[:4] == b"RIFF" and audio[8:16] == b"WAVEfmt " and len(audio) >= 28:
        return int.from_bytes(audio[24:28], "little")
    if audio[:4] == b"fLaC" and len(audio) >= 21:
        return int.from_bytes(audio[18:21], "big") >> 4 or None
    return _mp3_rate(audio)


def _mp3_rate(audio: bytes) -> int | None:
    at = 10 + _syncsafe(audio[6:10]) if audio[:3] == b"ID3" and len(audio) >= 10 else 0
    head = audio[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] >> 1 & 3 == 0:
        return None
    rates = _MP3_RATES.get(head[1] >> 3 & 3)
    place = head[2] >> 2 & 3
    return rates[place] if rates and place < 3 else None


def _syncsafe(size: bytes) -> int:
    """The length of an ID3 tag: seven bits of each byte count (https://id3.org/id3v2.4.0-structure, unverified)."""
    return sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
