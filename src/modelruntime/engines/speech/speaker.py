"""Sentence by sentence from a script to audio bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from modelruntime.engines.speech.script import MEDIA_TYPES, Script
from modelruntime.engines.speech.wave_file import pcm_of, wave_header
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.usage import Usage


def speech_result(model: str, script: Script, sample_rate: int, spoken: Iterable[Any]) -> SpeechResult:
    """The whole audio of the spoken sentences (float sample arrays)."""
    pcm = b"".join(map(pcm_of, spoken))
    return SpeechResult(
        model,
        (wave_header(sample_rate, len(pcm)) if script.container == "wav" else b"") + pcm,
        MEDIA_TYPES[script.container],
        sample_rate,
        Usage(characters=len(script.text)),
        warnings=script.warnings,
    )


def speech_stream(script: Script, sample_rate: int, spoken: Iterator[Any], should_stop: Callable[[], bool]) -> Iterator[bytes]:
    """The header, with open sizes, then the samples of each sentence as soon as it is spoken."""
    if script.container == "wav":
        yield wave_header(sample_rate, None)
    while not should_stop() and (samples := next(spoken, None)) is not None:
        yield pcm_of(samples)
