"""OCI's embeddings."""

import pytest

from modelruntime.codecs.oci.embeddings import CODEC
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable
from modelruntime.entities.parts import ImagePart
from tests.codecs.calls import answer, drive
from tests.codecs.oci.test_generic import endpoint


def test_texts_come_back_in_order_over_several_requests():
    call = TextEmbeddingCall("m", ("a", "b", "c"), "query", {"truncate": "END", "dimensions": 256})
    first = answer({"embeddings": [[1.0, 0.0], [2.0, 0.0]], "modelId": "cohere.embed", "usage": {"totalTokens": 3}})
    second = answer({"embeddings": [[3.0, 0.0]], "inputTextTokenCounts": [2]})
    sent, result = drive(CODEC.invoke(call, endpoint(embedding_max_batch=2)), first, second)
    assert [body["inputs"] for body in sent] == [["a", "b"], ["c"]]
    assert {key: sent[0][key] for key in ("inputType", "truncate", "outputDimensions")} == {
        "inputType": "SEARCH_QUERY",
        "truncate": "END",
        "outputDimensions": 256,
    }
    assert sent[0]["servingMode"] == {"servingType": "ON_DEMAND", "modelId": "meta.llama"}
    assert [row[0] for row in result.vectors] == [1.0, 2.0, 3.0]
    assert result.usage.input.total == 5


def test_pictures_go_one_by_one():
    call = TextEmbeddingCall("m", (ImagePart(b"\x89PNG\r\n\x1a\n"), ImagePart(b"\xff\xd8\xff")))
    sent, result = drive(CODEC.invoke(call, endpoint()), *[answer({"embeddings": [[float(at)]]}) for at in (1, 2)])
    assert [body["inputs"][0].partition(",")[0] for body in sent] == ["data:image/png;base64", "data:image/jpeg;base64"]
    assert {body["inputType"] for body in sent} == {"IMAGE"}
    assert [row[0] for row in result.vectors] == [1.0, 2.0]
    assert [warning.field for warning in result.warnings] == ["usage"]


def test_texts_and_pictures_do_not_mix():
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(TextEmbeddingCall("m", ("a", ImagePart(b"x"))), endpoint())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"code": "TooManyRequests", "message": "slow"}, 429), RateLimited),
        (answer({"embeddings": [[1.0], [2.0]]}), ServerUnavailable),
        (answer({"embeddings": None}), ServerUnavailable),
        (answer(b"[]"), ServerUnavailable),
    ],
)
def test_what_is_no_vector_for_each_text_is_an_error(reply, kind):
    with pytest.raises(kind):
        drive(CODEC.invoke(TextEmbeddingCall("m", ("a",)), endpoint()), reply)
