import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import RerankCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from tests.codecs.calls import answer, drive, endpoint, sent_by

CODEC = load_codec("rerank")


def call(*documents, **fields):
    return RerankCall("m", "q", documents or ("a", "b", "c"), **fields)


def rows(*pairs):
    return {"results": [{"index": i, "relevance_score": s} for i, s in pairs], "usage": {"total_tokens": 7}}


def ranked(reply, given_call=None, **profile):
    return drive(CODEC.invoke(given_call or call(), endpoint(**profile)), answer(reply))[1]


def order(result):
    return [(item.index, item.score, item.document) for item in result.items]


def test_the_request():
    request = sent_by(CODEC.invoke(call(top_n=2, parameters={"truncate": "END"}), endpoint()))
    assert request.url == "https://api.example.com/v1/rerank"
    assert json.loads(request.body) == {"model": "m", "query": "q", "documents": ["a", "b", "c"], "top_n": 2, "truncate": "END"}


@pytest.mark.parametrize(("form", "query"), [("string", "q"), ("object", {"text": "q"})])
def test_a_query_is_a_text_or_an_object(form, query):
    assert json.loads(sent_by(CODEC.invoke(call(), endpoint(rerank_query_as=form))).body)["query"] == query


def test_a_score_may_be_a_logit():
    reply = {"rankings": [{"index": 1, "logit": -0.5}, {"index": 0, "logit": -3.25}]}
    assert order(ranked(reply, call("a", "b"))) == [(1, -0.5, "b"), (0, -3.25, "a")]


def test_the_names_of_the_profile():
    facts = {
        "rerank_top_n_field": "top_k",
        "rerank_documents_field": "texts",
        "rerank_documents_as": "objects",
        "rerank_return_documents": "false",
        "paths": {"rerank": "/v2/rank"},
    }
    request = sent_by(CODEC.invoke(call(top_n=9), endpoint(**facts)))
    assert request.url == "https://api.example.com/v1/v2/rank"
    assert json.loads(request.body) == {
        "model": "m",
        "query": "q",
        "texts": [{"text": "a"}, {"text": "b"}, {"text": "c"}],
        "top_k": 3,
        "return_documents": False,
    }


@pytest.mark.parametrize(
    "reply, profile, tokens, searches",
    [
        (
            {
                "results": [{"index": 1, "relevance_score": 2.5}, {"index": 0, "relevance_score": -1}],
                "meta": {"billed_units": {"search_units": 1}},
            },
            {},
            None,
            1,
        ),
        (
            {
                "results": [{"index": 1, "relevance_score": 2.5, "document": {"text": "b"}}, {"index": 0, "relevance_score": -1}],
                "meta": {"tokens": {"input_tokens": 5, "output_tokens": 0}, "billed_units": {"input_tokens": 5, "search_units": 0}},
            },
            {},
            5,
            0,
        ),
        (
            {
                "object": "list",
                "data": [{"index": 1, "relevance_score": 2.5}, {"index": 0, "relevance_score": -1}],
                "usage": {"total_tokens": 7},
            },
            {"rerank_rows_field": "data"},
            7,
            None,
        ),
        ({"data": [{"index": 0, "score": -1}, {"index": 1, "score": 2.5}], "usage": {"total_tokens": 7}}, {}, 7, None),
        ([{"index": 1, "score": 2.5}, {"index": 0, "score": -1}], {}, None, None),
        (
            {"output": {"results": [{"index": 1, "relevance_score": 2.5}, {"index": 0, "relevance_score": -1}]}},
            {"rerank_rows_field": "/output/results"},
            None,
            None,
        ),
    ],
)
def test_replies_of_every_vendor(reply, profile, tokens, searches):
    result = ranked(reply, call("a", "b"), **profile)
    assert order(result) == [(1, 2.5, "b"), (0, -1.0, "a")]
    assert (result.usage.input.total, result.usage.searches) == (tokens, searches)
    assert [warning.kind for warning in result.warnings] == ([] if (tokens, searches) != (None, None) else ["incomplete"])
    assert result.raw.json() == reply


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8), st.randoms(), st.integers(1, 9), st.floats(-5, 5))
def test_best_first_cut_by_top_n_and_threshold_whatever_the_vendor_did(scores, random, top_n, threshold):
    pairs = list(enumerate(scores))
    random.shuffle(pairs)
    documents = tuple(str(i) for i in range(len(scores)))
    result = ranked(rows(*pairs), call(*documents, top_n=top_n, score_threshold=threshold))
    wanted = sorted((i for i, s in enumerate(scores) if s >= threshold), key=lambda i: (-scores[i], i))[:top_n]
    assert order(result) == [(i, scores[i], documents[i]) for i in wanted]


def test_a_threshold_may_leave_nothing():
    assert ranked(rows((0, 0.1), (1, 0.2), (2, 0.3)), call(score_threshold=0.5)).items == ()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 9])
def test_batches_rank_like_one_request(size):
    scores = [0.5, 0.9, 0.1, 0.7, 0.3]
    documents = tuple("abcde")
    operation = CODEC.invoke(call(*documents, top_n=3), endpoint(rerank_max_documents=size))
    batches = [scores[start : start + size] for start in range(0, 5, size)]
    sent, result = drive(operation, *(answer(rows(*enumerate(batch))) for batch in batches))
    assert [document for body in sent for document in body["documents"]] == list(documents)
    assert [body["top_n"] for body in sent] == [min(3, len(batch)) for batch in batches]
    assert order(result) == [(1, 0.9, "b"), (3, 0.7, "d"), (0, 0.5, "a")]
    assert result.usage.input.total == 7 * len(batches)
    assert result.warnings == ()


def test_cutting_warns_and_is_refused_under_strict():
    facts = {"rerank_max_documents": 2, "rerank_overflow": "cut"}
    sent, result = drive(CODEC.invoke(call(), endpoint(**facts)), answer(rows((0, 0.1), (1, 0.2))))
    assert sent[0]["documents"] == ["a", "b"]
    assert order(result) == [(1, 0.2, "b"), (0, 0.1, "a")]
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "documents")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(strict=True), endpoint(**facts))


@pytest.mark.parametrize(
    "reply",
    [
        rows((0, 1), (1, 1)),
        rows((0, 1), (1, 1), (3, 1)),
        rows((0, 1), (1, 1), (-1, 1)),
        rows((0, 1), (1, 1), (1, 1)),
        rows((0, 1), (1, 1), (2, None)),
        rows((0, 1), (1, 1), (2, "0.5")),
        rows((0, 1), (1, 1), (2, True)),
        rows((0, 1), (1, 1), (None, 1)),
        rows(),
        {"results": None},
        {"results": [1, 2, 3]},
        {},
        [],
        b"",
        b"<html>",
        b'{"results": [{"index": 0, "relevance_score": NaN}]}',
    ],
)
def test_a_ranking_with_holes_is_an_error(reply):
    with pytest.raises(ServerUnavailable) as caught:
        ranked(reply)
    assert caught.value.retryable


def test_fewer_rows_than_top_n_are_an_error():
    with pytest.raises(ServerUnavailable, match="1 rows where 2 were due"):
        ranked(rows((0, 1)), call(top_n=2))


@pytest.mark.parametrize(
    "bad, field",
    [
        (RerankCall("m", "q", ()), "documents"),
        (RerankCall("m", " ", ("a",)), "query"),
        (call(top_n=0), "top_n"),
        (call(parameters={"documents": []}), "documents"),
    ],
)
def test_a_call_that_cannot_be_said_is_refused(bad, field):
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(bad, endpoint())
    assert caught.value.field == field


@pytest.mark.parametrize(
    "reply, kind",
    [
        (answer({"message": "invalid api token"}, 401), Unauthorized),
        (answer({"detail": "slow down"}, 429), RateLimited),
        (answer({"error": {"code": "invalid_api_key", "message": "no"}}), Unauthorized),
        (answer(b"<html>", 503), ServerUnavailable),
    ],
)
def test_errors_are_typed(reply, kind):
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(reply)


def test_top_n_is_obeyed_also_where_it_cannot_be_sent():
    given_call = call(top_n=1, strict=True)
    sent, result = drive(CODEC.invoke(given_call, endpoint(drop=("top_n",))), answer(rows((0, 0.1), (1, 0.9), (2, 0.5))))
    assert "top_n" not in sent[0]
    assert order(result) == [(1, 0.9, "b")]
    assert result.warnings == ()
