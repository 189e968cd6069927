import json

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.parts import ImagePart, TextPart
from tests.replay.oracle_client import client
from tests.replay.verdicts import failures

CODEC = load_codec("openai_moderations")


def parts_of(given):
    if isinstance(given, str):
        return given
    return tuple(TextPart(part["text"]) if part["type"] == "text" else ImagePart(part["image_url"]["url"]) for part in given)


def judge(row):
    call = ModerationCall(row.request["model"], parts_of(row.request["input"]))
    operation = CODEC.invoke(call, Endpoint("http://x/v1", call.model))
    step = operation.start()
    assert isinstance(step, Send)
    assert json.loads(step.request.body or b"") == row.request
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    result = done.result
    seen = client(row.response).moderations.create(input="x")
    flags = {name: flag for name, flag in seen.results[0].categories.to_dict().items() if flag is not None}
    scores = seen.results[0].category_scores.to_dict()
    assert result.flagged is seen.results[0].flagged
    assert {name: found.flagged for name, found in result.categories.items()} == flags
    assert {name: found.score for name, found in result.categories.items()} == scores
    assert len(flags) == 13
    assert result.model == seen.model


def test_every_recorded_moderation_is_what_the_vendors_client_reads():
    assert failures("openai_moderations", judge) == []
