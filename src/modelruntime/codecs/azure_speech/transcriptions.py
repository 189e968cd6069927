"""Speech to text: `POST /speechtotext/transcriptions:transcribe`, a form of the recording and its `definition`
(https://docs.azure.cn/en-us/ai-services/speech-service/migrate-2025-10-15 and
https://docs.azure.cn/en-us/ai-services/speech-service/fast-transcription-create, read 2026-11-28)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.multipart import FormFile, form_request, plain_form_fields
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered
from modelruntime.codecs.speech.recording import check_recording, read_transcript, seconds_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_PATH = "/speechtotext/transcriptions:transcribe?api-version=2025-10-15"


class AzureTranscriptions:
    """The service has no models to name: parameters are fields of the definition."""

    name = "azure_speech_transcriptions"
    streams_audio = True

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_transcription(call, endpoint)
        return Exchange(rendered.request, partial(parse_transcription, endpoint=endpoint, warnings=rendered.warnings))


def render_transcription(call: Speech2TextCall, endpoint: Endpoint) -> Rendered:
    """The request; `language` is the one locale that may be spoken. Raises `ParameterInvalid` for an empty recording."""
    check_recording(call)
    body, warnings = render_body({}, call, endpoint.profile)
    if (language := body.pop("language", None)) is not None:
        body.setdefault("locales", [language])
    (definition,) = plain_form_fields("definition", body)
    file = FormFile("audio", call.filename, call.media_type, call.recording)
    url = endpoint_url(endpoint, "transcriptions", _PATH)
    return Rendered(form_request(url, [definition], file, ("accept", "application/json"), *endpoint.headers), warnings)


def parse_transcription(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """The text of all channels, and a segment a phrase. Raises `InvokeError` for an answer without a transcript."""
    body = read_transcript(response, endpoint)
    rows = [as_text(as_object(row).get("text")) for row in as_array(body.get("combinedPhrases"))]
    texts = [text for text in rows if text is not None]
    if "combinedPhrases" not in body or len(texts) < len(rows):
        raise unreadable_reply(response, endpoint, "no transcript")
    phrases = [as_object(row) for row in as_array(body.get("phrases"))]
    languages = {language for phrase in phrases if (language := as_text(phrase.get("locale")))}
    duration = _seconds(body.get("durationMilliseconds"))
    return TranscriptionResult(
        model=endpoint.model,
        text="\n".join(texts),
        language=languages.pop() if len(languages) == 1 else None,
        duration=duration,
        segments=tuple(_segments(phrases)),
        usage=Usage(seconds=duration),
        warnings=warnings,
        request_id=response.head.request_id,
        raw=RawReply(response.body),
    )


def _segments(phrases: list[JSON]) -> Iterator[TranscriptionSegment]:
    for phrase in phrases:
        start, length = _seconds(phrase.get("offsetMilliseconds")), _seconds(phrase.get("durationMilliseconds"))
        text, speaker = as_text(phrase.get("text")), phrase.get("speaker")
        if start is not None and length is not None and text is not None:
            yield TranscriptionSegment(start, round(start + length, 3), text, None if speaker is None else str(speaker))


def _seconds(milliseconds: object) -> float | None:
    found = seconds_of(milliseconds)
    return None if found is None else found / 1000


CODEC = AzureTranscriptions()
