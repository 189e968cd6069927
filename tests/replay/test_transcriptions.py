import json

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import Speech2TextCall
from modelruntime.schema.profile import Profile
from tests.replay.oracle_client import client
from tests.replay.verdicts import failures

CODEC = load_codec("openai_transcriptions")


def judge(row):
    content_type = next(value for name, value in row.request_headers.items() if name.lower() == "content-type")
    boundary = content_type.partition("boundary=")[2].encode()
    fields = dict(recorded_fields(row.sent, boundary))
    filename, audio = fields.pop("file")
    parameters = {}
    for name, value in fields.items():
        if name != "model":
            parameters[name.removesuffix("[]")] = [value.decode()] if name.endswith("[]") else value.decode()
    model = fields["model"].decode()
    call = Speech2TextCall(model, audio, filename, parameters=parameters)
    operation = CODEC.invoke(call, Endpoint("http://x/v1", model, Profile()))
    step = operation.start()
    assert isinstance(step, Send)
    sent_type = dict(step.request.headers)["content-type"]
    sent = dict(recorded_fields(step.request.body, sent_type.partition("boundary=")[2].encode()))
    assert sent.pop("file") == (filename, audio)
    assert sent == fields
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    compare(done.result, row)


def recorded_fields(body, boundary):
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        disposition = head.split(b"name=")[1:]
        name = disposition[0].split(b'"')[1].decode()
        content = content.removesuffix(b"\r\n")
        yield name, (head.split(b'filename="')[1].split(b'"')[0].decode(), content) if b"filename=" in head else content


def compare(result, row):
    reply = json.loads(row.body)
    seen = client(row.response).audio.transcriptions.create(model="m", file=("a.wav", b"x"))
    assert result.text == seen.text == reply["text"]
    assert result.duration == reply.get("duration")
    assert result.language == reply.get("language")
    wanted = [(s["start"], s["end"], s["text"], s.get("speaker", s.get("speaker_id"))) for s in reply.get("segments", [])]
    assert [(s.start, s.end, s.text, s.speaker) for s in result.segments] == wanted
    usage = reply["usage"]
    spoken = usage.get("output_tokens", usage.get("completion_tokens"))
    assert result.usage.output.total == spoken
    assert result.usage.input.total == usage["total_tokens"] - spoken
    assert result.usage.seconds == usage.get("prompt_audio_seconds", reply.get("duration"))
    assert not result.warnings


def test_every_recorded_transcription_is_what_the_vendors_client_reads():
    assert failures("openai_transcriptions", judge) == []
