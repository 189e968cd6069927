"""Speech to text: `POST /v1/speech-to-text` (package `elevenlabs` 2.78.0;
https://elevenlabs.io/docs/api-reference/speech-to-text/convert; read 2026-11-28)."""

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
from modelruntime.codecs.query_text import with_query
from modelruntime.codecs.speech.recording import check_recording, read_transcript, seconds_of
from modelruntime.codecs.speech.spoken_words import SpokenWord, segments_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_QUERY = ("enable_logging",)
_RENAMES = {"language": "language_code"}
_REFUSED = {"webhook": "the transcript would go to the webhook and not come back", "webhook_id": "there is no webhook here"}


class ElevenLabsTranscriptions:
    """Words with their speakers; segments are made of them."""

    name = "elevenlabs_transcriptions"
    streams_audio = True

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_transcription(call, endpoint)
        return Exchange(rendered.request, partial(parse_transcription, endpoint=endpoint, warnings=rendered.warnings))


def render_transcription(call: Speech2TextCall, endpoint: Endpoint) -> Rendered:
    """A form: arrays of words repeat their name, objects are JSON. Raises `ParameterInvalid`."""
    check_recording(call)
    body, warnings = render_body({"model_id": endpoint.model}, call, endpoint.profile, _REFUSED)
    query: dict[str, Any] = {name: body.pop(name) for name in _QUERY if name in body}
    form = [field for name, value in body.items() for field in plain_form_fields(_RENAMES.get(name, name), value)]
    file = FormFile("file", call.filename, call.media_type, call.recording)
    url = with_query(endpoint_url(endpoint, "transcriptions", "/v1/speech-to-text"), query)
    return Rendered(form_request(url, form, file, ("accept", "application/json"), *endpoint.headers), warnings)


def parse_transcription(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """One transcript, or one for each channel of the recording. Raises `InvokeError` for an answer without any."""
    body = read_transcript(response, endpoint)
    found = [as_object(row) for row in as_array(body["transcripts"])] if "transcripts" in body else [body]
    texts = [text for each in found if (text := as_text(each.get("text"))) is not None]
    if not texts or len(texts) < len(found):
        raise unreadable_reply(response, endpoint, "no transcript")
    languages = {language for each in found if (language := as_text(each.get("language_code")))}
    duration = seconds_of(body.get("audio_duration_secs"))
    return TranscriptionResult(
        model=endpoint.model,
        text="\n".join(texts),
        language=languages.pop() if len(languages) == 1 else None,
        duration=duration,
        segments=tuple(segment for each in found for segment in segments_of(_words(each), "")),
        usage=Usage(seconds=None if duration is None else duration * len(found)),
        warnings=warnings,
        request_id=response.head.request_id,
        raw=RawReply(response.body),
    )


def _words(transcript: JSON) -> Iterator[SpokenWord]:
    """Words and sounds that have times, each with the space after it. Without timestamps there are none."""
    held: SpokenWord | None = None
    for row in map(as_object, as_array(transcript.get("words"))):
        text, start, end = as_text(row.get("text")) or "", seconds_of(row.get("start")), seconds_of(row.get("end"))
        if row.get("type") == "spacing":
            held = SpokenWord(held.text + text, held.start, held.end, held.speaker) if held else None
        elif start is not None and end is not None:
            if held:
                yield held
            held = SpokenWord(text, start, end, as_text(row.get("speaker_id")))
    if held:
        yield held


CODEC = ElevenLabsTranscriptions()
