"""Text to speech: audio bytes as they come."""

from __future__ import annotations

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.media_source import sniff
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.speech_served import MEDIA_TYPES, parse_speech_request
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.gateway.disconnect import UntilGone
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.expected import expected_speech, user_of
from modelruntime.gateway.fault_of import fault_of
from modelruntime.runtime.attempts import stream_plan
from modelruntime.runtime.tts_job import TTS_STREAM, tts_job


class SpeechCutShort(Exception):
    """Raised after the head was sent: closing the connection in the middle is all that HTTP has to say "not whole"."""


class SpeechEndpoint:
    """`POST /v1/audio/speech`."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        call = parse_speech_request(await exchange.json(ModelType.TTS))
        exchange.stream = True
        await exchange.admit(call.model, ModelType.TTS, expected_speech(call.text), user_of(call.parameters))
        options = exchange.options(call.parameters)
        job = tts_job(call.text, call.voice, options, exchange.targets(), exchange.observers(), stream=True)
        batches = exchange.plane.driver().batches(stream_plan(job, TTS_STREAM))
        wanted = MEDIA_TYPES.get(str(call.parameters.get("response_format", "")))
        try:
            with UntilGone(exchange.scope, exchange.receive):
                async for pieces in batches:
                    data = b"".join(pieces)
                    if not exchange.started:
                        media_type = sniff(data) or wanted or "audio/mpeg"
                        exchange.started = True
                        head = exchange.headers(media_type.encode())
                        await exchange.send({"type": "http.response.start", "status": 200, "headers": head})
                    await exchange.send({"type": "http.response.body", "body": data, "more_body": True})
        except ModelRuntimeError as error:
            if not exchange.started:
                raise
            exchange.settle(fault=fault_of(error, exchange.id))
            raise SpeechCutShort from error
        finally:
            await batches.aclose()
        exchange.settle(Usage(characters=len(call.text), estimated=True))
        await exchange.send({"type": "http.response.body", "body": b"", "more_body": False})
