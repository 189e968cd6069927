"""Text to speech of each vendor: what is sent, and what comes back."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable, StreamIncomplete, Unauthorized
from modelruntime.schema.profile import Profile
from tests.codecs.calls import answer, endpoint, sent_by
from tests.codecs.speech.driving import MP3, heard, query_of, result_of

CODES = {"1004": "Unauthorized", "1002": "RateLimited"}


def say(name, *, voice="v", reply=None, at=None, **parameters):
    call = TTSCall("m", "Grüße 你好", voice, parameters=parameters)
    operation = load_codec(name).invoke(call, at or endpoint())
    return sent_by(operation), result_of(operation, reply or answer(MP3, content_type="audio/mpeg"))


# ElevenLabs


def test_elevenlabs_names_the_voice_in_the_path_and_the_format_in_the_query():
    request, result = say("elevenlabs_speech", voice="a/b", seed=3, language_code="zh", **{"voice_settings.speed": 1.1})
    assert request.url == "https://api.example.com/v1/v1/text-to-speech/a%2Fb?output_format=mp3_44100_128"
    body = {"text": "Grüße 你好", "model_id": "m", "seed": 3, "language_code": "zh", "voice_settings": {"speed": 1.1}}
    assert json.loads(request.body) == body
    assert (result.audio, result.media_type, result.sample_rate) == (MP3, "audio/mpeg", 44100)
    assert (result.usage.characters, result.usage.estimated) == (8, True)


@pytest.mark.parametrize(
    ("asked", "sent", "media_type", "rate"),
    [
        ("wav", "wav_24000", "audio/wav", 24000),
        ("pcm", "pcm_24000", "audio/pcm", 24000),
        ("opus", "opus_48000_128", "audio/ogg", 48000),
        ("ulaw", "ulaw_8000", "audio/basic", 8000),
        ("pcm_16000", "pcm_16000", "audio/pcm", 16000),
    ],
)
def test_elevenlabs_formats(asked, sent, media_type, rate):
    request, result = say("elevenlabs_speech", reply=answer(b"samples"), response_format=asked)
    assert query_of(request) == [("output_format", sent)]
    assert (result.media_type, result.sample_rate) == (media_type, rate)


def test_elevenlabs_own_format_counts_more_and_queries_stay_queries():
    request, _ = say("elevenlabs_speech", output_format="mp3_22050_32", enable_logging=False)
    assert query_of(request) == [("output_format", "mp3_22050_32"), ("enable_logging", "false")]
    assert "output_format" not in json.loads(request.body)


def test_elevenlabs_tells_the_characters_it_bills():
    _, result = say("elevenlabs_speech", reply=answer(MP3, x_character_count="5", request_id="r-9"))
    assert (result.usage.characters, result.usage.estimated, result.request_id) == (5, False, "r-9")


def test_elevenlabs_streams_at_its_own_path():
    stream = load_codec("elevenlabs_speech").stream(TTSCall("m", "Hi", "v"), endpoint())
    assert stream.start().url.startswith("https://api.example.com/v1/v1/text-to-speech/v/stream?")
    assert heard(stream, answer(MP3, content_type="audio/mpeg"), (1, 2, 50)) == MP3


# Deepgram


def test_deepgram_puts_a_voice_in_the_models_place():
    request, _ = say("deepgram_speak", voice="aura-2-zeus-en", speed=1.1)
    assert query_of(request) == [("encoding", "mp3"), ("model", "aura-2-zeus-en"), ("speed", "1.1")]
    assert json.loads(request.body) == {"text": "Grüße 你好"}
    assert dict(query_of(say("deepgram_speak", voice=None)[0]))["model"] == "m"


@pytest.mark.parametrize(
    ("parameters", "query", "media_type", "rate"),
    [
        ({"response_format": "wav"}, {"container": "wav", "encoding": "linear16"}, "audio/wav", 24000),
        ({"response_format": "pcm", "sample_rate": 16000}, {"container": "none", "encoding": "linear16", "sample_rate": "16000"},
         "audio/pcm", 16000),
        ({"response_format": "opus"}, {"container": "ogg", "encoding": "opus"}, "audio/ogg", 48000),
        ({"response_format": "mulaw"}, {"encoding": "mulaw"}, "audio/mulaw", 8000),
        ({"encoding": "flac"}, {"encoding": "flac"}, "audio/flac", None),
    ],
)  # fmt: skip
def test_deepgram_formats(parameters, query, media_type, rate):
    request, result = say("deepgram_speak", reply=answer(b"samples"), **parameters)
    assert {**dict(query_of(request)), "model": "v"} == {**query, "model": "v"}
    assert (result.media_type, result.sample_rate) == (media_type, rate)


# Cartesia


def test_cartesia_says_the_whole_format():
    request, result = say("cartesia_speech", language="de", **{"generation_config.speed": 1.2})
    assert request.url == "https://api.example.com/v1/tts/bytes"
    assert json.loads(request.body) == {
        "model_id": "m",
        "transcript": "Grüße 你好",
        "voice": {"id": "v"},
        "language": "de",
        "generation_config": {"speed": 1.2},
        "output_format": {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000},
    }
    assert (result.media_type, result.sample_rate) == ("audio/mpeg", 44100)


@pytest.mark.parametrize(
    ("parameters", "form", "media_type", "rate"),
    [
        ({"response_format": "wav"}, {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 44100}, "audio/wav", 44100),
        ({"response_format": "pcm", "sample_rate": 8000}, {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000},
         "audio/pcm", 8000),
        ({"response_format": "ulaw"}, {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000}, "audio/mulaw", 8000),
        ({"bit_rate": 64000}, {"container": "mp3", "sample_rate": 44100, "bit_rate": 64000}, "audio/mpeg", 44100),
        ({"output_format": {"bit_rate": 96000}}, {"container": "mp3", "sample_rate": 44100, "bit_rate": 96000}, "audio/mpeg",
         44100),
    ],
)  # fmt: skip
def test_cartesia_formats(parameters, form, media_type, rate):
    request, result = say("cartesia_speech", reply=answer(MP3 if form["container"] == "mp3" else b"samples"), **parameters)
    assert json.loads(request.body)["output_format"] == form
    assert (result.media_type, result.sample_rate) == (media_type, rate)


def test_cartesia_refuses_a_format_it_does_not_have():
    with pytest.raises(ParameterInvalid) as raised:
        say("cartesia_speech", response_format="midi")
    assert raised.value.field == "response_format"


# Fish Audio


def test_fish_names_the_model_in_a_header_and_bills_bytes():
    request, result = say("fishaudio_speech", response_format="wav", temperature=0.3, **{"prosody.speed": 1.5})
    assert dict(request.headers)["model"] == "m"
    body = {"text": "Grüße 你好", "reference_id": "v", "temperature": 0.3, "prosody": {"speed": 1.5}, "format": "wav"}
    assert json.loads(request.body) == body
    assert result.usage.characters == len("Grüße 你好".encode()) == 14


def test_fish_takes_the_latency_of_the_credentials():
    at = Endpoint("https://api.example.com", "m", Profile(), credentials={"latency": "balanced"})
    assert json.loads(say("fishaudio_speech", at=at)[0].body)["latency"] == "balanced"
    assert json.loads(say("fishaudio_speech", at=at, latency="low")[0].body)["latency"] == "low"


@pytest.mark.parametrize(("form", "rate"), [("pcm", 44100), ("opus", 48000)])
def test_fish_rates(form, rate):
    _, result = say("fishaudio_speech", reply=answer(b"samples"), response_format=form)
    assert result.sample_rate == rate


def test_fish_cannot_carry_samples_of_a_voice():
    call = TTSCall("m", "Hi", parameters={"references": [{"text": "a"}]})
    result = result_of(load_codec("fishaudio_speech").invoke(call, endpoint()), answer(MP3))
    assert [warning.field for warning in result.warnings] == ["references"]


# MiniMax

SPOKEN = {
    "data": {"audio": MP3.hex(), "status": 2},
    "extra_info": {"audio_format": "mp3", "audio_sample_rate": 32000, "usage_characters": 12, "audio_length": 990},
    "trace_id": "t-1",
    "base_resp": {"status_code": 0, "status_msg": "success"},
}


def test_minimax_puts_settings_into_their_objects():
    parameters = {"voice_setting.speed": 1.2, "response_format": "flac", "sample_rate": 24000}
    request, result = say("minimax_speech", reply=answer(SPOKEN), **parameters)
    assert request.url == "https://api.example.com/v1/v1/t2a_v2"
    assert json.loads(request.body) == {
        "model": "m",
        "text": "Grüße 你好",
        "voice_setting": {"voice_id": "v", "speed": 1.2},
        "audio_setting": {"format": "flac", "sample_rate": 24000},
    }
    assert (result.audio, result.media_type, result.sample_rate) == (MP3, "audio/mpeg", 32000)
    assert (result.usage.characters, result.usage.estimated, result.request_id) == (12, False, "t-1")


def test_minimax_sends_the_group_where_there_is_one():
    at = Endpoint("https://api.example.com", "m", Profile(), credentials={"minimax_group_id": "g 1"})
    assert say("minimax_speech", at=at, reply=answer(SPOKEN))[0].url == "https://api.example.com/v1/t2a_v2?GroupId=g+1"


def test_minimax_says_errors_with_status_200():
    at = endpoint(error_codes=CODES)
    refused = {"base_resp": {"status_code": 1004, "status_msg": "login fail"}}
    with pytest.raises(Unauthorized) as raised:
        say("minimax_speech", at=at, reply=answer(refused))
    assert raised.value.code == "1004"
    with pytest.raises(ServerUnavailable):
        say("minimax_speech", at=at, reply=answer({**SPOKEN, "data": None}))


def event(payload):
    return b"data: " + json.dumps(payload).encode() + b"\n\n"


def piece(audio, status=1):
    return event({"data": {"audio": audio.hex(), "status": status}, "base_resp": {"status_code": 0}})


EVENTS = piece(MP3[:50]) + piece(MP3[50:]) + event(SPOKEN)


def minimax_stream(**profile):
    return load_codec("minimax_speech").stream(TTSCall("m", "Hi", "v"), endpoint(**profile))


def events(body):
    return answer(body, content_type="text/event-stream; charset=utf-8")


@given(st.sets(st.integers(1, len(EVENTS) - 1), max_size=5))
def test_minimax_streams_the_same_audio_for_any_split(cuts):
    assert heard(minimax_stream(), events(EVENTS), tuple(cuts)) == MP3


def test_minimax_streams_byte_by_byte_and_says_so_in_its_body():
    stream = minimax_stream()
    assert json.loads(stream.start().body)["stream"] is True
    assert heard(stream, events(EVENTS), tuple(range(1, len(EVENTS)))) == MP3


def test_minimax_may_say_all_in_its_last_event():
    assert heard(minimax_stream(), events(event(SPOKEN))) == MP3


@pytest.mark.parametrize("end", [0, len(piece(MP3[:50])), len(EVENTS) - 1])
def test_minimax_cut_before_its_last_event_is_incomplete(end):
    with pytest.raises(StreamIncomplete):
        heard(minimax_stream(), events(EVENTS[:end]))


def test_minimax_fails_in_the_middle_of_a_stream_or_in_its_place():
    limited = {"base_resp": {"status_code": 1002, "status_msg": "rate limit"}}
    with pytest.raises(RateLimited):
        heard(minimax_stream(error_codes=CODES), events(piece(MP3[:50]) + event(limited)))
    with pytest.raises(RateLimited):
        heard(minimax_stream(error_codes=CODES), answer(limited, content_type="application/json"))
    with pytest.raises(ServerUnavailable):
        heard(minimax_stream(), events(event({"data": {"audio": "not hex"}})))


def test_minimax_audio_comes_in_the_answer_whatever_is_asked():
    call = TTSCall("m", "Hi", "v", parameters={"output_format": "url"})
    result = result_of(load_codec("minimax_speech").invoke(call, endpoint()), answer(SPOKEN))
    assert [warning.field for warning in result.warnings] == ["output_format"]


# Azure AI Speech


def test_azure_says_the_text_in_markup():
    text = 'Tom & "Jo" <3 \x01你'
    call = TTSCall("m", text, "de-DE-Katja'Neural", parameters={"speed": 1.2, "pitch": "+5%", "style": 'a"b'})
    operation = load_codec("azure_speech").invoke(call, endpoint())
    request, result = sent_by(operation), result_of(operation, answer(MP3, content_type="audio/mpeg"))
    headers = dict(request.headers)
    assert (headers["content-type"], headers["x-microsoft-outputformat"]) == (
        "application/ssml+xml",
        "audio-24khz-96kbitrate-mono-mp3",
    )
    (voice,) = (speak := ElementTree.fromstring(request.body))
    assert speak.get("{http://www.w3.org/XML/1998/namespace}lang") == "de-DE"
    assert voice.get("name") == "de-DE-Katja'Neural"
    (express,) = voice
    (prosody,) = express
    assert express.get("style") == 'a"b'
    assert (prosody.get("rate"), prosody.get("pitch"), prosody.text) == ("1.2", "+5%", 'Tom & "Jo" <3  你')
    assert (result.usage.characters, result.usage.estimated) == (len(text) + 1, True)


@pytest.mark.parametrize(
    ("asked", "sent", "media_type", "rate"),
    [
        ("wav", "riff-24khz-16bit-mono-pcm", "audio/wav", 24000),
        ("pcm", "raw-24khz-16bit-mono-pcm", "audio/pcm", 24000),
        ("opus", "ogg-24khz-16bit-mono-opus", "audio/ogg", 24000),
        ("raw-22050hz-16bit-mono-pcm", "raw-22050hz-16bit-mono-pcm", "audio/pcm", 22050),
    ],
)
def test_azure_formats(asked, sent, media_type, rate):
    request, result = say("azure_speech", reply=answer(b"samples"), response_format=asked)
    assert dict(request.headers)["x-microsoft-outputformat"] == sent
    assert (result.media_type, result.sample_rate) == (media_type, rate)


def test_azure_markup_has_no_place_for_everything():
    _, result = say("azure_speech", temperature=1)
    assert [warning.field for warning in result.warnings] == ["temperature"]
