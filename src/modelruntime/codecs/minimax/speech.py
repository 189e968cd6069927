"""Text to speech: `POST /v1/t2a_v2`, audio as hexadecimal text in JSON or in events
(https://platform.minimax.io/docs/api-reference/speech-t2a-http.md and its OpenAPI document; the events as
https://github.com/pipecat-ai/pipecat/blob/main/src/pipecat/services/minimax/tts.py reads them; read 2026-11-28)."""

from __future__ import annotations

from functools import partial
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_object, as_text
from modelruntime.codecs.minimax.group import group_url
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.request import json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, needed_voice
from modelruntime.codecs.speech.recording import read_transcript
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import TTSCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.speech_result import SpeechResult
from modelruntime.entities.usage import Usage

_REFUSED = {"output_format": "the audio comes in the answer", "stream": "`stream()` asks for a stream"}
_LAST = 2
"""`data.status` of the last event, which repeats the whole audio."""


class MiniMaxSpeech:
    """Billed are the characters as the vendor counts them: a Chinese one is two."""

    name = "minimax_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Exchange[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        spoken = render_speech(call, endpoint, {})
        return Exchange(spoken.request, partial(parse_speech, spoken=spoken, endpoint=endpoint))

    def stream(self, call: TTSCall, endpoint: Endpoint) -> SpeechStream:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speech(call, endpoint, {"stream": True}), endpoint, read_event)


def render_speech(call: TTSCall, endpoint: Endpoint, mode: JSON) -> SpokenRequest:
    """The request; `mode` is added to its body. `response_format` and `sample_rate` are those of the vendor's `audio_setting`.

    Raises `ParameterInvalid` for no text and for no voice.
    """
    check_text(call)
    fields: dict[str, Any] = {"model": endpoint.model, "text": call.text, "voice_setting": {"voice_id": needed_voice(call)}}
    fields["response_format"] = endpoint.profile.speech_format
    body, warnings = render_body(fields, call, endpoint.profile, _REFUSED)
    asked = {"format": body.pop("response_format", None), "sample_rate": body.pop("sample_rate", None)}
    stated = as_object(body.get("audio_setting"))
    body["audio_setting"] = {**{name: value for name, value in asked.items() if value is not None}, **stated}
    merge_into(body, mode)
    kind = as_text(as_object(body["audio_setting"]).get("format")) or "mp3"
    return SpokenRequest(
        request=json_request(endpoint, group_url(endpoint, "speech", "/v1/t2a_v2"), body),
        media_type=MEDIA_TYPES.get(kind, f"audio/{kind}"),
        sample_rate=as_count(as_object(body["audio_setting"]).get("sample_rate")),
        characters=len(call.text),
        warnings=warnings,
    )


def parse_speech(response: HttpResponse, spoken: SpokenRequest, endpoint: Endpoint) -> SpeechResult:
    """Raises `InvokeError` for an error, which comes with status 200 in `base_resp`, and for no audio."""
    body = read_transcript(response, endpoint)
    try:
        audio, _ = read_event(body)
    except (LookupError, TypeError, ValueError) as cause:
        raise unreadable_reply(response, endpoint, "no audio") from cause
    if not audio:
        raise unreadable_reply(response, endpoint, "no audio")
    facts = as_object(body.get("extra_info"))
    kind = as_text(facts.get("audio_format"))
    billed = as_count(facts.get("usage_characters"))
    usage = Usage(characters=spoken.characters, estimated=True) if billed is None else Usage(characters=billed, raw=facts)
    return SpeechResult(
        model=endpoint.model,
        audio=audio,
        media_type=MEDIA_TYPES.get(kind, f"audio/{kind}") if kind else spoken.media_type,
        sample_rate=as_count(facts.get("audio_sample_rate")) or spoken.sample_rate,
        usage=usage,
        warnings=spoken.warnings,
        request_id=response.head.request_id or as_text(body.get("trace_id")),
    )


def read_event(fields: JSON) -> tuple[bytes, bool]:
    """The audio of an answer or of one of its events, and whether it is the last."""
    data = as_object(fields["data"])
    return bytes.fromhex(data.get("audio") or ""), data.get("status") == _LAST


CODEC = MiniMaxSpeech()
