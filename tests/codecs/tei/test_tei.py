"""Text Embeddings Inference: vectors, ranks, and the one model of a server."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime.codecs.operation import Done, Send
from modelruntime.codecs.rerank.codec import CODEC as RERANK
from modelruntime.codecs.tei.embeddings import CODEC
from modelruntime.codecs.tei.models import CODEC as MODELS
from modelruntime.entities.call import RerankCall, TextEmbeddingCall
from modelruntime.entities.errors import BadRequest, ParameterInvalid, RateLimited, ServerUnavailable
from modelruntime.entities.parts import ImagePart
from tests.codecs.calls import answer, drive, endpoint, sent_by


def call(*inputs: Any, **more: Any) -> TextEmbeddingCall:
    return TextEmbeddingCall("m", inputs, **more)


def test_texts_go_to_embed_and_their_tokens_stand_in_a_header() -> None:
    assert sent_by(CODEC.invoke(call("a"), endpoint())).url.endswith("/v1/embed")
    wanted = call("a", "b", parameters={"truncate": True, "normalize": False})
    bodies, result = drive(CODEC.invoke(wanted, endpoint()), answer([[1.0, 0.5], [0.0, 1.0]], x_compute_tokens="7"))
    assert bodies == [{"inputs": ["a", "b"], "truncate": True, "normalize": False}]
    assert result.vectors.tolist() == [[1.0, 0.5], [0.0, 1.0]]
    assert (result.usage.input.total, result.warnings) == (7, ())


@pytest.mark.parametrize("headers", [{}, {"x_compute_tokens": "many"}])
def test_without_the_header_the_tokens_are_unknown(headers: dict[str, str]) -> None:
    result = drive(CODEC.invoke(call("a"), endpoint()), answer([[1.0]], **headers))[1]
    assert result.usage.input.total is None
    assert [warning.kind for warning in result.warnings] == ["incomplete"]


def test_the_input_type_is_the_name_of_a_prompt_where_the_profile_says_so() -> None:
    profile: dict[str, Any] = {"embedding_input_type_field": "prompt_name", "embedding_input_types": {"document": "passage"}}
    for kind, word in (("query", "query"), ("document", "passage")):
        bodies, _ = drive(CODEC.invoke(call("a", input_type=kind), endpoint(**profile)), answer([[1.0]]))
        assert bodies == [{"inputs": ["a"], "prompt_name": word}]
    assert drive(CODEC.invoke(call("a", input_type="query"), endpoint()), answer([[1.0]]))[0] == [{"inputs": ["a"]}]


@pytest.mark.parametrize(
    ("profile", "sizes"), [({}, [32, 1]), ({"embedding_max_batch": 40}, [33]), ({"embedding_max_batch": 20}, [20, 13])]
)
def test_batches_are_as_large_as_the_server_takes(profile: dict[str, Any], sizes: list[int]) -> None:
    operation = CODEC.invoke(call(*"x" * 33), endpoint(**profile))
    bodies, result = drive(operation, *(answer([[1.0]] * size) for size in sizes))
    assert [len(body["inputs"]) for body in bodies] == sizes
    assert len(result.vectors) == 33


def test_vectors_of_tokens_are_averaged() -> None:
    result = drive(CODEC.invoke(call("a"), endpoint()), answer([[[1.0, 0.0], [0.0, 0.5]]]))[1]
    assert result.vectors.tolist() == [[0.5, 0.25]]


@pytest.mark.parametrize(
    ("status", "reply", "kind"),
    [
        (200, {"error": "no"}, ServerUnavailable),
        (200, [[1.0], [2.0]], ServerUnavailable),
        (200, [], ServerUnavailable),
        (413, {"error": "batch size 40 > maximum allowed batch size 32", "error_type": "validation"}, BadRequest),
        (424, {"error": "Inference failed", "error_type": "backend"}, ServerUnavailable),
        (429, {"error": "Model is overloaded", "error_type": "overloaded"}, RateLimited),
    ],
)
def test_errors(status: int, reply: Any, kind: type[Exception]) -> None:
    operation = CODEC.invoke(call("a"), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(answer(reply, status))


def test_what_cannot_be_embedded() -> None:
    for inputs in ((), (ImagePart(b"x"),)):
        with pytest.raises(ParameterInvalid):
            CODEC.invoke(TextEmbeddingCall("m", inputs), endpoint())


def test_ranks_by_the_shared_shape_with_its_own_names() -> None:
    profile: dict[str, Any] = {"rerank_documents_field": "texts", "drop": ["model", "top_n"], "rerank_max_documents": 2}
    wanted = RerankCall("m", "q", ("a", "b", "c"), 2)
    replies = (answer([{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]), answer([{"index": 0, "score": 0.5}]))
    bodies, result = drive(RERANK.invoke(wanted, endpoint(**profile)), *replies)
    assert bodies == [{"query": "q", "texts": ["a", "b"]}, {"query": "q", "texts": ["c"]}]
    assert [(item.index, item.score) for item in result.items] == [(1, 0.9), (2, 0.5)]
    assert not [warning for warning in result.warnings if warning.kind == "dropped"]


@pytest.mark.parametrize(
    ("model_type", "kind"),
    [({"embedding": {"pooling": "cls"}}, "text-embedding"), ({"reranker": {}}, "rerank"), ({"classifier": {}}, None)],
)
def test_the_server_says_what_it_holds(model_type: Any, kind: str | None) -> None:
    operation = MODELS.list_models(endpoint())
    step = operation.start()
    assert isinstance(step, Send)
    assert step.request.url.endswith("/info")
    step = operation.receive(answer({"model_id": "BAAI/bge", "model_type": model_type, "max_input_length": 512}))
    assert isinstance(step, Done)
    assert [(row.id, row.model_type, row.context) for row in step.result] == ([("BAAI/bge", kind, 512)] if kind else [])
