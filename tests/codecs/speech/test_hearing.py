"""Speech to text of each vendor: what is sent, and what comes back."""

import json
from typing import Any

import pytest

from modelruntime.codecs.operation import Send, Wait
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import BadRequest, RateLimited, ServerUnavailable, Unauthorized
from tests.codecs.calls import answer, endpoint, sent_by
from tests.codecs.speech.driving import form_of, query_of, result_of

AUDIO = b"RIFF-of-a-kind"


def call(**parameters):
    return Speech2TextCall("m", AUDIO, "talk.mp3", "audio/mpeg", parameters=parameters)


def segments(result):
    return [(each.start, each.end, each.text, each.speaker) for each in result.segments]


# ElevenLabs


def word(text, start=None, end=None, speaker=None, kind="word"):
    return {"text": text, "type": kind, "logprob": 0.0, "start": start, "end": end, "speaker_id": speaker}


SCRIBED = {
    "language_code": "eng",
    "language_probability": 1.0,
    "text": "Hi there. (laughs) Bye",
    "audio_duration_secs": 2.5,
    "words": [
        word("Hi", 0.0, 0.2, "speaker_0"),
        word(" ", 0.2, 0.3, "speaker_0", "spacing"),
        word("there.", 0.3, 0.6, "speaker_0"),
        word(" ", kind="spacing"),
        word("(laughs)", 0.7, 0.9, "speaker_1", "audio_event"),
        word(" ", 0.9, 1.0, "speaker_1", "spacing"),
        word("Bye", 1.0, 1.2, "speaker_1"),
        word("untimed"),
    ],
}


def test_elevenlabs_sends_a_plain_form():
    given = call(language="de", diarize=True, keyterms=["a b", "c"], entity_detection={"x": 1}, enable_logging=False)
    request = sent_by(load_codec("elevenlabs_transcriptions").invoke(given, endpoint()))
    assert request.url == "https://api.example.com/v1/v1/speech-to-text?enable_logging=false"
    assert form_of(request) == [
        ("model_id", b"m"),
        ("language_code", b"de"),
        ("diarize", b"true"),
        ("keyterms", b"a b"),
        ("keyterms", b"c"),
        ("entity_detection", b'{"x":1}'),
        ("file!talk.mp3", AUDIO),
    ]


def test_elevenlabs_words_become_segments_of_speakers():
    result = result_of(load_codec("elevenlabs_transcriptions").invoke(call(), endpoint()), answer(SCRIBED, request_id="r"))
    assert segments(result) == [(0.0, 0.6, "Hi there.", "speaker_0"), (0.7, 1.2, "(laughs) Bye", "speaker_1")]
    assert (result.text, result.language, result.duration, result.request_id) == ("Hi there. (laughs) Bye", "eng", 2.5, "r")
    assert result.usage.seconds == 2.5


def test_elevenlabs_channels_are_joined_and_billed_each():
    body = {"transcripts": [SCRIBED, {**SCRIBED, "text": "Ja", "language_code": "deu", "words": []}], "audio_duration_secs": 2}
    result = result_of(load_codec("elevenlabs_transcriptions").invoke(call(), endpoint()), answer(body))
    assert (result.text, result.language, result.usage.seconds) == ("Hi there. (laughs) Bye\nJa", None, 4)
    assert len(result.segments) == 2


def test_elevenlabs_does_not_send_a_transcript_elsewhere():
    result = result_of(load_codec("elevenlabs_transcriptions").invoke(call(webhook=True), endpoint()), answer(SCRIBED))
    assert [warning.field for warning in result.warnings] == ["webhook"]


def test_elevenlabs_lists_what_speaks():
    rows = [{"model_id": "a", "name": "A", "can_do_text_to_speech": True}, {"model_id": "b", "can_do_text_to_speech": False}, 3]
    found = result_of(load_codec("elevenlabs_models").list_models(endpoint()), answer(rows))
    assert [(row.id, row.label, row.model_type) for row in found] == [("a", "A", "tts")]
    with pytest.raises(ServerUnavailable):
        result_of(load_codec("elevenlabs_models").list_models(endpoint()), answer({"models": []}))
    with pytest.raises(Unauthorized):
        result_of(load_codec("elevenlabs_models").list_models(endpoint()), answer({}, 401))


# Deepgram

SENTENCE = {"text": "Hi there.", "start": 0.1, "end": 0.6}
HEARD: dict[str, Any] = {
    "metadata": {"request_id": "dg-1", "duration": 3.5, "channels": 1},
    "results": {
        "channels": [
            {
                "detected_language": "en",
                "alternatives": [
                    {
                        "transcript": "Hi there.",
                        "words": [
                            {"word": "hi", "punctuated_word": "Hi", "start": 0.1, "end": 0.3, "speaker": 0},
                            {"word": "there", "punctuated_word": "there.", "start": 0.3, "end": 0.6, "speaker": 0},
                        ],
                        "paragraphs": {"paragraphs": [{"sentences": [SENTENCE], "speaker": 1}]},
                    }
                ],
            }
        ],
        "utterances": [{"start": 0.0, "end": 0.6, "transcript": "Hi there.", "speaker": 2}],
    },
}


def test_deepgram_sends_the_recording_bare_and_the_rest_in_the_query():
    request = sent_by(load_codec("deepgram_listen").invoke(call(diarize=True, keyterm=["a", "b"]), endpoint()))
    assert request.body == AUDIO
    assert dict(request.headers)["content-type"] == "audio/mpeg"
    wanted = [("model", "m"), ("smart_format", "true"), ("utterances", "true"), ("diarize", "true")]
    assert query_of(request) == [*wanted, ("keyterm", "a"), ("keyterm", "b")]
    assert (
        dict(query_of(sent_by(load_codec("deepgram_listen").invoke(call(utterances=False), endpoint()))))["utterances"] == "false"
    )


def deepgram(**results):
    body = {**HEARD, "results": {**HEARD["results"], **results}}
    return {**body, "results": {name: value for name, value in body["results"].items() if value is not None}}


BARE = {**HEARD["results"]["channels"][0]["alternatives"][0], "paragraphs": None}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (HEARD, [(0.0, 0.6, "Hi there.", "2")]),
        (deepgram(utterances=None), [(0.1, 0.6, "Hi there.", "1")]),
        (deepgram(utterances=None, channels=[{"alternatives": [BARE]}]), [(0.1, 0.6, "Hi there.", "0")]),
    ],
)
def test_deepgram_segments_are_utterances_else_sentences_else_words(body, found):
    result = result_of(load_codec("deepgram_listen").invoke(call(), endpoint()), answer(body))
    assert segments(result) == found
    assert (result.text, result.duration, result.usage.seconds, result.request_id) == ("Hi there.", 3.5, 3.5, "dg-1")


def test_deepgram_languages():
    codec = load_codec("deepgram_listen")
    assert result_of(codec.invoke(call(), endpoint()), answer(HEARD)).language == "en"
    several = deepgram(channels=[{"alternatives": [{"transcript": "a", "languages": ["en", "es"]}]}])
    assert result_of(codec.invoke(call(), endpoint()), answer(several)).language is None


def test_deepgram_channels_are_joined_and_billed_each():
    one = {"alternatives": [{"transcript": "Hi"}]}
    result = result_of(load_codec("deepgram_listen").invoke(call(), endpoint()), answer(deepgram(channels=[one, one])))
    assert (result.text, result.usage.seconds) == ("Hi\nHi", 7.0)


# Cartesia


def test_cartesia_asks_for_times_of_words():
    request = sent_by(load_codec("cartesia_transcriptions").invoke(call(language="de", encoding="pcm_s16le"), endpoint()))
    assert request.url == "https://api.example.com/v1/stt?encoding=pcm_s16le"
    fields = [("model", b"m"), ("timestamp_granularities[]", b"word"), ("language", b"de"), ("file!talk.mp3", AUDIO)]
    assert form_of(request) == fields
    words = [{"word": "Hi.", "start": 0.0, "end": 0.2}, {"word": "Bye", "start": 0.3, "end": 0.5}]
    body = {"type": "transcript", "text": "Hi. Bye", "duration": 1.5, "language": "en", "words": words, "request_id": "c-1"}
    result = result_of(load_codec("cartesia_transcriptions").invoke(call(), endpoint()), answer(body))
    assert segments(result) == [(0.0, 0.2, "Hi.", None), (0.3, 0.5, "Bye", None)]
    assert (result.text, result.language, result.usage.seconds, result.request_id) == ("Hi. Bye", "en", 1.5, "c-1")


# Fish Audio


def test_fish_names_the_model_in_a_header_and_asks_for_times():
    request = sent_by(load_codec("fishaudio_transcriptions").invoke(call(language="zh"), endpoint()))
    assert dict(request.headers)["model"] == "m"
    assert form_of(request) == [("ignore_timestamps", b"false"), ("language", b"zh"), ("audio!talk.mp3", AUDIO)]


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        ([{"speaker": "speaker:0", "text": "Thanks.", "start": 0.1, "end": 0.5}], [(0.1, 0.5, "Thanks.", "speaker:0")]),
        (None, [(0.1, 0.5, "Thanks a", None)]),
    ],
)
def test_fish_segments_are_turns_else_words(turns, found):
    words = [{"text": "Thanks", "start": 0.1, "end": 0.3}, {"text": "a", "start": 0.3, "end": 0.5}]
    body = {
        "text": "Thanks a",
        "duration": 4.2,
        "segments": words,
        "speaker_turns": turns,
        "language": "English",
        "language_code": "en",
    }
    result = result_of(load_codec("fishaudio_transcriptions").invoke(call(), endpoint()), answer(body))
    assert segments(result) == found
    assert (result.language, result.duration, result.usage.seconds) == ("en", 4.2, 4.2)


# AssemblyAI

UPLOADED = answer({"upload_url": "https://cdn.example.com/1"})
QUEUED = answer({"id": "t/1", "status": "queued"})
WORKING = answer({"id": "t/1", "status": "processing"})
COMPLETED = {
    "id": "t/1",
    "status": "completed",
    "text": "Hi. Bye",
    "language_code": "en_us",
    "audio_duration": 12,
    "speech_model_used": "universal-2",
    "words": [
        {"text": "Hi.", "start": 100, "end": 300, "confidence": 1, "speaker": "A"},
        {"text": "Bye", "start": 400, "end": 600, "confidence": 1, "speaker": "B"},
    ],
    "utterances": None,
}


def assembly(**parameters):
    return load_codec("assemblyai_transcripts").invoke(call(**parameters), endpoint())


def test_assembly_uploads_orders_and_waits():
    operation = assembly(speaker_labels=True)
    step = operation.start()
    assert isinstance(step, Send)
    assert (step.request.method, step.request.url, step.request.body) == ("POST", "https://api.example.com/v1/v2/upload", AUDIO)
    step = operation.receive(UPLOADED)
    assert isinstance(step, Send)
    assert step.request.url == "https://api.example.com/v1/v2/transcript"
    assert json.loads(step.request.body or b"") == {
        "audio_url": "https://cdn.example.com/1",
        "speech_models": ["m"],
        "speaker_labels": True,
        "language_detection": True,
    }
    waits = []
    step = operation.receive(QUEUED)
    for _ in range(6):
        assert isinstance(step, Wait)
        waits.append(step.seconds)
        step = operation.resume()
        assert isinstance(step, Send)
        assert (step.request.method, step.request.url) == ("GET", "https://api.example.com/v1/v2/transcript/t%2F1")
        step = operation.receive(WORKING)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, 3.0)
    operation.resume()
    result = operation.receive(answer(COMPLETED)).result
    assert segments(result) == [(0.1, 0.3, "Hi.", "A"), (0.4, 0.6, "Bye", "B")]
    assert (result.text, result.language, result.duration, result.model) == ("Hi. Bye", "en_us", 12.0, "universal-2")
    assert (result.usage.seconds, result.request_id) == (12.0, "t/1")


def test_assembly_prefers_utterances_and_bills_channels():
    turns = [{"text": "Hi.", "start": 0, "end": 500, "speaker": None, "channel": "1"}]
    body = {**COMPLETED, "utterances": turns, "multichannel": True, "audio_channels": 2}
    result = result_of(assembly(), UPLOADED, answer(body))
    assert segments(result) == [(0.0, 0.5, "Hi.", "1")]
    assert (result.duration, result.usage.seconds) == (12.0, 24.0)


def test_assembly_detects_the_language_unless_told():
    operation = assembly(language="de")
    operation.start()
    body = json.loads(operation.receive(UPLOADED).request.body)
    assert (body["language_code"], body.get("language_detection")) == ("de", None)


def test_assembly_silence_is_an_empty_text():
    assert result_of(assembly(), UPLOADED, answer({**COMPLETED, "text": None, "words": []})).text == ""


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Transcoding failed. File does not appear to contain audio.", BadRequest),
        ("Internal server error", ServerUnavailable),
    ],
)
def test_assembly_says_that_a_transcript_failed_with_status_200(message, kind):
    failed = answer({"id": "t", "status": "error", "error": message})
    with pytest.raises(kind) as raised:
        result_of(assembly(), UPLOADED, QUEUED, failed)
    assert type(raised.value) is kind
    assert raised.value.raw == failed.body


@pytest.mark.parametrize(
    "replies", [[answer({"a": 1})], [UPLOADED, answer({"status": "queued"})], [UPLOADED, answer({"status": "?"})]]
)
def test_assembly_answers_of_another_shape_are_outages(replies):
    with pytest.raises(ServerUnavailable):
        result_of(assembly(), *replies)


def test_assembly_fails_while_it_is_waited_for():
    with pytest.raises(RateLimited):
        result_of(assembly(), UPLOADED, QUEUED, answer({"error": "slow down"}, 429))


# Tencent

TENCENT_CODES = {"authfailure": "Unauthorized", "requestlimitexceeded": "RateLimited", "FailedOperation.X": "BadRequest"}


def tencent(body, **profile):
    operation = load_codec("tencent_sentences").invoke(call(), endpoint("16k_zh", **profile))
    return sent_by(operation), lambda: result_of(operation, answer({"Response": body}))


def test_tencent_says_the_recording_in_base64():
    words = [{"Word": "你", "StartTime": 100, "EndTime": 200}, {"Word": "好。", "StartTime": 200, "EndTime": 400}]
    request, result = tencent({"Result": "你好。", "AudioDuration": 1500, "WordList": words, "RequestId": "q-1"})
    headers = dict(request.headers)
    assert (request.url, headers["x-tc-action"], headers["x-tc-version"]) == (
        "https://api.example.com/v1/",
        "SentenceRecognition",
        "2019-06-14",
    )
    assert json.loads(request.body) == {
        "EngSerViceType": "16k_zh",
        "SourceType": 1,
        "VoiceFormat": "mp3",
        "Data": "UklGRi1vZi1hLWtpbmQ=",
        "DataLen": len(AUDIO),
        "WordInfo": 2,
    }
    found = result()
    assert segments(found) == [(0.1, 0.4, "你好。", None)]
    assert (found.text, found.duration, found.usage.seconds, found.request_id) == ("你好。", 1.5, 1.5, "q-1")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AuthFailure.SignatureFailure", Unauthorized),
        ("RequestLimitExceeded", RateLimited),
        ("FailedOperation.X", BadRequest),
        ("FailedOperation.Unheard", ServerUnavailable),
    ],
)
def test_tencent_says_errors_with_status_200(code, kind):
    error = {"Error": {"Code": code, "Message": "no"}, "RequestId": "q-2"}
    with pytest.raises(kind) as raised:
        tencent(error, error_codes=TENCENT_CODES)[1]()
    assert (raised.value.code, raised.value.request_id) == (code, "q-2")


# a check of the key alone


def test_a_check_of_the_key_lists_nothing():
    codec = load_codec("key_check")
    operation = codec.list_models(endpoint(paths={"models": "/v1/projects"}))
    assert sent_by(operation).url == "https://api.example.com/v1/v1/projects"
    assert result_of(operation, answer({"projects": []})) == ()
    with pytest.raises(Unauthorized):
        result_of(operation, answer({"err_code": "INVALID_AUTH", "err_msg": "Invalid credentials."}, 401))
    with pytest.raises(ServerUnavailable):
        result_of(operation, answer({"error": "no"}))


# Azure AI Speech


def test_azure_sends_a_definition_and_reads_phrases():
    given = call(language="en-US", **{"diarization.enabled": True, "diarization.maxSpeakers": 2})
    request = sent_by(load_codec("azure_speech_transcriptions").invoke(given, endpoint()))
    assert request.url == "https://api.example.com/v1/speechtotext/transcriptions:transcribe?api-version=2025-10-15"
    (name, definition), audio = form_of(request)
    assert (name, audio) == ("definition", ("audio!talk.mp3", AUDIO))
    assert json.loads(definition) == {"locales": ["en-US"], "diarization": {"enabled": True, "maxSpeakers": 2}}
    phrase = {"offsetMilliseconds": 960, "durationMilliseconds": 640, "text": "Good morning.", "locale": "en-US", "speaker": 1}
    body = {"durationMilliseconds": 1820, "combinedPhrases": [{"text": "Good morning."}, {"text": "Bye."}], "phrases": [phrase]}
    result = result_of(load_codec("azure_speech_transcriptions").invoke(given, endpoint()), answer(body))
    assert segments(result) == [(0.96, 1.6, "Good morning.", "1")]
    assert (result.text, result.language, result.duration, result.usage.seconds) == ("Good morning.\nBye.", "en-US", 1.82, 1.82)
