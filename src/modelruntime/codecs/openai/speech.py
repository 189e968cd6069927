"""Text to speech of the OpenAI family: JSON in, audio out.

https://platform.openai.com/docs/api-reference/audio/createSpeech (unverified).
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Operation, StreamingOperation
from modelruntime.codecs.speech.audio_facts import MEDIA_TYPES
from modelruntime.codecs.speech.exchange import SpeechStream, SpokenRequest, check_text, speech_exchange
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.speech_result import SpeechResult


def render_speech(call: TTSCall, endpoint: Endpoint) -> SpokenRequest:
    """The request. Raises `ParameterInvalid` for no text, and for no voice where the profile needs one."""
    check_text(call)
    profile = endpoint.profile
    fields: dict[str, Any] = {"model": endpoint.model, "input": call.text, "response_format": profile.speech_format}
    if call.voice is not None:
        fields["voice"] = call.voice
    body, warnings = render_body(fields, call, profile)
    if profile.speech_voice_required and not body.get(profile.rename.get("voice", "voice")):
        raise ParameterInvalid(f"{call.model} needs a voice: name one", field="voice", model=call.model)
    asked = as_text(body.get(profile.rename.get("response_format", "response_format"))) or profile.speech_format
    return SpokenRequest(
        request=json_request(endpoint, endpoint_url(endpoint, "speech", "/audio/speech"), body, accept="*/*"),
        media_type=MEDIA_TYPES.get(asked, f"audio/{asked}"),
        characters=len(call.text),
        warnings=warnings,
    )


class OpenAISpeech:
    """`POST /audio/speech`. Usage is the characters of the text, counted here: the answer is nothing but audio."""

    name = "openai_speech"

    def invoke(self, call: TTSCall, endpoint: Endpoint) -> Operation[SpeechResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return speech_exchange(render_speech(call, endpoint), endpoint)

    def stream(self, call: TTSCall, endpoint: Endpoint) -> StreamingOperation[bytes]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return SpeechStream(render_speech(call, endpoint), endpoint)


CODEC = OpenAISpeech()
