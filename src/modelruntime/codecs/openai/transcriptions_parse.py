"""What a transcription endpoint answers: JSON of several vendors, plain text, or subtitles.

https://platform.openai.com/docs/api-reference/audio (json, verbose_json, diarized_json, text, srt, vtt);
https://docs.mistral.ai/studio/audio/speech-to-text/diarize-speakers (`speaker_id`; read 2026-11-22); the rest,
and `prompt_audio_seconds` of that vendor: unverified.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.subtitles import parse_subtitles
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.entities.warning import CallWarning

PLAIN_FORMATS = ("text", "srt", "vtt")


def parse_transcription(
    response: HttpResponse, endpoint: Endpoint, asked: str | None, warnings: tuple[CallWarning, ...]
) -> TranscriptionResult:
    """`asked` is the `response_format` of the request. JSON is understood whatever was asked.

    Raises `InvokeError` for an answer without a transcript.
    """
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    fields = _fields(response.body)
    if fields is not None and isinstance(fields.get("text"), str):
        return _from_json(fields, response, endpoint, warnings)
    if fields is not None or asked not in PLAIN_FORMATS:
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no transcript")
    return _from_plain(response, endpoint, asked, warnings)


def _fields(body: bytes) -> dict[str, Any] | None:
    if not body.lstrip().startswith(b"{"):
        return None
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if is_object(found) else None


def _from_plain(response: HttpResponse, endpoint: Endpoint, asked: str, warnings: tuple[CallWarning, ...]) -> TranscriptionResult:
    try:
        body = response.body.decode()
    except UnicodeDecodeError as cause:
        raise unreadable_reply(response, endpoint, "text that is not UTF-8") from cause
    if not body or "html" in (response.head.header("content-type") or ""):
        raise unreadable_reply(response, endpoint, "no transcript")
    segments = parse_subtitles(body) if asked != "text" else ()
    if asked != "text" and not segments and "-->" in body:
        raise unreadable_reply(response, endpoint, "subtitles without readable times")
    text = " ".join(segment.text for segment in segments) if asked != "text" else body.strip()
    return TranscriptionResult(
        model=endpoint.model,
        text=text,
        segments=segments,
        warnings=(*warnings, _no_usage()),
        request_id=response.head.request_id,
        raw=RawReply(response.body),
    )


def _from_json(
    fields: dict[str, Any], response: HttpResponse, endpoint: Endpoint, warnings: tuple[CallWarning, ...]
) -> TranscriptionResult:
    rows = [as_object(row) for row in as_array(fields.get("segments"))]
    segments = tuple(segment for segment in map(_segment, rows) if segment)
    if len(segments) < len(rows):
        lost = f"{len(rows) - len(segments)} of {len(rows)} segments had no times or text and were left out"
        warnings += (CallWarning("incomplete", lost, "segments"),)
    duration = _seconds(fields.get("duration"))
    usage = _usage(as_object(fields.get("usage")), duration)
    if usage == Usage():
        warnings += (_no_usage(),)
    return TranscriptionResult(
        model=as_text(fields.get("model")) or endpoint.model,
        text=fields["text"],
        language=_language(fields),
        duration=duration,
        segments=segments,
        usage=usage,
        warnings=warnings,
        request_id=response.head.request_id,
        raw=RawReply(response.body),
    )


def _segment(row: dict[str, Any]) -> TranscriptionSegment | None:
    start, end, text = _seconds(row.get("start")), _seconds(row.get("end")), as_text(row.get("text"))
    if start is None or end is None or text is None:
        return None
    speaker = row.get("speaker", row.get("speaker_id"))
    return TranscriptionSegment(start, end, text, None if speaker is None else str(speaker))


def _language(fields: dict[str, Any]) -> str | None:
    """The one that was heard; None when the vendor names several (they stay in `raw`) or none."""
    if found := as_text(fields.get("language")):
        return found
    codes = [as_text(as_object(item).get("code")) for item in as_array(fields.get("languages"))]
    return codes[0] if len(codes) == 1 else None


def _usage(report: dict[str, Any], duration: float | None) -> Usage:
    stated = (_seconds(report.get(name)) for name in ("seconds", "prompt_audio_seconds"))
    seconds = next((value for value in stated if value is not None), duration)
    if not report:
        return Usage(seconds=seconds)
    details = as_object(report.get("input_token_details") or report.get("prompt_tokens_details"))
    output = _first_count(report, "output_tokens", "completion_tokens")
    return Usage(
        input=InputUsage(total=_input_total(report, output), audio=as_count(details.get("audio_tokens"))),
        output=OutputUsage(total=output),
        seconds=seconds,
        raw=report,
    )


def _input_total(report: dict[str, Any], output: int | None) -> int | None:
    """All tokens that went in. Some vendors leave the audio out of the prompt's number; the total has it."""
    prompt = _first_count(report, "input_tokens", "prompt_tokens")
    total = as_count(report.get("total_tokens"))
    return prompt if total is None or output is None else max(prompt or 0, total - output)


def _first_count(report: dict[str, Any], *names: str) -> int | None:
    return next((count for count in (as_count(report.get(name)) for name in names) if count is not None), None)


def _seconds(value: object) -> float | None:
    """A time that is not negative; some vendors write it as text."""
    try:
        number = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else -1.0
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _no_usage() -> CallWarning:
    return CallWarning("incomplete", "the vendor reported no usage", "usage")
