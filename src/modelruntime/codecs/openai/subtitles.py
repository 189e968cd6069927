"""Transcripts as subtitles.

SubRip: blocks of a number, `HH:MM:SS,mmm --> HH:MM:SS,mmm`, text. WebVTT (https://www.w3.org/TR/webvtt1/, unverified):
the same with a dot, hours optional, an optional name line, settings after the times, `<v Speaker>` before the text.
"""

from __future__ import annotations

import re
from html import unescape

from modelruntime.entities.transcription_result import TranscriptionSegment

_TIMES = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})\s*-->\s*(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})", re.MULTILINE)
_BLOCKS = re.compile(r"\n[ \t]*\n")
_VOICE = re.compile(r"^<v(?:\.[^ >]*)?[ \t]+([^>]+)>")
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


def parse_subtitles(body: str) -> tuple[TranscriptionSegment, ...]:
    """The cues in their order; blocks without times (header, notes, styles) are none."""
    blocks = _BLOCKS.split(body.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").strip())
    found = ((_TIMES.search(block), block) for block in blocks)
    return tuple(_cue(times, block) for times, block in found if times)


def _cue(times: re.Match[str], block: str) -> TranscriptionSegment:
    _, _, text = block[times.start() :].partition("\n")
    voice = _VOICE.match(text)
    start, end = times.groups()[:4], times.groups()[4:]
    return TranscriptionSegment(
        _seconds(*start), _seconds(*end), unescape(_TAG.sub("", text)).strip(), voice.group(1).strip() if voice else None
    )


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000
