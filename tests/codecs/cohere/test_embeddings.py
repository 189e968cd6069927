"""Cohere's embeddings beside what recorded traffic proves (tests/replay)."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from cohere.v2.client import V2Client

from modelruntime.codecs.cohere.embeddings import CODEC
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid, ServerUnavailable, Unauthorized
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart
from tests.codecs.calls import answer, drive, endpoint
from tests.conformance.type_judge import complaints_of_call

PICTURE = ImagePart(b"\x89PNG\r\n\x1a\n", "image/png")
URL = "data:image/png;base64,iVBORw0KGgo="


def call(*inputs: Any, **more: Any) -> TextEmbeddingCall:
    return TextEmbeddingCall("m", inputs, **more)


def reply(*rows: list[float], **units: int) -> Any:
    return answer({"id": "x", "embeddings": {"float": list(rows)}, "meta": {"billed_units": units or {"input_tokens": 2}}})


def sent_for(wanted: TextEmbeddingCall, number: int = 1, **profile: Any) -> list[dict[str, Any]]:
    """The bodies of `number` requests; the package would take them as they are."""
    profile = {"embedding_encoding": "float", **profile}
    rows = [[[1.0]] * len(wanted.inputs)] if number == 1 else [[[1.0]]] * number
    bodies, _ = drive(CODEC.invoke(wanted, endpoint(**profile)), *(reply(*each) for each in rows))
    for body in bodies:
        assert complaints_of_call(body, V2Client.embed) == []
    return list(bodies)


@pytest.mark.parametrize(("kind", "word"), [("query", "search_query"), ("document", "search_document"), (None, "search_document")])
def test_the_input_type_is_always_said(kind: Any, word: str) -> None:
    (body,) = sent_for(call("a", TextPart("b"), input_type=kind))
    assert body == {"model": "m", "input_type": word, "embedding_types": ["float"], "texts": ["a", "b"]}
    assert sent_for(call("a", parameters={"input_type": "clustering"}))[0]["input_type"] == "clustering"


def test_parameters_and_prefixes() -> None:
    (body,) = sent_for(call("a", input_type="query", parameters={"dimensions": 256, "truncate": "END"}, extra={"priority": 1}))
    assert (body["output_dimension"], body["truncate"], body["priority"]) == (256, "END", 1)
    (body,) = sent_for(call("a", input_type="query"), embedding_prefixes={"query": "q: "}, embedding_encoding="unset")
    assert body["texts"] == ["q: a"]
    assert "embedding_types" not in body


def test_batches_are_as_large_as_the_vendor_takes() -> None:
    wanted = call(*("x" for _ in range(97)))
    bodies, result = drive(CODEC.invoke(wanted, endpoint()), reply(*[[1.0]] * 96), reply([2.0]))
    assert [len(body["texts"]) for body in bodies] == [96, 1]
    assert result.vectors.tolist()[95:] == [[1.0], [2.0]]
    assert result.usage.input.total == 4


def test_pictures_one_a_request_or_among_the_texts() -> None:
    bodies = sent_for(call("a", PICTURE, "b"), 3, embedding_media="images")
    assert [body.get("texts") or body.get("images") for body in bodies] == [["a"], [URL], ["b"]]
    assert [body["input_type"] for body in bodies] == ["search_document", "image", "search_document"]
    (body,) = sent_for(call("a", PICTURE), embedding_media="objects")
    picture = {"content": [{"type": "image_url", "image_url": {"url": URL}}]}
    assert body["inputs"] == [{"content": [{"type": "text", "text": "a"}]}, picture]


@pytest.mark.parametrize(
    ("wanted", "profile"),
    [
        (call(), {}),
        (call(PICTURE), {}),
        (call(AudioPart(b"x")), {"embedding_media": "objects"}),
        (call(ImagePart("https://x/a.png")), {"embedding_media": "images"}),
        (call("a", parameters={"embedding_types": ["binary"]}), {}),
    ],
)
def test_what_cannot_be_embedded(wanted: TextEmbeddingCall, profile: dict[str, Any]) -> None:
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(wanted, endpoint(**profile))


PACKED = base64.b64encode(struct.pack("<2f", 1.0, -0.5)).decode()


@pytest.mark.parametrize(
    ("embeddings", "rows"),
    [
        ({"float": [[1.0, -0.5]], "int8": [[9, 9]]}, [[1.0, -0.5]]),
        ({"base64": [PACKED]}, [[1.0, -0.5]]),
        ({"int8": [[127, -128]]}, [[127.0, -128.0]]),
        ([[1.0, -0.5]], [[1.0, -0.5]]),
    ],
)
def test_every_form_of_numbers_becomes_float32(embeddings: Any, rows: list[list[float]]) -> None:
    body = {"embeddings": embeddings, "meta": {"billed_units": {"input_tokens": 2, "image_tokens": 3}}}
    result = drive(CODEC.invoke(call("a"), endpoint()), answer(body))[1]
    assert result.vectors.tolist() == rows
    assert result.usage.input.total == 5


@pytest.mark.parametrize("body", [{}, {"embeddings": {}}, {"embeddings": {"ubinary": [[1]]}}, {"embeddings": {"base64": ["AAA"]}}])
def test_what_is_no_list_of_vectors(body: Any) -> None:
    operation = CODEC.invoke(call("a"), endpoint())
    operation.start()
    with pytest.raises(ServerUnavailable):
        operation.receive(answer(body))


def test_a_refusal_has_its_class() -> None:
    operation = CODEC.invoke(call("a"), endpoint())
    operation.start()
    with pytest.raises(Unauthorized):
        operation.receive(answer({"message": "invalid api token"}, 401))
