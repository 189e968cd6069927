"""Transcripts, served: the answers of `POST /v1/audio/transcriptions` and `/translations` in the five formats that clients ask
for (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.codecs.openai.inbound.field import refuse
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment

Format = Literal["json", "text", "srt", "verbose_json", "vtt"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "verbose_json": "application/json",
    "text": "text/plain; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
}


def transcription_format(value: str | None) -> Format:
    """The format by its name; `json` where none is given. Raises `ParameterInvalid` for another."""
    if value is None or value == "":
        return "json"
    if value in MEDIA_TYPES:
        return value
    return refuse("response_format", f"must be one of: {', '.join(MEDIA_TYPES)}")


def render_transcription_reply(result: TranscriptionResult, form: Format, task: str) -> bytes:
    """The body."""
    if form == "text":
        return f"{result.text}\n".encode()
    if form == "srt":
        return "\n".join(_cue(at, segment, ",") for at, segment in enumerate(_segments(result), 1)).encode()
    if form == "vtt":
        return ("WEBVTT\n\n" + "\n".join(_cue(None, segment, ".") for segment in _segments(result))).encode()
    if form == "json":
        return msgspec.json.encode({"text": result.text, **_usage(result)})
    verbose: dict[str, Any] = {"task": task, "language": result.language or "", "duration": result.duration or 0.0}
    rows = [_row(at, segment) for at, segment in enumerate(result.segments)]
    return msgspec.json.encode({**verbose, "text": result.text, "segments": rows, **_usage(result)})


def render_transcription_events(result: TranscriptionResult) -> bytes:
    """The body for a client that wants a stream: all of the text at once, then its end."""
    whole = {"type": "transcript.text.done", "text": result.text, **_usage(result)}
    events: list[dict[str, Any]] = [{"type": "transcript.text.delta", "delta": result.text}, whole]
    return b"".join(b"data: " + msgspec.json.encode(event) + b"\n\n" for event in events)


def _usage(result: TranscriptionResult) -> dict[str, Any]:
    if result.usage.seconds is not None:
        return {"usage": {"type": "duration", "seconds": result.usage.seconds}}
    total, made = result.usage.input.total, result.usage.output.total
    if total is None or made is None:
        return {}
    return {"usage": {"type": "tokens", "input_tokens": total, "output_tokens": made, "total_tokens": total + made}}


def _row(at: int, segment: TranscriptionSegment) -> dict[str, Any]:
    row = {"id": at, "start": segment.start, "end": segment.end, "text": segment.text}
    return row if segment.speaker is None else {**row, "speaker": segment.speaker}


def _segments(result: TranscriptionResult) -> tuple[TranscriptionSegment, ...]:
    """The whole text as one cue where the model gave no times."""
    return result.segments or (TranscriptionSegment(0.0, result.duration or 0.0, result.text),)


def _cue(number: int | None, segment: TranscriptionSegment, mark: str) -> str:
    head = "" if number is None else f"{number}\n"
    return f"{head}{_time(segment.start, mark)} --> {_time(segment.end, mark)}\n{segment.text.strip()}\n"


def _time(seconds: float, mark: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{mark}{rest % 1000:03}"
