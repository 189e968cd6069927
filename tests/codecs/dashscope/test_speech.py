from __future__ import annotations

import base64
import json

import pytest

from modelruntime.codecs.operation import Done
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import (
    ContentFiltered,
    InvokeError,
    ParameterInvalid,
    RateLimited,
    ServerUnavailable,
    StreamIncomplete,
    Unauthorized,
)
from modelruntime.entities.http import HttpResponse, ResponseHead
from tests.codecs.calls import answer, endpoint, sent_by

CODEC = load_codec("dashscope_speech")
HEAD = ResponseHead(200, (("content-type", "text/event-stream"),))
SAMPLES = bytes(range(64)) * 4
BARE = {"drop": ["response_format"]}
"""A model that gives bare samples and takes no format."""


def event(audio=b"", finish=None, **usage):
    output = {"audio": {"data": base64.b64encode(audio).decode(), "url": "", "id": "a", "expires_at": 1}, "finish_reason": finish}
    body = {"output": output, "usage": usage, "request_id": "r-9"}
    return f"id:1\nevent:result\n:HTTP_STATUS/200\ndata:{json.dumps(body)}\n\n".encode()


def failure(code, message="no"):
    body = {"code": code, "message": message, "request_id": "r-9"}
    return f"id:1\nevent:error\n:HTTP_STATUS/400\ndata:{json.dumps(body)}\n\n".encode()


WHOLE = event(SAMPLES[:100], "null") + event(SAMPLES[100:], "null") + event(b"", "stop", characters=5)


def call(**fields):
    return TTSCall("m", "Hello", "Cherry", **fields)


def decoded(pieces, profile=BARE):
    decoder = CODEC.stream(call(), endpoint(**profile)).decoder(HEAD)
    return b"".join([audio for piece in pieces for audio in decoder.feed(piece)] + list(decoder.close()))


def test_everything_stands_in_the_input():
    request = sent_by(CODEC.invoke(call(parameters={"language_type": "English"}, extra={"input": {"x": 1}}), endpoint(**BARE)))
    assert request.url.endswith("/api/v1/services/aigc/multimodal-generation/generation")
    headers = dict(request.headers)
    assert (headers["x-dashscope-sse"], headers["accept"]) == ("enable", "text/event-stream")
    assert json.loads(request.body) == {
        "model": "m",
        "input": {"text": "Hello", "voice": "Cherry", "language_type": "English", "x": 1},
    }


def test_a_format_is_asked_for_where_the_model_takes_one():
    facts = {"speech_format": "mp3", "paths": {"speech": "/api/v1/services/audio/tts/SpeechSynthesizer"}}
    request = CODEC.stream(call(parameters={"sample_rate": 22050}), endpoint(**facts)).start()
    assert request.url.endswith("/api/v1/services/audio/tts/SpeechSynthesizer")
    assert json.loads(request.body or b"")["input"] == {"text": "Hello", "voice": "Cherry", "format": "mp3", "sample_rate": 22050}
    assert decoded([event(b"ID3mp3bytes", "null") + event(b"", "stop")], facts) == b"ID3mp3bytes"


def test_the_format_of_a_call_wins():
    request = sent_by(CODEC.invoke(call(parameters={"response_format": "wav"}), endpoint()))
    assert json.loads(request.body)["input"]["format"] == "wav"


def test_samples_that_were_asked_for_come_bare():
    facts = endpoint(paths={"speech": "/tts"})
    operation = CODEC.invoke(call(parameters={"response_format": "pcm", "sample_rate": 16000}), facts)
    operation.start()
    done = operation.receive(HttpResponse(HEAD, event(SAMPLES, "null") + event(b"", "stop")))
    assert isinstance(done, Done)
    result = done.result
    assert (result.audio, result.media_type, result.sample_rate) == (SAMPLES, "audio/pcm", 16000)


@pytest.mark.parametrize(("given", "field"), [(TTSCall("m", " ", "v"), "text"), (TTSCall("m", "a"), "voice")])
def test_what_cannot_be_said_is_refused(given, field):
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(given, endpoint())
    assert caught.value.field == field


def test_any_split_of_the_bytes_gives_the_same_audio():
    whole = decoded([WHOLE])
    assert whole[:4] == b"RIFF"
    assert whole[44:] == SAMPLES
    assert decoded([WHOLE[at : at + 1] for at in range(len(WHOLE))]) == whole
    for at in range(1, len(WHOLE)):
        assert decoded([WHOLE[:at], WHOLE[at:]]) == whole


def test_a_stream_that_is_cut_anywhere_is_incomplete():
    for at in range(len(WHOLE) - 1):
        with pytest.raises(StreamIncomplete):
            decoded([WHOLE[:at]])


def test_what_comes_after_the_last_event_is_nothing():
    assert decoded([WHOLE, event(b"more", "null"), b"garbage"]) == decoded([WHOLE])


def test_a_file_that_begins_itself_gets_no_header():
    file = b"RIFF\xff\xff\xff\xffWAVEfmt " + b"\x00" * 40
    assert decoded([event(file, "null") + event(b"", "stop")]) == file


def test_the_whole_answer_is_a_file_that_states_its_length():
    operation = CODEC.invoke(call(), endpoint(**BARE))
    operation.start()
    done = operation.receive(HttpResponse(HEAD, WHOLE))
    assert isinstance(done, Done)
    result = done.result
    assert result.audio[4:8] == (len(SAMPLES) + 36).to_bytes(4, "little")
    assert result.audio[44:] == SAMPLES
    assert (result.media_type, result.sample_rate, result.usage.characters, result.request_id) == ("audio/wav", 24000, 5, "r-9")


def test_tokens_of_audio_are_the_vendors():
    report = {"input_tokens": 14, "output_tokens": 195, "total_tokens": 209, "output_tokens_details": {"audio_tokens": 195}}
    operation = CODEC.invoke(call(), endpoint(**BARE))
    operation.start()
    done = operation.receive(HttpResponse(HEAD, event(SAMPLES, "null") + event(b"", "stop", **report)))
    assert isinstance(done, Done)
    usage = done.result.usage
    assert (usage.input.total, usage.output.total, usage.output.audio, usage.characters) == (14, 195, 195, None)
    assert usage.raw == report


@pytest.mark.parametrize(
    ("code", "kind"),
    [("InvalidApiKey", Unauthorized), ("Throttling.RateQuota", RateLimited), ("DataInspectionFailed", ContentFiltered),
     ("InternalError", ServerUnavailable)],
)  # fmt: skip
def test_an_error_inside_the_stream_is_raised(code, kind):
    decoder = CODEC.stream(call(), endpoint(**BARE)).decoder(HEAD)
    assert decoder.feed(event(SAMPLES, "null"))
    with pytest.raises(kind) as caught:
        decoder.feed(failure(code))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "body", [event(b"", "stop"), b'data:{"output":{"audio":{"data":"%%"}}}\n\n', b"data:{\n\n", b"data:[]\n\n" + event(b"", "stop")]
)
def test_no_audio_is_an_error(body):
    with pytest.raises(ServerUnavailable):
        decoded([body])


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthorized), (429, RateLimited), (503, ServerUnavailable)])
def test_a_status_is_an_error(status, kind):
    reply = answer({"code": "X", "message": "no", "request_id": "r"}, status)
    assert isinstance(CODEC.stream(call(), endpoint()).fail(reply), kind)
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(InvokeError) as caught:
        operation.receive(reply)
    assert type(caught.value) is kind


def test_what_was_dropped_is_told():
    stream = CODEC.stream(call(parameters={"speed": 2}), endpoint(drop=["response_format", "speed"]))
    assert [warning.field for warning in stream.warnings] == ["speed"]
