"""A transcript that is complete. Its times are milliseconds, its duration is seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.speech.recording import seconds_of
from modelruntime.codecs.speech.spoken_words import SpokenWord, segments_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


def parse_transcript(
    response: HttpResponse, body: JSON, endpoint: Endpoint, warnings: tuple[CallWarning, ...]
) -> TranscriptionResult:
    """Turns of speakers or channels where they were asked for, else words put together. A recording in which nobody speaks has a
    null for its text. Raises `InvokeError` for what is no transcript."""
    text = body.get("text")
    if body.get("status") != "completed" or not isinstance(text, str | None):
        raise unreadable_reply(response, endpoint, "no transcript")
    duration = seconds_of(body.get("audio_duration"))
    channels = body.get("audio_channels") if body.get("multichannel") else 1
    billed = duration * channels if duration is not None and isinstance(channels, int) else duration
    turns = [TranscriptionSegment(w.start, w.end, w.text, w.speaker) for w in _words(as_array(body.get("utterances")))]
    return TranscriptionResult(
        model=as_text(body.get("speech_model_used")) or endpoint.model,
        text=text or "",
        language=as_text(body.get("language_code")),
        duration=duration,
        segments=tuple(turns) or segments_of(_words(as_array(body.get("words")))),
        usage=Usage(seconds=billed),
        warnings=warnings,
        request_id=as_text(body.get("id")) or response.head.request_id,
        raw=RawReply(response.body),
    )


def _words(rows: list[Any]) -> Iterator[SpokenWord]:
    for row in map(as_object, rows):
        start, end, said = seconds_of(row.get("start")), seconds_of(row.get("end")), as_text(row.get("text"))
        if start is not None and end is not None and said is not None:
            yield SpokenWord(said, start / 1000, end / 1000, as_text(row.get("speaker")) or as_text(row.get("channel")))
