"""Segments out of single words, for vendors that time nothing larger."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from modelruntime.entities.transcription_result import TranscriptionSegment

_PAUSE = 1.0
"""Seconds of silence that begin a new segment."""
_ENDS = (".", "?", "!", "…", "。", "？", "！")


class SpokenWord(msgspec.Struct, frozen=True):
    """A word, with its punctuation, from `start` to `end` in seconds."""

    text: str
    start: float
    end: float
    speaker: str | None = None


def segments_of(words: Iterable[SpokenWord], joiner: str = " ") -> tuple[TranscriptionSegment, ...]:
    """Words together until the speaker changes, a sentence ends or nobody speaks for a second."""
    groups: list[list[SpokenWord]] = []
    for word in words:
        if not groups or _parts(groups[-1][-1], word):
            groups.append([])
        groups[-1].append(word)
    return tuple(
        TranscriptionSegment(group[0].start, group[-1].end, joiner.join(word.text for word in group).strip(), group[0].speaker)
        for group in groups
    )


def _parts(before: SpokenWord, word: SpokenWord) -> bool:
    ended = before.text.rstrip().endswith(_ENDS)
    return ended or word.speaker != before.speaker or word.start - before.end > _PAUSE
