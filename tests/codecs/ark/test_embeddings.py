"""Ark's multimodal embeddings."""

import pytest

from modelruntime.codecs.ark.embeddings import CODEC
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable
from modelruntime.entities.parts import AudioPart, ImagePart, VideoPart
from tests.codecs.calls import answer, drive, endpoint, sent_by


def page(*row, tokens=2):
    return answer({"model": "doubao", "data": {"embedding": list(row), "object": "embedding"}, "usage": {"prompt_tokens": tokens}})


def test_each_input_is_a_request_and_they_come_back_in_order():
    call = TextEmbeddingCall(
        "m", ("a", ImagePart("https://a.test/b.png"), VideoPart("https://a.test/c.mp4")), parameters={"dimensions": 4}
    )
    sent, result = drive(CODEC.invoke(call, endpoint()), page(1.0, 0.0), page(2.0, 0.0), page(3.0, 0.0))
    assert [body["input"] for body in sent] == [
        [{"type": "text", "text": "a"}],
        [{"type": "image_url", "image_url": {"url": "https://a.test/b.png"}}],
        [{"type": "video_url", "video_url": {"url": "https://a.test/c.mp4"}}],
    ]
    assert {key: sent[0][key] for key in sent[0].keys() - {"input"}} == {"model": "m", "encoding_format": "float", "dimensions": 4}
    assert ([row[0] for row in result.vectors], result.usage.input.total, result.model) == ([1.0, 2.0, 3.0], 6, "doubao")


def test_it_has_a_path_of_its_own():
    request = sent_by(CODEC.invoke(TextEmbeddingCall("m", ("a",)), endpoint()))
    assert request.url == "https://api.example.com/v1/embeddings/multimodal"


@pytest.mark.parametrize("inputs", [(), (AudioPart(b"x"),)])
def test_what_it_cannot_embed_is_refused(inputs):
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(TextEmbeddingCall("m", inputs), endpoint())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"error": {"code": "RateLimitExceeded", "message": "slow"}}, 429), RateLimited),
        (answer({"data": []}), ServerUnavailable),
        (answer({"data": {"embedding": ["x"]}}), ServerUnavailable),
        (answer(b"<html>"), ServerUnavailable),
    ],
)
def test_what_is_no_vector_is_an_error(reply, kind):
    with pytest.raises(kind):
        drive(CODEC.invoke(TextEmbeddingCall("m", ("a",)), endpoint()), reply)
