"""Speech to text: the recording itself is the body, as Hugging Face's Whisper containers take it
(https://github.com/langgenius/dify-official-plugins, models/sagemaker, read 2026-11-28)."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object, as_text, is_array
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.sagemaker.location import located
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.entities.warning import CallWarning

_MEDIA_TYPE = "audio/x-audio"
_BUCKET = "audio_s3_cache_bucket"


class SageMakerTranscriptions:
    """Audio in, text out; the container takes nothing beside it."""

    name = "sagemaker_transcriptions"

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for an empty recording, and where the form says that the container reads from a bucket."""
        if not call.audio:
            raise ParameterInvalid("the recording is empty", field="audio", model=call.model)
        if endpoint.credentials.get(_BUCKET):
            message = f"{_BUCKET} is filled in, but a container that reads from a bucket is not served: leave it empty"
            raise ParameterInvalid(message, field=_BUCKET, model=call.model)
        warnings = CallWarnings(call.strict)
        for name in (*call.parameters, *call.extra, *(("task",) if call.task == "translate" else ())):
            warnings.drop(f"{name} was not sent: the container takes the recording alone", name)
        url = endpoint_url(located(endpoint, "transcriptions"), "transcriptions", "")
        headers = (("content-type", _MEDIA_TYPE), ("accept", "application/json"))
        request = HttpRequest("POST", url, headers, call.audio).with_headers(*endpoint.headers)
        return Exchange(request, partial(parse_text, endpoint=endpoint, warnings=warnings.all()))


def parse_text(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """`{"text": …}`; some containers give a list of one string. Raises `InvokeError` for another answer."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        body: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    found = as_object(body).get("text")
    text = "".join(map(str, found)) if is_array(found) else as_text(found)
    if text is None:
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no text")
    return TranscriptionResult(
        model=endpoint.model,
        text=text.strip(),
        warnings=warnings,
        request_id=response.head.request_id,
        raw=RawReply(response.body),
    )


CODEC = SageMakerTranscriptions()
