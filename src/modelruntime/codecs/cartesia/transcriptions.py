"""Speech to text: `POST /stt` (package `cartesia` 4.2.0; https://docs.cartesia.ai/api-reference/stt/transcribe; both read
2026-11-28)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.multipart import FormFile, form_fields, form_request
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

_QUERY = ("encoding", "sample_rate")
"""What raw samples are; a file says it itself."""


class CartesiaTranscriptions:
    """Times of words are asked for, and segments made of them."""

    name = "cartesia_transcriptions"
    streams_audio = True

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_transcription(call, endpoint)
        return Exchange(rendered.request, partial(parse_transcription, endpoint=endpoint, warnings=rendered.warnings))


def render_transcription(call: Speech2TextCall, endpoint: Endpoint) -> Rendered:
    """The request. Raises `ParameterInvalid` for an empty recording."""
    check_recording(call)
    fields = {"model": endpoint.model, "timestamp_granularities": ["word"]}
    body, warnings = render_body(fields, call, endpoint.profile)
    query = {name: body.pop(name) for name in _QUERY if name in body}
    form = [field for name, value in body.items() for field in form_fields(name, value)]
    file = FormFile("file", call.filename, call.media_type, call.recording)
    url = with_query(endpoint_url(endpoint, "transcriptions", "/stt"), query)
    return Rendered(form_request(url, form, file, ("accept", "application/json"), *endpoint.headers), warnings)


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
        language=as_text(body.get("language")),
        duration=duration,
        segments=segments_of(_words(body)),
        usage=Usage(seconds=duration),
        warnings=warnings,
        request_id=response.head.request_id or as_text(body.get("request_id")),
        raw=RawReply(response.body),
    )


def _words(body: JSON) -> Iterator[SpokenWord]:
    for row in map(as_object, as_array(body.get("words"))):
        start, end, said = seconds_of(row.get("start")), seconds_of(row.get("end")), as_text(row.get("word"))
        if start is not None and end is not None and said is not None:
            yield SpokenWord(said, start, end)


CODEC = CartesiaTranscriptions()
