"""Speech to text, and speech in any language to English text."""

from __future__ import annotations

import json
from typing import Any

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.transcription_served import (
    MEDIA_TYPES,
    render_transcription_events,
    render_transcription_reply,
    transcription_format,
)
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.stored_bytes import StoredBytes
from modelruntime.gateway.exchange import EVENT_STREAM, Exchange
from modelruntime.gateway.expected import expected_transcript, user_of
from modelruntime.gateway.refused import refused
from modelruntime.gateway.upload import Upload, read_upload
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.speech2text_job import Task, speech2text_job

_STRUCTURE = frozenset(("model", "response_format", "stream"))
_TIMED = frozenset(("srt", "vtt", "verbose_json"))


class TranscriptionsEndpoint:
    """`POST /v1/audio/transcriptions` and `/v1/audio/translations`."""

    def __init__(self, task: Task) -> None:
        self._task: Task = task

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        upload = await read_upload(exchange.fields, exchange.receive, exchange.plane.limits)
        with upload.file:
            await self._answer(exchange, upload)

    async def _answer(self, exchange: Exchange, upload: Upload) -> None:
        model = upload.fields.get("model") or exchange.configuration.defaults.get(ModelType.SPEECH2TEXT)
        if not isinstance(model, str) or not model:
            raise refused(400, "invalid_request", "the form has no model", "model")
        form = transcription_format(upload.fields.get("response_format"))
        exchange.stream = str(upload.fields.get("stream", "")).lower() == "true"
        await exchange.admit(model, ModelType.SPEECH2TEXT, expected_transcript(upload.size), user_of(upload.fields))
        parameters = {name: _value(value) for name, value in upload.fields.items() if name not in _STRUCTURE}
        if form in _TIMED:
            parameters["response_format"] = "verbose_json"
        options = exchange.options(parameters)
        recording = StoredBytes(upload.file, upload.size, upload.filename)
        job = speech2text_job(recording, self._task, options, exchange.targets(), exchange.observers())
        result = await exchange.while_here(exchange.plane.run(invoke_plan(job)))
        exchange.settle(result.usage, result.cost)
        if exchange.stream:  # no codec streams them, and a client may insist
            await exchange.answer(render_transcription_events(result), EVENT_STREAM, result.warnings)
            return
        body = render_transcription_reply(result, form, self._task)
        await exchange.answer(body, MEDIA_TYPES[form].encode(), result.warnings)


def _value(text: Any) -> Any:
    """Numbers and booleans of a form are text: read as JSON where they are."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
