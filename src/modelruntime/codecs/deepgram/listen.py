"""Speech to text: `POST /v1/listen`, the recording as the body and everything else in the query (package `deepgram-sdk` 7.17.0;
https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded; read 2026-11-28)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered
from modelruntime.codecs.query_text import with_query
from modelruntime.codecs.speech.recording import check_recording, read_transcript, seconds_of
from modelruntime.codecs.speech.spoken_words import SpokenWord, segments_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_ASKED = {"smart_format": True, "utterances": True}
"""Punctuation, and stretches of speech with their times: neither costs anything, and without them the answer is bare words."""
_REFUSED = {"callback": "the transcript would go there and not come back", "callback_method": "there is no callback here"}


class DeepgramListen:
    """Transcripts with utterances; speakers with `diarize`."""

    name = "deepgram_listen"

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_listen(call, endpoint)
        return Exchange(rendered.request, partial(parse_listen, endpoint=endpoint, warnings=rendered.warnings))


def render_listen(call: Speech2TextCall, endpoint: Endpoint) -> Rendered:
    """The request. Raises `ParameterInvalid` for an empty recording and for a parameter that no query can hold."""
    check_recording(call)
    query, warnings = render_body({"model": endpoint.model, **_ASKED}, call, endpoint.profile, _REFUSED)
    url = with_query(endpoint_url(endpoint, "transcriptions", "/v1/listen"), query)
    headers = (("content-type", call.media_type), ("accept", "application/json"))
    return Rendered(HttpRequest("POST", url, headers, call.audio).with_headers(*endpoint.headers), warnings)


def parse_listen(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """The first alternative of every channel. Raises `InvokeError` for an answer without a transcript."""
    body = read_transcript(response, endpoint)
    results, metadata = as_object(body.get("results")), as_object(body.get("metadata"))
    channels = [as_object(row) for row in as_array(results.get("channels"))]
    best = [as_object(next(iter(as_array(channel.get("alternatives"))), None)) for channel in channels]
    texts = [text for each in best if (text := as_text(each.get("transcript"))) is not None]
    if not texts or len(texts) < len(channels):
        raise unreadable_reply(response, endpoint, "no transcript")
    duration = seconds_of(metadata.get("duration"))
    return TranscriptionResult(
        model=endpoint.model,
        text="\n".join(texts),
        language=_language(channels, best),
        duration=duration,
        segments=tuple(_segments(results, best)),
        usage=Usage(seconds=None if duration is None else duration * len(channels)),
        warnings=warnings,
        request_id=response.head.request_id or as_text(metadata.get("request_id")),
        raw=RawReply(response.body),
    )


def _language(channels: list[JSON], best: list[JSON]) -> str | None:
    """The one that was detected (`detect_language`, or `language=multi`); None for several, and where the caller named it."""
    found = {language for channel in channels if (language := as_text(channel.get("detected_language")))}
    found |= {language for each in best for language in as_array(each.get("languages")) if isinstance(language, str)}
    return found.pop() if len(found) == 1 else None


def _segments(results: JSON, best: list[JSON]) -> Iterator[TranscriptionSegment]:
    """Utterances, else the sentences of paragraphs, else words put together."""
    if "utterances" in results:
        yield from _timed(as_array(results["utterances"]), "transcript", None)
        return
    for each in best:
        paragraphs = as_array(as_object(each.get("paragraphs")).get("paragraphs"))
        for paragraph in map(as_object, paragraphs):
            yield from _timed(as_array(paragraph.get("sentences")), "text", paragraph.get("speaker"))
        if not paragraphs:
            yield from segments_of(_words(each))


def _timed(rows: list[Any], text: str, speaker: object) -> Iterator[TranscriptionSegment]:
    for row in map(as_object, rows):
        start, end, said = seconds_of(row.get("start")), seconds_of(row.get("end")), as_text(row.get(text))
        if start is not None and end is not None and said is not None:
            yield TranscriptionSegment(start, end, said, _speaker(row.get("speaker", speaker)))


def _words(alternative: JSON) -> Iterator[SpokenWord]:
    for row in map(as_object, as_array(alternative.get("words"))):
        start, end = seconds_of(row.get("start")), seconds_of(row.get("end"))
        said = as_text(row.get("punctuated_word")) or as_text(row.get("word"))
        if start is not None and end is not None and said is not None:
            yield SpokenWord(said, start, end, _speaker(row.get("speaker")))


def _speaker(value: object) -> str | None:
    return None if value is None else str(value)


CODEC = DeepgramListen()
