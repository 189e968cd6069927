"""Speech to text of short recordings, which travel in the request.

Two shapes at one endpoint: Qwen-ASR takes an `audio` part and answers as a chat does
(https://www.alibabacloud.com/help/ja/model-studio/qwen-asr-api-reference); Fun-ASR-Flash takes an `input_audio` part and answers
with sentences (https://www.alibabacloud.com/help/en/model-studio/fun-asr-flash-recorded-speech-recognition-http-api). Read
2026-11-28. Long files (Paraformer, Fun-ASR, the filetrans models) are transcribed from a URL that the vendor fetches, and are not
spoken here.
"""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.dashscope.family import GENERATION, native_body, parse_native, parse_usage, request_id
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.media_source import inline
from modelruntime.codecs.openai.errors import error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange, Rendered
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_OPTIONS = ("language", "enable_itn", "enable_lid")
"""Parameters that Qwen-ASR takes under `asr_options`."""
_REFUSED = {"stream": "transcripts come whole"}


def render_transcription(call: Speech2TextCall, endpoint: Endpoint) -> Rendered:
    """The parameter `prompt` is the context that the model reads first.

    Raises `ParameterInvalid` for an empty recording and for a translation.
    """
    if not call.audio:
        raise ParameterInvalid("the recording is empty", field="audio", model=call.model)
    if call.task != "transcribe":
        raise ParameterInvalid(f"{call.model} writes down what is said and translates nothing", field="task", model=call.model)
    url = inline(call.audio, call.media_type, "audio/wav").url
    parameters = {name: value for name, value in call.parameters.items() if value is not None and name != "prompt"}
    prompt = call.parameters.get("prompt")
    messages: list[JSON] = [{"role": "system", "content": [{"text": str(prompt)}]}] if prompt else []
    if endpoint.profile.transcription_audio == "input_audio":
        messages.append({"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": url}}]})
        if language := parameters.pop("language", None):
            parameters.setdefault("language_hints", [language])
    else:
        messages.append({"role": "user", "content": [{"audio": url}]})
        if options := {name: parameters.pop(name) for name in _OPTIONS if name in parameters}:
            parameters["asr_options"] = {**as_object(parameters.get("asr_options")), **options}
    sent = Speech2TextCall(call.model, call.audio, parameters=parameters, strict=call.strict, extra=call.extra)
    body, warnings = native_body({"messages": messages}, {}, sent, endpoint, _REFUSED)
    return Rendered(json_request(endpoint, endpoint_url(endpoint, "transcriptions", GENERATION), body), warnings)


def parse_transcription(response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    """Raises `InvokeError` for an answer without a transcript."""
    fields = parse_native(response, endpoint)
    output = as_object(fields["output"])
    message = as_object(as_object(next(iter(as_array(output.get("choices"))), None)).get("message"))
    pieces = [as_text(as_object(part).get("text")) for part in as_array(message.get("content"))]
    spoken = [piece for piece in pieces if piece is not None]
    text = as_text(output.get("text")) if not message else "".join(spoken) if spoken or "content" in message else None
    if text is None:
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no transcript")
    usage = parse_usage(as_object(fields.get("usage")))
    if usage == Usage():
        warnings += (CallWarning("incomplete", "the vendor reported no usage", "usage"),)
    return TranscriptionResult(
        model=endpoint.model,
        text=text,
        language=_language(message),
        duration=usage.seconds,
        segments=_segments(output),
        usage=usage,
        warnings=warnings,
        request_id=request_id(fields, response),
        raw=RawReply(response.body),
    )


def _language(message: JSON) -> str | None:
    notes = (as_object(note).get("language") for note in as_array(message.get("annotations")))
    return next((note for note in notes if isinstance(note, str)), None)


def _segments(output: JSON) -> tuple[TranscriptionSegment, ...]:
    """Times are in milliseconds."""
    rows = (
        [as_object(output.get("sentence"))]
        if output.get("sentence")
        else [as_object(row) for row in as_array(output.get("sentences"))]
    )
    found: list[TranscriptionSegment] = []
    for row in rows:
        begin, end, text = row.get("begin_time"), row.get("end_time"), as_text(row.get("text"))
        if isinstance(begin, int) and isinstance(end, int) and text is not None:
            found.append(TranscriptionSegment(begin / 1000, end / 1000, text))
    return tuple(found)


class DashScopeTranscriptions:
    """Recordings of some minutes, as a data URI."""

    name = "dashscope_transcriptions"

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        rendered = render_transcription(call, endpoint)
        return Exchange(rendered.request, partial(parse_transcription, endpoint=endpoint, warnings=rendered.warnings))


CODEC = DashScopeTranscriptions()
