from __future__ import annotations

import json
from typing import Any

import pytest

from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid, ServerUnavailable, Unauthorized
from modelruntime.entities.transcription_result import TranscriptionSegment
from tests.codecs.calls import answer, drive, endpoint, sent_by

CODEC = load_codec("dashscope_transcriptions")
WAV = b"RIFF\x00\x00\x00\x00WAVE"
URL = "data:audio/wav;base64,UklGRgAAAABXQVZF"


def call(**fields):
    return Speech2TextCall("m", WAV, **fields)


def chatted(text, **usage):
    message: dict[str, Any] = {"role": "assistant", "annotations": [{"type": "audio_info", "language": "en", "emotion": "neutral"}]}
    message["content"] = [{"text": text}] if text is not None else None
    report = usage or {"input_tokens_details": {"text_tokens": 0}, "output_tokens_details": {"text_tokens": 6}, "seconds": 4}
    return {"output": {"choices": [{"finish_reason": "stop", "message": message}]}, "usage": report, "request_id": "r-1"}


def test_a_recording_is_a_part_of_a_message():
    given = call(parameters={"language": "en", "enable_itn": True, "prompt": "Names: Oslo", "seed": 7}, extra={"x": 1})
    request = sent_by(CODEC.invoke(given, endpoint()))
    assert request.url.endswith("/api/v1/services/aigc/multimodal-generation/generation")
    assert json.loads(request.body) == {
        "model": "m",
        "input": {
            "messages": [
                {"role": "system", "content": [{"text": "Names: Oslo"}]},
                {"role": "user", "content": [{"audio": URL}]},
            ]
        },
        "parameters": {"asr_options": {"language": "en", "enable_itn": True}, "seed": 7},
        "x": 1,
    }


def test_the_answer_of_a_chat_is_read():
    sent, result = drive(CODEC.invoke(call(), endpoint()), answer(chatted("Hello.")))
    assert "parameters" not in sent[0]
    assert (result.text, result.language, result.duration, result.request_id) == ("Hello.", "en", 4.0, "r-1")
    assert (result.usage.seconds, result.segments, result.warnings) == (4.0, (), ())


def test_silence_is_a_transcript_without_words():
    _, result = drive(CODEC.invoke(call(), endpoint()), answer(chatted("")))
    assert result.text == ""


def test_the_other_shape_has_sentences():
    reply = {
        "output": {"text": "Hello world", "sentence": {"begin_time": 0, "end_time": 1200, "text": "Hello world", "channel_id": 0}},
        "usage": {"duration": 2},
        "request_id": "r-2",
    }
    given = call(parameters={"language": "zh", "format": "wav"})
    sent, result = drive(CODEC.invoke(given, endpoint(transcription_audio="input_audio")), answer(reply))
    (message,) = sent[0]["input"]["messages"]
    assert message == {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": URL}}]}
    assert sent[0]["parameters"] == {"format": "wav", "language_hints": ["zh"]}
    assert (result.text, result.segments) == ("Hello world", (TranscriptionSegment(0.0, 1.2, "Hello world"),))
    assert result.duration == 2.0


@pytest.mark.parametrize(("given", "field"), [(Speech2TextCall("m", b""), "audio"), (call(task="translate"), "task")])
def test_what_cannot_be_written_down_is_refused(given, field):
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(given, endpoint())
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"code": "InvalidApiKey", "message": "no", "request_id": "r"}, 401), Unauthorized),
        (answer({"output": {"choices": []}}), ServerUnavailable),
        (answer({"output": {"choices": [{"message": {"role": "assistant"}}]}}), ServerUnavailable),
        (answer({"output": None}), ServerUnavailable),
        (answer(b"<html>"), ServerUnavailable),
    ],
)
def test_no_transcript_is_an_error(reply, kind):
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(reply)


def test_what_the_vendor_does_not_report_is_unknown():
    reply = chatted("Hello.")
    del reply["usage"]
    _, result = drive(CODEC.invoke(call(), endpoint()), answer(reply))
    assert [warning.field for warning in result.warnings] == ["usage"]
    assert result.usage.seconds is None
