from __future__ import annotations

import pytest

from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable
from modelruntime.entities.parts import ImagePart, TextPart
from tests.codecs.calls import answer, drive, endpoint

CODEC = load_codec("voyage_contextual")


def call(*inputs, **fields):
    return TextEmbeddingCall("m", inputs, **fields)


def listed(rows):
    return [{"object": "embedding", "embedding": row, "index": at} for at, row in enumerate(rows)]


def nested(*documents):
    rows = [{"object": "list", "index": at, "data": listed(document)} for at, document in enumerate(documents)]
    return {"object": "list", "data": rows, "model": "voyage-context-4", "usage": {"total_tokens": 5}}


def test_each_input_is_a_document_of_its_own():
    given = call("a", TextPart("b"), input_type="document", parameters={"output_dimension": 256})
    sent, result = drive(CODEC.invoke(given, endpoint()), answer(nested([[1.0, 0.0]], [[0.0, 1.0]])))
    assert sent == [{"model": "m", "inputs": [["a"], ["b"]], "input_type": "document", "output_dimension": 256}]
    assert result.vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert (result.model, result.usage.input.total, result.warnings) == ("voyage-context-4", 5, ())


def test_all_inputs_may_be_the_chunks_of_one():
    given = call("a", "b", input_type="document", parameters={"contextualize_batch": True})
    reply = nested([[1.0, 0.0], [0.0, 1.0]])
    reply["data"][0]["data"].reverse()
    sent, result = drive(CODEC.invoke(given, endpoint(embedding_max_batch=1)), answer(reply))
    assert sent == [{"model": "m", "inputs": [["a", "b"]], "input_type": "document"}]
    assert result.vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_query_is_alone():
    given = call("a", "b", input_type="query", parameters={"contextualize_batch": True})
    sent, _ = drive(CODEC.invoke(given, endpoint()), answer(nested([[1.0]], [[2.0]])))
    assert sent[0]["inputs"] == [["a"], ["b"]]


def test_many_documents_go_in_several_requests():
    sent, result = drive(
        CODEC.invoke(call("a", "b", "c"), endpoint(embedding_max_batch=2)),
        answer(nested([[1.0]], [[2.0]])),
        answer(nested([[3.0]])),
    )
    assert [body["inputs"] for body in sent] == [[["a"], ["b"]], [["c"]]]
    assert result.vectors.tolist() == [[1.0], [2.0], [3.0]]
    assert result.usage.input.total == 10


@pytest.mark.parametrize("inputs", [(), (ImagePart("https://x/i.png"),)])
def test_what_cannot_be_embedded_is_refused(inputs):
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call(*inputs), endpoint())


def test_chunks_that_the_vendor_would_make_are_refused():
    operation = CODEC.invoke(call("a", parameters={"enable_auto_chunking": True}), endpoint())
    _, result = drive(operation, answer(nested([[1.0]])))
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "enable_auto_chunking")]
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call("a", parameters={"enable_auto_chunking": True}, strict=True), endpoint())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(nested([[1.0], [2.0]])), ServerUnavailable),
        (answer({"data": [{"data": [{"embedding": [1.0]}]}]}), ServerUnavailable),
        (answer({"detail": "slow down"}, 429), RateLimited),
    ],
)
def test_what_is_no_answer_is_an_error(reply, kind):
    operation = CODEC.invoke(call("a"), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(reply)
