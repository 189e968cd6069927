"""Embeddings of the knowledge engine."""

import json

import pytest

from modelruntime.codecs.operation import Send
from modelruntime.codecs.tencent.embeddings import CODEC
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable
from modelruntime.entities.parts import ImagePart
from tests.codecs.calls import answer, drive, endpoint


def page(*rows, tokens=2):
    return answer({"Response": {"Data": [{"Embedding": list(row)} for row in rows], "Usage": {"TotalTokens": tokens}}})


def test_eight_texts_are_two_requests_and_come_back_in_order():
    texts = tuple(f"t{at}" for at in range(8))
    operation = CODEC.invoke(TextEmbeddingCall("m", texts, "query"), endpoint())
    sent, result = drive(operation, page(*[(float(at), 0.0) for at in range(7)]), page((7.0, 0.0)))
    assert [len(body["Inputs"]) for body in sent] == [7, 1]
    assert sent[0] == {"Model": "m", "TextType": "query", "Inputs": list(texts[:7])}
    assert [row[0] for row in result.vectors] == [float(at) for at in range(8)]
    assert result.usage.input.total == 4


def test_parameters_are_spelled_as_the_vendor_does():
    operation = CODEC.invoke(TextEmbeddingCall("m", ("a",), parameters={"instruction": "find"}), endpoint(embedding_max_batch=1))
    step = operation.start()
    assert isinstance(step, Send)
    assert json.loads(step.request.body or b"") == {"Model": "m", "Instruction": "find", "Inputs": ["a"]}
    headers = dict(step.request.headers)
    assert (headers["x-tc-action"], headers["x-tc-version"], headers["x-tc-region"]) == (
        "GetEmbedding",
        "2024-05-22",
        "ap-guangzhou",
    )


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": "slow"}}}), RateLimited),
        (answer({"Response": {"Data": [{"Embedding": [1.0]}, {"Embedding": [2.0]}]}}), ServerUnavailable),
        (answer({"Response": {}}), ServerUnavailable),
        (answer(b"<html>"), ServerUnavailable),
        (answer({}, 503), ServerUnavailable),
    ],
)
def test_what_is_no_vector_for_each_text_is_an_error(reply, kind):
    with pytest.raises(kind) as raised:
        drive(CODEC.invoke(TextEmbeddingCall("m", ("a",)), endpoint()), reply)
    assert raised.value.raw == reply.body


@pytest.mark.parametrize("inputs", [(), (ImagePart(b"x"),)])
def test_what_is_no_text_is_refused(inputs):
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(TextEmbeddingCall("m", inputs), endpoint())
