"""Speech to text in three steps: `POST /v2/upload`, `POST /v2/transcript`, and `GET /v2/transcript/{id}` until it is over
(package `assemblyai` 1.8.2; https://www.assemblyai.com/docs/api-reference/transcripts/submit; read 2026-11-28)."""

from __future__ import annotations

import re
from urllib.parse import quote

from modelruntime.codecs.assemblyai.parse_transcript import parse_transcript
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.openai.errors import error_of_words, unreadable_reply
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Done, Endpoint, Send, Step, Wait
from modelruntime.codecs.speech.recording import check_recording, read_object, read_transcript
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.entities.warning import CallWarning

_PENDING = ("queued", "processing")
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 3.0
"""Seconds between two looks; the vendor's own client waits 3 each time."""
_SERVER = re.compile(r"internal|server error|try again", re.IGNORECASE)
_RENAMES = {"language": "language_code"}
_REFUSED = {
    "webhook_url": "the transcript is waited for here",
    "webhook_auth_header_name": "there is no webhook here",
    "webhook_auth_header_value": "there is no webhook here",
}


class AssemblyTranscripts:
    """The language is detected where the call names none."""

    name = "assemblyai_transcripts"

    def invoke(self, call: Speech2TextCall, endpoint: Endpoint) -> TranscriptOperation:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return TranscriptOperation(call, endpoint)


class TranscriptOperation:
    """Upload, order, and look until it is there, always at the endpoint's own address."""

    __slots__ = ("_audio", "_body", "_endpoint", "_id", "_uploaded", "_wait", "_warnings")

    def __init__(self, call: Speech2TextCall, endpoint: Endpoint) -> None:
        self._body, self._warnings = render_order(call, endpoint)
        self._audio = call.audio
        self._endpoint = endpoint
        self._uploaded = False
        self._id: str | None = None
        self._wait = _FIRST_WAIT

    def start(self) -> Step[TranscriptionResult]:
        """Send the recording."""
        headers = (("content-type", "application/octet-stream"), ("accept", "application/json"))
        request = HttpRequest("POST", endpoint_url(self._endpoint, "upload", "/v2/upload"), headers, self._audio)
        return Send(request.with_headers(*self._endpoint.headers))

    def receive(self, response: HttpResponse) -> Step[TranscriptionResult]:
        """The next step. Raises `InvokeError`, also for a transcript that failed."""
        if not self._uploaded:
            return self._order(response)
        body = read_answer(response, self._endpoint)
        status = body.get("status")
        if status in _PENDING:
            self._id = as_text(body.get("id")) or self._id
            if self._id is None:
                raise unreadable_reply(response, self._endpoint, "a transcript without its id")
            wait, self._wait = self._wait, min(self._wait * 1.5, _LONGEST_WAIT)
            return Wait(wait)
        return Done(parse_transcript(response, body, self._endpoint, self._warnings))

    def resume(self) -> Step[TranscriptionResult]:
        """Look how far the transcript is."""
        base, mark, query = endpoint_url(self._endpoint, "transcriptions", "/v2/transcript").partition("?")
        request = HttpRequest("GET", f"{base}/{quote(self._id or '', safe='')}{mark}{query}", (("accept", "application/json"),))
        return Send(request.with_headers(*self._endpoint.headers))

    def _order(self, response: HttpResponse) -> Step[TranscriptionResult]:
        address = as_text(read_transcript(response, self._endpoint).get("upload_url"))
        if address is None:
            raise unreadable_reply(response, self._endpoint, "no address of the recording")
        self._uploaded = True
        url = endpoint_url(self._endpoint, "transcriptions", "/v2/transcript")
        return Send(json_request(self._endpoint, url, {"audio_url": address, **self._body}))


def render_order(call: Speech2TextCall, endpoint: Endpoint) -> tuple[JSON, tuple[CallWarning, ...]]:
    """The order but for the address of the recording. Raises `ParameterInvalid` for an empty recording."""
    check_recording(call)
    body, warnings = render_body({"speech_models": [endpoint.model]}, call, endpoint.profile, _REFUSED)
    body = {_RENAMES.get(name, name): value for name, value in body.items()}
    if "language_code" not in body and "language_codes" not in body:
        body.setdefault("language_detection", True)
    return body, warnings


def read_answer(response: HttpResponse, endpoint: Endpoint) -> JSON:
    """The transcript as far as it is. One that failed says so with status 200 and in a sentence: what is no trouble of the server's
    lies in the recording (https://assemblyai.com/docs/guides/common_errors_and_solutions, read 2026-11-28).

    Raises `InvokeError`.
    """
    body = read_object(response, endpoint)
    if body.get("status") != "error":
        return body
    message = as_text(body.get("error")) or "the transcript failed"
    word = "server_error" if _SERVER.search(message) else "invalid_request"
    error = error_of_words((word,), message, endpoint, response.head)
    error.raw = response.body
    raise error


CODEC = AssemblyTranscripts()
