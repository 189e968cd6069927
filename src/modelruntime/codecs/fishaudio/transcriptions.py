"""Speech to text: `POST /v1/asr`, a form
(https://github.com/fishaudio/docs/blob/main/.mintlify/skills/fish-audio-api/SKILL.md, read 2026-11-28)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.multipart import FormFile, form_request, plain_form_fields
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered
from modelruntime.codecs.speech.recording import check_recording, read_transcript, seconds_of
from modelruntime.codecs.speech.spoken_words import SpokenWord, segments_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class FishTranscriptions:
    """Turns of speakers where the model tells them, else words put together."""

    name = "fishaudio_transcriptions"
    streams_audio = True

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_transcription(call, endpoint)
        return Exchange(rendered.request, partial(parse_transcription, endpoint=endpoint, warnings=rendered.warnings))


def render_transcription(call: Speech2TextCall, endpoint: Endpoint) -> Rendered:
    """The request; times are asked for. Raises `ParameterInvalid` for an empty recording."""
    check_recording(call)
    body, warnings = render_body({"ignore_timestamps": False}, call, endpoint.profile)
    form = [field for name, value in body.items() for field in plain_form_fields(name, value)]
    file = FormFile("audio", call.filename, call.media_type, call.recording)
    url = endpoint_url(endpoint, "transcriptions", "/v1/asr")
    request = form_request(url, form, file, ("accept", "application/json"), *endpoint.headers, ("model", endpoint.model))
    return Rendered(request, warnings)


def parse_transcription(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """Raises `InvokeError` for an answer without a transcript."""
    body = read_transcript(response, endpoint)
    text = as_text(body.get("text"))
    if text is None:
        raise unreadable_reply(response, endpoint, "no transcript")
    duration = seconds_of(body.get("duration"))
    return TranscriptionResult(
        model=endpoint.model,
        text=text,
        language=as_text(body.get("language_code")) or as_text(body.get("language")),
        duration=duration,
        segments=tuple(_turns(as_array(body.get("speaker_turns")))) or segments_of(_words(body)),
        usage=Usage(seconds=duration),
        warnings=warnings,
        request_id=response.head.request_id or as_text(body.get("request_id")),
        raw=RawReply(response.body),
    )


def _turns(rows: list[Any]) -> Iterator[TranscriptionSegment]:
    for row in map(as_object, rows):
        start, end, said = seconds_of(row.get("start")), seconds_of(row.get("end")), as_text(row.get("text"))
        if start is not None and end is not None and said is not None:
            yield TranscriptionSegment(start, end, said, as_text(row.get("speaker")))


def _words(body: JSON) -> Iterator[SpokenWord]:
    for turn in _turns(as_array(body.get("segments"))):
        yield SpokenWord(turn.text, turn.start, turn.end)


CODEC = FishTranscriptions()
