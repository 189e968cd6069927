"""Speech to text of at most a minute: the action `SentenceRecognition` of the API `asr`, version 2019-06-14
(https://cloud.tencent.com/document/api/1093/35646; package `tencentcloud-sdk-python-asr` 3.1.189; read 2026-11-28)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.openai.errors import error_from, error_of_words, unreadable_reply
from modelruntime.codecs.openai.request import json_request
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.speech.recording import check_recording, read_object
from modelruntime.codecs.speech.spoken_words import SpokenWord, segments_of
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_ACTION = (("x-tc-action", "SentenceRecognition"), ("x-tc-version", "2019-06-14"))
_FORMATS = {
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg-opus",
    "audio/mp4": "m4a",
    "video/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/pcm": "pcm",
}
"""Media type → the vendor's word; of any other type the file's name decides."""
_WITH_PUNCTUATION = 2


class TencentSentences:
    """The model is one of the vendor's engines, each for a language and a sample rate."""

    name = "tencent_sentences"

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        check_recording(call)
        fields: dict[str, Any] = {
            "EngSerViceType": endpoint.model,
            "SourceType": 1,
            "VoiceFormat": _FORMATS.get(call.media_type) or call.filename.rpartition(".")[2].lower(),
            "Data": base64.b64encode(call.audio).decode("ascii"),
            "DataLen": len(call.audio),
            "WordInfo": _WITH_PUNCTUATION,
        }
        body, warnings = render_body(fields, call, endpoint.profile)
        request = json_request(endpoint, f"{endpoint.base_url}/", body).with_headers(*_ACTION)
        return Exchange(request, partial(parse_sentence, endpoint=endpoint, warnings=warnings))


def parse_sentence(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """Raises `InvokeError` for an error, which comes with status 200, and for an answer without a transcript."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    body = as_object(read_object(response, endpoint).get("Response"))
    if error := error_in(body, response, endpoint):
        raise error
    text = as_text(body.get("Result"))
    if text is None:
        raise unreadable_reply(response, endpoint, "no transcript")
    milliseconds = as_count(body.get("AudioDuration"))
    duration = None if milliseconds is None else milliseconds / 1000
    return TranscriptionResult(
        model=endpoint.model,
        text=text,
        duration=duration,
        segments=segments_of(_words(body), _joiner(endpoint.model)),
        usage=Usage(seconds=duration),
        warnings=warnings,
        request_id=as_text(body.get("RequestId")) or response.head.request_id,
        raw=RawReply(response.body),
    )


def error_in(body: JSON, response: HttpResponse, endpoint: Endpoint) -> InvokeError | None:
    """The error of an answer. Codes are a class and perhaps a case after a point (`AuthFailure.SignatureFailure`); the profile's
    `error_codes` may name a case as it is written, or a class in lower case (https://cloud.tencent.com/document/api/1093/35636,
    unverified)."""
    found = as_object(body.get("Error"))
    if not found:
        return None
    code = as_text(found.get("Code")) or "unknown"
    error = error_of_words((code, code.partition(".")[0]), as_text(found.get("Message")), endpoint, response.head)
    error.request_id = as_text(body.get("RequestId")) or error.request_id
    error.raw = response.body
    return error


def _words(body: JSON) -> Iterator[SpokenWord]:
    for row in map(as_object, as_array(body.get("WordList"))):
        start, end, said = as_count(row.get("StartTime")), as_count(row.get("EndTime")), as_text(row.get("Word"))
        if start is not None and end is not None and said is not None:
            yield SpokenWord(said, start / 1000, end / 1000)


def _joiner(engine: str) -> str:
    """Chinese, Cantonese, Japanese and Thai are written without spaces."""
    return "" if any(word in engine for word in ("_zh", "_yue", "_ja", "_th")) else " "


CODEC = TencentSentences()
