"""Embeddings and rerank in the native shape."""

from __future__ import annotations

import json

import pytest

from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import RerankCall, TextEmbeddingCall
from modelruntime.entities.errors import BadRequest, ContentFiltered, ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart, VideoPart
from tests.codecs.calls import answer, drive, endpoint, sent_by

EMBEDDINGS, RERANK = load_codec("dashscope_embeddings"), load_codec("dashscope_rerank")


def vectors(*rows, index="text_index", **usage):
    found = [{index: at, "embedding": row} for at, row in enumerate(rows)]
    return {"output": {"embeddings": found}, "usage": usage or {"total_tokens": 7}, "request_id": "r-1"}


def texts(*inputs, **fields):
    return TextEmbeddingCall("m", inputs or ("a",), **fields)


def test_texts_stand_in_the_input_and_the_rest_in_the_parameters():
    call = texts(
        "a", TextPart("b"), input_type="query", parameters={"dimensions": 512, "instruct": "find"}, extra={"workspace": "w"}
    )
    facts = endpoint(rename={"dimensions": "dimension"})
    assert sent_by(EMBEDDINGS.invoke(call, facts)).url.endswith("/api/v1/services/embeddings/text-embedding/text-embedding")
    reply = vectors([1.0, 0.0], [0.0, 1.0])
    reply["output"]["embeddings"].reverse()
    sent, result = drive(EMBEDDINGS.invoke(call, facts), answer(reply))
    assert sent == [
        {
            "model": "m",
            "input": {"texts": ["a", "b"]},
            "parameters": {"text_type": "query", "dimension": 512, "instruct": "find"},
            "workspace": "w",
        }
    ]
    assert result.vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert (result.usage.input.total, result.warnings) == (7, ())


def test_ten_texts_make_a_request_unless_the_model_says_otherwise():
    sent, result = drive(EMBEDDINGS.invoke(texts(*"abcdefghijk"), endpoint()), *(answer(vectors(*([[1.0]] * n))) for n in (10, 1)))
    assert [len(body["input"]["texts"]) for body in sent] == [10, 1]
    assert result.usage.input.total == 14
    assert "parameters" not in sent[0]
    sent, _ = drive(EMBEDDINGS.invoke(texts(*"abc"), endpoint(embedding_max_batch=25)), answer(vectors([1.0], [1.0], [1.0])))
    assert len(sent) == 1


def test_media_are_contents():
    call = texts("a", ImagePart(b"GIF89a"), VideoPart("https://x/v.mp4"), input_type="query")
    operation = EMBEDDINGS.invoke(call, endpoint(embedding_media="objects"))
    assert sent_by(operation).url.endswith("/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding")
    sent, result = drive(operation, answer(vectors([1.0], [2.0], [3.0], index="index", input_tokens=10, image_tokens=896)))
    assert sent[0]["input"] == {
        "contents": [{"text": "a"}, {"image": "data:image/gif;base64,R0lGODlh"}, {"video": "https://x/v.mp4"}]
    }
    assert "parameters" not in sent[0]
    assert result.usage.input.total == 10


@pytest.mark.parametrize(("call", "field"), [
    (TextEmbeddingCall("m", ()), "input"),
    (texts(ImagePart("https://x/i.png")), "input"),
    (texts(AudioPart("https://x/a.mp3")), "input"),
    (texts("a", parameters={"output_type": "sparse"}), "output_type"),
])  # fmt: skip
def test_what_cannot_be_embedded_is_refused(call, field):
    with pytest.raises(ParameterInvalid) as caught:
        EMBEDDINGS.invoke(call, endpoint())
    assert caught.value.field == field


def test_a_vector_for_all_inputs_together_is_not_asked_for():
    _, result = drive(EMBEDDINGS.invoke(texts("a", parameters={"enable_fusion": True}), endpoint()), answer(vectors([1.0])))
    assert [warning.field for warning in result.warnings] == ["enable_fusion"]


def test_dense_and_sparse_vectors_together_are_dense():
    reply = vectors([1.0])
    reply["output"]["embeddings"][0]["sparse_embedding"] = [{"index": 7, "value": 0.5, "token": "a"}]
    _, result = drive(EMBEDDINGS.invoke(texts("a", parameters={"output_type": "dense&sparse"}), endpoint()), answer(reply))
    assert result.vectors.tolist() == [[1.0]]


ERRORS = [
    ({"code": "InvalidApiKey", "message": "Invalid API-key provided.", "request_id": "r"}, 401, Unauthorized),
    ({"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded", "request_id": "r"}, 429, RateLimited),
    (
        {"code": "DataInspectionFailed", "message": "Input data may contain inappropriate content.", "request_id": "r"},
        400,
        ContentFiltered,
    ),
    ({"code": "InvalidParameter", "message": "batch size is invalid", "request_id": "r"}, 400, BadRequest),
    ({"code": "InternalError", "message": "", "request_id": "r"}, 500, ServerUnavailable),
    ({"output": {}}, 200, ServerUnavailable),
    ({"code": "Throttling.RateQuota", "message": "slow down", "request_id": "r"}, 200, RateLimited),
]


@pytest.mark.parametrize(("body", "status", "kind"), ERRORS)
@pytest.mark.parametrize("of", ["embeddings", "rerank"])
def test_errors_are_typed(body, status, kind, of):
    operation = (
        EMBEDDINGS.invoke(texts(), endpoint()) if of == "embeddings" else RERANK.invoke(RerankCall("m", "q", ("a",)), endpoint())
    )
    operation.start()
    with pytest.raises(kind) as caught:
        operation.receive(answer(body, status))
    assert type(caught.value) is kind


def ranking(*pairs):
    rows = [{"index": at, "relevance_score": score, "document": {"text": "x"}} for at, score in pairs]
    return {"output": {"results": rows}, "usage": {"total_tokens": 79}, "request_id": "r-1"}


def test_documents_are_ranked_in_the_native_shape():
    call = RerankCall("m", "q", ("a", "b", "c"), top_n=2, parameters={"instruct": "find"}, extra={"input": {"more": 1}})
    operation = RERANK.invoke(call, endpoint(rerank_return_documents="false"))
    assert sent_by(operation).url == "https://api.example.com/v1/api/v1/services/rerank/text-rerank/text-rerank"
    sent, result = drive(operation, answer(ranking((2, 0.9), (0, 0.4))))
    assert sent == [
        {
            "model": "m",
            "input": {"query": "q", "documents": ["a", "b", "c"], "more": 1},
            "parameters": {"top_n": 2, "return_documents": False, "instruct": "find"},
        }
    ]
    assert [(item.index, item.score, item.document) for item in result.items] == [(2, 0.9, "c"), (0, 0.4, "a")]
    assert (result.usage.input.total, result.warnings) == (79, ())


def test_many_documents_go_in_several_requests():
    operation = RERANK.invoke(RerankCall("m", "q", ("a", "b", "c")), endpoint(rerank_max_documents=2))
    sent, result = drive(operation, answer(ranking((0, 0.1), (1, 0.9))), answer(ranking((0, 0.5))))
    assert [body["input"]["documents"] for body in sent] == [["a", "b"], ["c"]]
    assert [item.index for item in result.items] == [1, 2, 0]


def test_the_body_is_the_vendors_own_shape():
    body = json.loads(sent_by(RERANK.invoke(RerankCall("m", "q", ("a",)), endpoint())).body)
    assert body == {"model": "m", "input": {"query": "q", "documents": ["a"]}}
