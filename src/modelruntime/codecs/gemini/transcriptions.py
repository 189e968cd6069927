"""Speech to text by asking a chat model that hears (https://ai.google.dev/gemini-api/docs/audio, read 2026-11-22)."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.gemini.generate import render_body
from modelruntime.codecs.gemini.parse_reply import parse_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.entities.call import LLMCall, Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.parts import AudioPart, TextPart
from modelruntime.entities.transcription_result import TranscriptionResult

_TASKS = {
    "transcribe": "Write down word for word what is said in this recording, in its own language. Answer with the words alone.",
    "translate": "Write down in English what is said in this recording. Answer with the words alone.",
}
_OWN = ("prompt", "language")


class GeminiTranscriptions:
    """The text alone: a chat model tells no times that could be relied on."""

    name = "gemini_transcriptions"

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> Exchange[TranscriptionResult]:
        """Raises `ParameterInvalid` for an empty recording."""
        if not call.audio:
            raise ParameterInvalid("the recording is empty", field="audio", model=call.model)
        asked = [_TASKS[call.task]]
        if language := call.parameters.get("language"):
            asked.append(f"The language is {language}.")
        if prompt := call.parameters.get("prompt"):
            asked.append(str(prompt))
        message = UserMessage((AudioPart(call.audio, call.media_type), TextPart(" ".join(asked))))
        parameters = {name: value for name, value in call.parameters.items() if name not in _OWN}
        body, context = render_body(LLMCall(call.model, (message,), parameters=parameters, strict=call.strict), endpoint)
        merge_into(body, call.extra)
        url = endpoint_url(endpoint, "generate", "/models/{model}:generateContent")
        return Exchange(json_request(endpoint, url, body), partial(parse_transcription, context=context))


def parse_transcription(response: HttpResponse, context: ReplyContext) -> TranscriptionResult:
    """The answer's text. Raises `InvokeError` for an answer that is none."""
    result = parse_reply(response, context)
    return TranscriptionResult(
        model=result.model,
        text=result.text.strip(),
        usage=result.usage,
        warnings=result.warnings,
        request_id=result.request_id,
        raw=result.raw,
    )


CODEC = GeminiTranscriptions()
