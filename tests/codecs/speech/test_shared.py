import pytest

from modelruntime.codecs.multipart import plain_form_fields
from modelruntime.codecs.query_text import with_query
from modelruntime.codecs.registry import load_codec
from modelruntime.codecs.speech.audio_facts import media_type_of, sample_rate_of
from modelruntime.codecs.speech.recording import seconds_of
from modelruntime.codecs.speech.spoken_words import SpokenWord, segments_of
from modelruntime.entities.call import Speech2TextCall, TTSCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from tests.codecs.calls import answer, endpoint
from tests.codecs.speech.driving import result_of

SPEAKING = ("elevenlabs_speech", "deepgram_speak", "cartesia_speech", "fishaudio_speech", "minimax_speech", "azure_speech")
HEARING = (
    "elevenlabs_transcriptions",
    "deepgram_listen",
    "cartesia_transcriptions",
    "fishaudio_transcriptions",
    "assemblyai_transcripts",
    "tencent_sentences",
    "azure_speech_transcriptions",
)


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("way", ["invoke", "stream"])
def test_an_empty_text_says_nothing(name, way):
    with pytest.raises(ParameterInvalid) as raised:
        getattr(load_codec(name), way)(TTSCall("m", " \n", "v"), endpoint())
    assert raised.value.field == "text"


@pytest.mark.parametrize("name", ["elevenlabs_speech", "cartesia_speech", "minimax_speech", "azure_speech"])
def test_a_voice_is_needed(name):
    with pytest.raises(ParameterInvalid) as raised:
        load_codec(name).invoke(TTSCall("m", "Hello"), endpoint())
    assert raised.value.field == "voice"


@pytest.mark.parametrize("name", HEARING)
def test_an_empty_recording_and_a_translation_are_refused(name):
    with pytest.raises(ParameterInvalid) as raised:
        load_codec(name).invoke(Speech2TextCall("m", b""), endpoint())
    assert raised.value.field == "audio"
    with pytest.raises(ParameterInvalid) as raised:
        load_codec(name).invoke(Speech2TextCall("m", b"RIFF", task="translate"), endpoint())
    assert raised.value.field == "task"


ALL = [
    *((name, TTSCall("m", "Hello", "v")) for name in SPEAKING),
    *((name, Speech2TextCall("m", b"RIFF")) for name in HEARING),
]


@pytest.mark.parametrize(("name", "call"), ALL)
@pytest.mark.parametrize(
    ("status", "kind"), [(401, Unauthorized), (402, Unauthorized), (429, RateLimited), (503, ServerUnavailable)]
)
def test_the_status_decides(name, call, status, kind):
    with pytest.raises(kind) as raised:
        result_of(load_codec(name).invoke(call, endpoint()), answer({"message": "no"}, status))
    assert (raised.value.status, raised.value.provider, raised.value.model) == (status, "acme", "m")


@pytest.mark.parametrize(("name", "call"), ALL)
@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b"[]", b'{"a": 1', b"{}"])
def test_what_is_no_answer_is_an_outage(name, call, body):
    with pytest.raises(ServerUnavailable):
        result_of(load_codec(name).invoke(call, endpoint()), answer(body, content_type="application/json"))


@pytest.mark.parametrize("name", SPEAKING)
def test_a_refused_stream_is_an_error(name):
    stream = load_codec(name).stream(TTSCall("m", "Hello", "v"), endpoint())
    assert isinstance(stream.fail(answer({"message": "no"}, 401)), Unauthorized)


@pytest.mark.parametrize(("name", "call"), ALL)
def test_a_strict_call_refuses_what_the_endpoint_does_not_take(name, call):
    given = type(call)(**{**{field: getattr(call, field) for field in call.__struct_fields__}, "parameters": {"shout": 1}})
    codec = load_codec(name)
    assert codec.invoke(given, endpoint(drop=("shout",)))
    strict = type(call)(**{**{field: getattr(given, field) for field in call.__struct_fields__}, "strict": True})
    with pytest.raises(ParameterInvalid):
        codec.invoke(strict, endpoint(drop=("shout",)))


def test_a_query_is_said_in_text():
    parameters = {"a": True, "b": False, "c": [1, "x y"], "d": None, "e": 0.5}
    assert with_query("https://a.test/p", parameters) == "https://a.test/p?a=true&b=false&c=1&c=x+y&e=0.5"
    assert with_query("https://a.test/p?q=1", {"a": 1}) == "https://a.test/p?q=1&a=1"
    assert with_query("https://a.test/p", {"d": None}) == "https://a.test/p"
    with pytest.raises(ParameterInvalid):
        with_query("https://a.test/p", {"a": {"b": 1}})


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (["a", "b"], [("n", "a"), ("n", "b")]),
        ([], []),
        ({"a": [1]}, [("n", '{"a":[1]}')]),
        ([{"a": 1}], [("n", '[{"a":1}]')]),
        (True, [("n", "true")]),
        (None, []),
        (2, [("n", "2")]),
    ],
)
def test_a_plain_form_repeats_names_and_says_objects_in_json(value, fields):
    assert list(plain_form_fields("n", value)) == fields


def test_a_plain_form_refuses_what_no_form_can_hold():
    with pytest.raises(ParameterInvalid):
        list(plain_form_fields("n", {"a": object()}))


WORDS = [
    SpokenWord("Yes.", 0.0, 0.4, "A"),
    SpokenWord("And", 0.5, 0.7, "A"),
    SpokenWord("then", 0.7, 0.9, "A"),
    SpokenWord("what?", 1.0, 1.2, "B"),
    SpokenWord("Well", 1.3, 1.5, "B"),
    SpokenWord("hm", 2.6, 2.8, "B"),
]


def test_words_become_segments_by_sentence_speaker_and_pause():
    found = [(each.start, each.end, each.text, each.speaker) for each in segments_of(WORDS)]
    assert found == [
        (0.0, 0.4, "Yes.", "A"),
        (0.5, 0.9, "And then", "A"),
        (1.0, 1.2, "what?", "B"),
        (1.3, 1.5, "Well", "B"),
        (2.6, 2.8, "hm", "B"),
    ]
    assert segments_of([]) == ()


FLAC = b"fLaC\x00\x00\x00\x22" + bytes(10) + (48000 << 4).to_bytes(3, "big") + bytes(16)


@pytest.mark.parametrize(
    ("audio", "rate"),
    [
        (b"\xff\xfb\x90\x00", 44100),
        (b"\xff\xfb\x94\x00", 48000),
        (b"\xff\xf3\x84\x00", 24000),
        (b"\xff\xe3\x88\x00", 8000),
        (b"\xff\xfb\x9c\x00", None),
        (b"\xff\xeb\x90\x00", None),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05-----\xff\xfb\x90\x00", 44100),
        (b"ID3\x04\x00\x00\x00\x00\x7f\x7f\xff", None),
        (FLAC, 48000),
        (b"OggS", None),
        (b"", None),
    ],
)
def test_a_file_says_its_sample_rate(audio, rate):
    assert sample_rate_of("", audio) == rate


def test_a_header_says_more_than_a_file():
    assert sample_rate_of("audio/pcm;rate=16000", FLAC) == 16000
    assert media_type_of("Audio/PCM; rate=1", "audio/wav") == "audio/pcm"
    assert media_type_of("application/octet-stream", "audio/wav") == "audio/wav"


@pytest.mark.parametrize(("value", "seconds"), [(0, 0.0), (1.5, 1.5), (-1, None), (True, None), ("1", None), (float("inf"), None)])
def test_seconds(value, seconds):
    assert seconds_of(value) == seconds
