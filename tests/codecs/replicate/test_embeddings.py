"""Replicate's embedding models."""

import json

import pytest

from modelruntime.codecs.operation import Done, Send, Wait
from modelruntime.codecs.replicate.embeddings import CODEC
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ServerUnavailable
from tests.codecs.replicate.test_chat import endpoint, prediction

CALL = TextEmbeddingCall("m", ("a", "b"))


def asked(step):
    assert isinstance(step, Send)
    return json.loads(step.request.body or b"")["input"]


@pytest.mark.parametrize(
    "output",
    [
        [[1.0, 0.0], [2.0, 0.0]],
        [{"embedding": [1.0, 0.0]}, {"embedding": [2.0, 0.0]}],
        {"embeddings": [[1.0, 0.0], [2.0, 0.0]]},
    ],
)
def test_all_texts_go_into_one_prediction(output):
    operation = CODEC.invoke(CALL, endpoint())
    assert asked(operation.start()) == {"texts": '["a","b"]'}
    assert isinstance(operation.receive(prediction()), Wait)
    end = operation.cancel()
    assert end is not None
    assert end.url.endswith("/predictions/p%2F1/cancel")
    step = operation.receive(prediction("succeeded", output))
    assert isinstance(step, Done)
    assert [row[0] for row in step.result.vectors] == [1.0, 2.0]
    assert [warning.field for warning in step.result.warnings] == ["usage"]


@pytest.mark.parametrize("output", [[1.0, 0.0], {"embedding": [1.0, 0.0]}])
def test_a_model_of_one_text_is_asked_once_for_each(output):
    operation = CODEC.invoke(CALL, endpoint(rename={"input": "text"}))
    assert asked(operation.start()) == {"text": "a"}
    assert asked(operation.receive(prediction("succeeded", output))) == {"text": "b"}
    step = operation.receive(prediction("succeeded", [[2.0, 0.0]]))
    assert isinstance(step, Done)
    assert [row[0] for row in step.result.vectors] == [1.0, 2.0]
    assert step.result.raw is not None
    assert [body["output"] for body in step.result.raw.json()] == [output, [[2.0, 0.0]]]


@pytest.mark.parametrize("output", [None, [], [[1.0]], [[1.0], ["x"]], [[1.0], [2.0, 3.0]], "https://a.test/file"])
def test_what_is_no_vector_for_each_text_is_an_error(output):
    with pytest.raises(ServerUnavailable):
        CODEC.invoke(CALL, endpoint()).receive(prediction("succeeded", output))
