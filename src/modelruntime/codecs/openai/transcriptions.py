"""Speech to text of the OpenAI family: transcription, and translation into English.

https://platform.openai.com/docs/api-reference/audio/createTranscription (unverified): a multipart form; arrays are
`name[]`, objects `name[key]`, as that vendor's own clients write them.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.multipart import FormFile, form_fields, form_request
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.openai.transcriptions_parse import parse_transcription
from modelruntime.codecs.operation import Endpoint, Exchange, Operation, Rendered
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.transcription_result import TranscriptionResult

_REFUSED = {"stream": "transcripts come whole"}
_OPERATIONS = {"transcribe": ("transcriptions", "/audio/transcriptions"), "translate": ("translations", "/audio/translations")}


def render_transcription(call: Speech2TextCall, endpoint: Endpoint) -> tuple[Rendered, str | None]:
    """The request, and the format it asks for. Raises `ParameterInvalid` for an empty recording."""
    if not call.recording:
        raise ParameterInvalid("the recording is empty", field="audio", model=call.model)
    fields: dict[str, Any] = {"model": endpoint.model}
    if endpoint.profile.transcription_format:
        fields["response_format"] = endpoint.profile.transcription_format
    body, warnings = render_body(fields, call, endpoint.profile, _REFUSED)
    form = [field for name, value in body.items() for field in form_fields(name, value)]
    file = FormFile("file", call.filename, call.media_type, call.recording)
    url = endpoint_url(endpoint, *_OPERATIONS[call.task])
    request = form_request(url, form, file, ("accept", "*/*"), *endpoint.headers)
    return Rendered(request, warnings), as_text(body.get("response_format"))


class OpenAITranscriptions:
    """`POST /audio/transcriptions` and `/audio/translations`."""

    name = "openai_transcriptions"
    streams_audio = True

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Operation[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered, asked = render_transcription(call, endpoint)
        parse = partial(parse_transcription, endpoint=endpoint, asked=asked, warnings=rendered.warnings)
        return Exchange(rendered.request, parse)


CODEC = OpenAITranscriptions()
