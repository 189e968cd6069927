"""What Deepgram recorded, read beside its own package, and sent again."""

import json
from urllib.parse import parse_qsl, urlsplit

from deepgram.types import ListenV1Response

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import Speech2TextCall, TTSCall
from tests.replay.verdicts import failures

LISTEN, SPEAK = load_codec("deepgram_listen"), load_codec("deepgram_speak")
BASE = "https://api.deepgram.com"


def sent_by(operation):
    step = operation.start()
    assert isinstance(step, Send)
    return step.request


def result_of(operation, row):
    operation.start()
    step = operation.receive(row.response)
    assert isinstance(step, Done)
    return step.result


def words_of(query):
    return {name: json.loads(value) if value in ("true", "false") else value for name, value in query.items()}


def judge_listen(row):
    query = dict(parse_qsl(row.query))
    model = query.pop("model")
    audio = row.sent or b"a recording that the vendor fetched itself"
    media_type = row.request_headers["content-type"] if not row.request else "audio/wav"
    operation = LISTEN.invoke(
        Speech2TextCall(model, audio, media_type=media_type, parameters=words_of(query)), Endpoint(BASE, model)
    )
    request = sent_by(operation)
    assert dict(parse_qsl(urlsplit(request.url).query)) == {"model": model, **query}
    assert urlsplit(request.url).path == row.path
    if not row.request:  # the other one names a URL in its body, for which a call here has no place
        assert request.body == row.sent
        assert dict(request.headers)["content-type"] == row.request_headers["content-type"]
    result = result_of(operation, row)
    seen = ListenV1Response.model_validate_json(row.body)
    spoken = seen.results.channels[0].alternatives
    assert spoken is not None
    assert result.text == spoken[0].transcript
    assert result.duration == seen.metadata.duration
    assert result.usage.seconds == seen.metadata.duration
    assert result.request_id == seen.metadata.request_id
    told = [(each.start, each.end, each.transcript) for each in seen.results.utterances or ()]
    assert [(each.start, each.end, each.text) for each in result.segments] == told
    assert told


def judge_speak(row):
    query = dict(parse_qsl(row.query))
    voice = query.pop("model")
    call = TTSCall("aura-2", row.request["text"], voice, parameters=words_of(query))
    request = sent_by(SPEAK.invoke(call, Endpoint(BASE, "aura-2")))
    assert dict(parse_qsl(urlsplit(request.url).query)) == {"model": voice, **query}
    assert json.loads(request.body) == row.request
    result = result_of(SPEAK.invoke(call, Endpoint(BASE, "aura-2")), row)
    assert result.audio == row.body
    assert result.media_type == dict(row.headers)["content-type"]
    assert result.sample_rate
    stream = SPEAK.stream(call, Endpoint(BASE, "aura-2"))
    for size in (1, 7, 4096):
        decoder = stream.decoder(row.response.head)
        pieces = [decoder.feed(row.body[at : at + size]) for at in range(0, len(row.body), size)]
        assert b"".join(chunk for piece in [*pieces, decoder.close()] for chunk in piece) == row.body


def test_every_recorded_transcript_is_what_the_vendors_package_reads():
    assert failures("deepgram_listen", judge_listen) == []


def test_every_recorded_voice_is_the_audio_that_was_asked_for():
    assert failures("deepgram_speak", judge_speak) == []
