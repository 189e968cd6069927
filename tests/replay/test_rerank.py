import json

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import RerankCall
from tests.replay.verdicts import failures

CODEC = load_codec("rerank")

FACTS = {
    ("cohere", "/v1/rerank"): ([(3, 0.9999989), (2, 0.9003547), (0, 0.6807725)], None, 1),
    ("cohere", "/v2/rerank"): ([(1, 0.86303437), (0, 0.17279942)], None, 1),
    ("openrouter", "/api/v1/rerank"): ([(1, 0.828125), (0, 0.306640625)], 17, None),
}
"""Read off the recordings by hand: order and scores, tokens, searches."""


def judge(row):
    asked = dict(row.request)
    call = RerankCall(asked["model"], asked["query"], tuple(asked["documents"]), asked.get("top_n"))
    operation = CODEC.invoke(call, Endpoint("http://x/v1", call.model))
    step = operation.start()
    assert isinstance(step, Send)
    assert json.loads(step.request.body or b"") == asked
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    result = done.result
    ranking, tokens, searches = FACTS[row.vendor, row.path]
    assert [(item.index, item.score) for item in result.items] == ranking
    assert [item.document for item in result.items] == [call.documents[index] for index, _ in ranking]
    assert (result.usage.input.total, result.usage.searches) == (tokens, searches)
    assert not result.warnings
    print("  ", row.vendor, row.path, "ok")


def test_every_recorded_ranking_by_itself():
    assert failures("rerank", judge) == []
