from typing import Any

import httpx2
import pytest

from modelruntime.codecs.openai.subtitles import parse_subtitles
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import BadRequest, ParameterInvalid, ServerUnavailable, Unauthorized
from modelruntime.entities.transcription_result import TranscriptionSegment
from tests.codecs.calls import answer, endpoint, sent_by
from tests.codecs.test_multipart import parts_of
from tests.replay.oracle_client import client

CODEC = load_codec("openai_transcriptions")
SRT = "1\n00:00:00,000 --> 00:00:01,500\nHello\n\n2\r\n00:01:01,500 --> 01:00:02,000\nyou &amp; me\nagain\n"
VTT = (
    "WEBVTT - made by x\n\nNOTE a remark\n\nintro\n00:00.000 --> 00:01.500 align:start\n<v Ann>Hello\n\n"
    "01:00:00.250 --> 01:00:02.000\n<b>you</b>\n"
)


def call(**fields):
    return Speech2TextCall("m", b"RIFF", **fields)


def form(request):
    found = []
    for head, content in parts_of(dict(request.headers)["content-type"], request.body):
        found.append((head.split('name="')[1].split('"')[0], content))
    return found


def transcribe(reply, asked=None, **fields):
    operation = CODEC.invoke(call(**fields), endpoint(transcription_format=asked))
    operation.start()
    return operation.receive(reply).result


@pytest.mark.parametrize("task, path", [("transcribe", "/audio/transcriptions"), ("translate", "/audio/translations")])
def test_each_task_has_its_path(task, path):
    assert sent_by(CODEC.invoke(call(task=task), endpoint())).url == "https://api.example.com/v1" + path


def test_the_form_is_the_one_the_vendors_client_sends():
    parameters: dict[str, Any] = {
        "language": "en",
        "temperature": 0.2,
        "timestamp_granularities": ["word", "segment"],
        "chunking_strategy": {"type": "server_vad", "threshold": 0.5},
    }
    sent: list[httpx2.Request] = []
    client(answer({"text": ""}), sent).audio.transcriptions.create(
        model="m", file=("a.wav", b"RIFF", "audio/wav"), response_format="verbose_json", **parameters
    )
    theirs = parts_of(sent[0].headers["content-type"].replace('"', ""), sent[0].content)
    wanted = sorted((head.split('name="')[1].split('"')[0], content) for head, content in theirs)
    facts = endpoint(transcription_format="verbose_json")
    request = sent_by(CODEC.invoke(call(filename="a.wav", parameters=parameters), facts))
    assert sorted(form(request)) == wanted


def test_a_header_of_the_call_cannot_replace_the_boundary():
    facts = endpoint()
    facts = type(facts)(facts.base_url, "m", facts.profile, headers=(("Content-Type", "x/y"), ("X-A", "1")))
    headers = dict(sent_by(CODEC.invoke(call(), facts)).headers)
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    assert headers["x-a"] == "1"


def test_an_empty_recording_is_refused():
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(Speech2TextCall("m", b""), endpoint())
    assert caught.value.field == "audio"


def test_streaming_is_dropped_with_a_warning_and_refused_under_strict():
    result = transcribe(answer({"text": "a", "usage": {"type": "duration", "seconds": 2}}), parameters={"stream": True})
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "stream")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(parameters={"stream": True}, strict=True), endpoint())


def test_verbose_json():
    reply = {
        "language": "english",
        "duration": 8.5,
        "text": "a b",
        "segments": [{"id": 0, "start": 0.0, "end": 3.5, "text": " a"}, {"start": "3.5", "end": 8.5, "text": " b"}],
        "usage": {"type": "duration", "seconds": 9},
    }
    result = transcribe(answer(reply, x_request_id="r"), "verbose_json")
    assert (result.text, result.language, result.duration, result.usage.seconds) == ("a b", "english", 8.5, 9)
    assert result.segments == (TranscriptionSegment(0.0, 3.5, " a"), TranscriptionSegment(3.5, 8.5, " b"))
    assert (result.request_id, result.raw.json()) == ("r", reply)
    assert result.warnings == ()


def test_diarized_json_names_speakers():
    rows = [{"start": 0, "end": 1, "text": "a", "speaker": "A"}, {"start": 1, "end": 2, "text": "b", "speaker_id": 7}]
    result = transcribe(answer({"text": "a b", "duration": 2, "segments": rows}), "diarized_json")
    assert [segment.speaker for segment in result.segments] == ["A", "7"]
    assert result.usage.seconds == 2


def test_segments_without_times_are_left_out_with_a_warning():
    rows = [{"start": 0, "end": 1, "text": "a"}, {"text": "b"}, {"start": -1, "end": 2, "text": "c"}]
    result = transcribe(answer({"text": "a b c", "duration": 2, "segments": rows}))
    assert [segment.text for segment in result.segments] == ["a"]
    assert [warning.field for warning in result.warnings] == ["segments"]


@pytest.mark.parametrize(
    "fields, language",
    [
        ({"language": "en"}, "en"),
        ({"language": None}, None),
        ({"languages": [{"code": "en"}]}, "en"),
        ({"languages": [{"code": "en"}, {"code": "de"}]}, None),
        ({"languages": []}, None),
    ],
)
def test_language(fields, language):
    assert transcribe(answer({"text": "a", **fields})).language == language


@pytest.mark.parametrize(
    "usage, numbers",
    [
        (
            {
                "type": "tokens",
                "input_tokens": 14,
                "input_token_details": {"audio_tokens": 4},
                "output_tokens": 45,
                "total_tokens": 59,
            },
            (14, 4, 45, None),
        ),
        (
            {
                "prompt_tokens": 3,
                "completion_tokens": 11,
                "total_tokens": 389,
                "prompt_audio_seconds": 3,
                "prompt_tokens_details": {"audio_tokens": 375},
            },
            (378, 375, 11, 3),
        ),
        ({"type": "duration", "seconds": 7}, (None, None, None, 7)),
        ({"input_tokens": 5}, (5, None, None, None)),
        ({"input_tokens": -5, "output_tokens": None, "seconds": "soon"}, (None, None, None, None)),
    ],
)
def test_usage(usage, numbers):
    found = transcribe(answer({"text": "a", "usage": usage})).usage
    assert (found.input.total, found.input.audio, found.output.total, found.seconds) == numbers
    assert found.raw == usage


def test_missing_usage_is_a_warning():
    result = transcribe(answer({"text": ""}))
    assert (result.text, result.warnings[0].kind, result.warnings[0].field) == ("", "incomplete", "usage")


def test_subtitles():
    assert parse_subtitles(SRT) == (TranscriptionSegment(0.0, 1.5, "Hello"), TranscriptionSegment(61.5, 3602.0, "you & me\nagain"))
    assert parse_subtitles(VTT) == (TranscriptionSegment(0.0, 1.5, "Hello", "Ann"), TranscriptionSegment(3600.25, 3602.0, "you"))
    assert parse_subtitles("WEBVTT") == ()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_subtitles_with_any_line_end(line_end):
    assert parse_subtitles(SRT.replace("\r\n", "\n").replace("\n", line_end)) == parse_subtitles(SRT)


@pytest.mark.parametrize(
    "asked, body, text, segments",
    [
        ("srt", SRT.encode(), "Hello you & me\nagain", 2),
        ("vtt", VTT.encode(), "Hello you", 2),
        ("vtt", b"WEBVTT\n\n", "", 0),
        ("text", "Grüße\n".encode(), "Grüße", 0),
        ("text", b"{ she said", "{ she said", 0),
        ("text", b"\n", "", 0),
        ("text", b'{"text": "as JSON all the same"}', "as JSON all the same", 0),
        ("srt", b'{"text": "x", "segments": [{"start": 0, "end": 1, "text": "x"}]}', "x", 1),
    ],
)
def test_plain_formats(asked, body, text, segments):
    result = transcribe(answer(body), asked)
    assert (result.text, len(result.segments)) == (text, segments)


@pytest.mark.parametrize(
    "asked, reply, kind",
    [
        ("json", answer(b""), ServerUnavailable),
        ("text", answer(b""), ServerUnavailable),
        ("text", answer(b"\xff\xfe\x00"), ServerUnavailable),
        ("text", answer(b"<html>", content_type="text/html; charset=utf-8"), ServerUnavailable),
        ("srt", answer(b"1\n0:0 --> 0:1\nx"), ServerUnavailable),
        (None, answer(b"plain"), ServerUnavailable),
        (None, answer({"text": None}), ServerUnavailable),
        (None, answer({"segments": []}), ServerUnavailable),
        (None, answer([]), ServerUnavailable),
        ("text", answer({"error": {"code": "invalid_api_key", "message": "no"}}), Unauthorized),
        (None, answer({"error": {"code": "invalid_api_key", "message": "no"}}, 401), Unauthorized),
        (None, answer({"error": {"message": "Invalid file format."}}, 400), BadRequest),
    ],
)
def test_what_is_no_transcript_is_a_typed_error(asked, reply, kind):
    with pytest.raises(kind):
        transcribe(reply, asked)
