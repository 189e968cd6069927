import json
from base64 import b64encode
from itertools import pairwise

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.openai.speech_decode import HELD_BACK, speech_decoder
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable, StreamIncomplete, Unauthorized
from modelruntime.entities.http import ResponseHead
from tests.codecs.calls import answer, endpoint, sent_by
from tests.replay.oracle_client import client

CODEC = load_codec("openai_speech")
MP3 = b"\xff\xfb\x90\x00" + bytes(100)
ERROR = {"error": {"message": "slow down", "code": "rate_limit_exceeded", "type": "x"}}


def wav(data, stated=None, rate=24000):
    size = 36 + len(data) if stated is None else stated
    form = b"fmt " + (16).to_bytes(4, "little") + b"\x01\x00\x01\x00" + rate.to_bytes(4, "little") + bytes(8)
    return b"RIFF" + size.to_bytes(4, "little") + b"WAVE" + form + b"data" + len(data).to_bytes(4, "little") + data


def call(text="Hello", voice="alloy", **fields):
    return TTSCall("m", text, voice, **fields)


def speak(reply, given_call=None, **profile):
    operation = CODEC.invoke(given_call or call(), endpoint(**profile))
    operation.start()
    return operation.receive(reply).result


def heard(body, cuts=(), **headers):
    decoder = speech_decoder(ResponseHead(200, tuple((k.replace("_", "-"), v) for k, v in headers.items())), endpoint())
    borders = [0, *sorted(cuts), len(body)]
    pieces = [decoder.feed(body[a:b]) for a, b in pairwise(borders)]
    return b"".join(chunk for piece in [*pieces, decoder.close()] for chunk in piece)


def heard_by(stream, reply):
    """Byte by byte."""
    if reply.head.status >= 300:
        raise stream.fail(reply)
    decoder = stream.decoder(reply.head)
    for byte in reply.body:
        decoder.feed(bytes([byte]))
    decoder.close()


def event(**fields):
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


EVENTS = (
    event(type="speech.audio.delta", audio=b64encode(MP3[:50]).decode())
    + event(type="speech.audio.delta", audio=b64encode(MP3[50:]).decode())
    + event(type="speech.audio.done", usage={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3})
)


def test_the_request_is_the_one_the_vendors_client_sends():
    sent: list[httpx2.Request] = []
    client(answer(MP3), sent).audio.speech.create(model="m", input="Hello", voice="alloy", speed=1.5, response_format="wav")
    request = sent_by(CODEC.invoke(call(parameters={"speed": 1.5, "response_format": "wav"}), endpoint()))
    assert request.url.endswith("/v1/audio/speech")
    assert json.loads(request.body) == json.loads(sent[0].content)


def test_the_result():
    result = speak(answer(MP3, content_type="audio/mpeg", x_request_id="r"), call("Grüße 你好"))
    assert (result.audio, result.media_type, result.request_id) == (MP3, "audio/mpeg", "r")
    assert (result.usage.characters, result.usage.estimated) == (8, True)


@pytest.mark.parametrize(
    "headers, asked, media_type, rate",
    [
        ({"content_type": "audio/wav"}, "mp3", "audio/wav", 44100),
        ({"content_type": "Audio/PCM;rate=24000;channels=1"}, "pcm", "audio/pcm", 24000),
        ({"content_type": "application/octet-stream"}, "mp3", "audio/mpeg", 44100),
        ({}, "opus", "audio/ogg", 44100),
        ({}, "flac", "audio/flac", 44100),
        ({}, "mulaw", "audio/mulaw", 44100),
    ],
)
def test_the_media_type_is_the_headers_else_the_formats(headers, asked, media_type, rate):
    result = speak(answer(MP3, **headers), call(parameters={"response_format": asked}))
    assert (result.media_type, result.sample_rate) == (media_type, rate)


def test_a_wav_file_states_its_sample_rate():
    assert speak(answer(wav(b"1234", rate=16000))).sample_rate == 16000


@pytest.mark.parametrize("stated", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_streamed_wav_file_states_no_length(stated):
    assert speak(answer(wav(b"12", stated))).audio == wav(b"12", stated)


def test_the_format_of_the_profile_and_no_voice_where_none_is_needed():
    request = sent_by(CODEC.invoke(call(voice=None), endpoint(speech_format="wav", speech_voice_required=False)))
    assert json.loads(request.body) == {"model": "m", "input": "Hello", "response_format": "wav"}


@pytest.mark.parametrize("bad, field", [(call(voice=None), "voice"), (call(""), "text"), (call(" \n"), "text")])
def test_a_call_that_cannot_be_said_is_refused(bad, field):
    for start in (CODEC.invoke, CODEC.stream):
        with pytest.raises(ParameterInvalid) as caught:
            start(bad, endpoint())
        assert caught.value.field == field


def test_a_voice_among_the_parameters_will_do():
    assert json.loads(sent_by(CODEC.invoke(call(voice=None, parameters={"voice": "v"}), endpoint())).body)["voice"] == "v"


REFUSALS = [
    (answer(ERROR, 429, retry_after="3"), RateLimited),
    (answer(ERROR, content_type="application/json"), RateLimited),
    (answer(ERROR), RateLimited),
    (answer(ERROR, content_type="audio/mpeg"), RateLimited),
    (answer({"error": {"code": "invalid_api_key", "message": "x"}}, content_type="audio/mpeg"), Unauthorized),
    (answer({"ok": True}), ServerUnavailable),
    (answer(b"<html>", content_type="text/html"), ServerUnavailable),
    (answer(b"", content_type="application/json"), ServerUnavailable),
    (answer(b"", content_type="audio/mpeg"), ServerUnavailable),
    (answer(wav(b"123456")[:-2], content_type="audio/wav"), StreamIncomplete),
    (answer(event(error={"code": "invalid_api_key", "message": "x"}), content_type="text/event-stream"), Unauthorized),
    (answer(event(type="speech.audio.done"), content_type="text/event-stream"), ServerUnavailable),
    (answer(EVENTS[:-2], content_type="text/event-stream"), StreamIncomplete),
    (answer(b"data: {x\n\n", content_type="text/event-stream"), ServerUnavailable),
    (answer(event(type="speech.audio.delta", audio="%"), content_type="text/event-stream"), ServerUnavailable),
    (answer(event(type="speech.audio.delta"), content_type="text/event-stream"), ServerUnavailable),
]


@pytest.mark.parametrize("reply, kind", REFUSALS)
def test_what_is_no_audio_is_a_typed_error(reply, kind):
    with pytest.raises(kind) as caught:
        speak(reply)
    assert (caught.value.provider, caught.value.model) == ("acme", "m")
    stream = CODEC.stream(call(), endpoint())
    with pytest.raises(kind):
        heard_by(stream, reply)


@given(st.lists(st.integers(0, len(EVENTS))))
def test_events_give_the_same_audio_under_every_split(cuts):
    assert heard(EVENTS, cuts, content_type="text/event-stream") == MP3


@given(st.binary(min_size=1, max_size=40), st.lists(st.integers(0, 40)))
def test_audio_passes_unchanged_under_every_split(body, cuts):
    assert heard(b"\xff" + body, [min(cut, len(body)) for cut in cuts]) == b"\xff" + body


@pytest.mark.parametrize("body", [b"{", b'{"not json', b"{1", b'{"' + bytes(2 * HELD_BACK)])
def test_audio_that_begins_like_json_is_audio_all_the_same(body):
    assert heard(body) == body
    assert heard(body, range(0, len(body), 1000)) == body


def test_audio_is_handed_out_as_it_comes():
    decoder = speech_decoder(ResponseHead(200), endpoint())
    assert [list(decoder.feed(chunk)) for chunk in (b"", b"\xff", b"", b"{")] == [[], [b"\xff"], [], [b"{"]]


def test_a_stream_tells_its_warnings():
    stream = CODEC.stream(call(parameters={"speed": 2}), endpoint(drop=("speed",)))
    assert [warning.field for warning in stream.warnings] == ["speed"]
    assert "speed" not in json.loads(stream.start().body)


def test_nothing_follows_the_last_event():
    assert heard(EVENTS + event(type="speech.audio.delta", audio="AAAA"), content_type="text/event-stream") == MP3


def test_a_voice_that_cannot_be_sent_is_told():
    facts = {"drop": ("voice", "response_format"), "speech_voice_required": False}
    operation = CODEC.invoke(call(), endpoint(**facts))
    assert json.loads(sent_by(operation).body) == {"model": "m", "input": "Hello"}
    result = operation.receive(answer(MP3)).result
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "voice")]
