"""InvokeModel: prompts in the models' own bodies, Nova's messages, embeddings."""

from __future__ import annotations

import base64
import json
from array import array
from typing import Any

import pytest

from modelruntime.codecs.bedrock.embeddings import CODEC as EMBEDDINGS
from modelruntime.codecs.bedrock.invoke import CODEC
from modelruntime.codecs.gather import gather
from modelruntime.entities.call import LLMCall, TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.errors import ParameterInvalid, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, StreamEvent
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart, VideoPart
from modelruntime.entities.tools import Tool
from tests.codecs.aws_frames import render_frame
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.replay.family_replay import shown, unbalanced

PARAMETERS = {"max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "stop": ["x"], "top_k": 3}
BODIES: list[tuple[Any, dict[str, Any]]] = [
    ("completions", {"prompt": "Hi", **PARAMETERS}),
    ("llama", {"prompt": "Hi", "max_gen_len": 5, "temperature": 0.5, "top_p": 0.9, "stop": ["x"], "top_k": 3}),
    (
        "titan",
        {
            "inputText": "Hi",
            "textGenerationConfig": {"maxTokenCount": 5, "temperature": 0.5, "topP": 0.9, "stopSequences": ["x"]},
            "top_k": 3,
        },
    ),
    ("jurassic", {"prompt": "Hi", "maxTokens": 5, "temperature": 0.5, "topP": 0.9, "stopSequences": ["x"], "top_k": 3}),
]


@pytest.mark.parametrize(("shape", "body"), BODIES)
def test_a_prompt_stands_where_the_model_wants_it(shape: Any, body: dict[str, Any]) -> None:
    request = sent_by(CODEC.invoke(LLMCall("m", prompt="Hi", parameters=PARAMETERS), endpoint("a.b", invoke_prompt=shape)))
    assert json.loads(request.body or b"") == body
    assert request.url == "https://api.example.com/v1/model/a.b/invoke"
    streamed = CODEC.stream(LLMCall("m", prompt="Hi"), endpoint("a.b", invoke_prompt=shape)).start()
    assert streamed.url == "https://api.example.com/v1/model/a.b/invoke-with-response-stream"


def test_what_a_completion_cannot_say_is_told() -> None:
    call = LLMCall("m", prompt="Hi", tools=(Tool("look"),), parameters={"top_k": 1})
    reply = answer({"choices": [{"text": "x", "finish_reason": "stop"}]})
    result = drive(CODEC.invoke(call, endpoint(drop=["top_k"])), reply)[1]
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "top_k"), ("dropped", "tools")]


@pytest.mark.parametrize("body", [b"<html>", [], {}, {"choices": []}, {"choices": [{"text": 1}]}])
def test_a_completion_that_is_none(body: Any) -> None:
    with pytest.raises(ServerUnavailable):
        drive(CODEC.invoke(LLMCall("m", prompt="Hi"), endpoint()), answer(body))


def chunks(*payloads: Any) -> bytes:
    return b"".join(
        render_frame(
            {":message-type": "event", ":event-type": "chunk"},
            json.dumps({"bytes": base64.b64encode(json.dumps(payload).encode()).decode()}).encode(),
        )
        for payload in payloads
    )


def decoded(data: bytes, size: int | None = None, **profile: Any) -> list[StreamEvent]:
    decoder = CODEC.stream(LLMCall("m", prompt="Hi"), endpoint(**profile)).decoder(ResponseHead(200))
    size = size or len(data)
    return [*(event for at in range(0, len(data), size) for event in decoder.feed(data[at : at + size])), *decoder.close()]


def test_a_completion_streams() -> None:
    data = chunks(
        {"choices": [{"text": "Hel", "finish_reason": None}]},
        {"choices": [{"text": "lo", "finish_reason": "length"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    )
    events = decoded(data)
    result = gather(events)
    assert (result.text, result.finish.unified, result.usage.input.total, result.usage.output.total) == ("Hello", "length", 3, 2)
    assert shown(decoded(data, 1)) == shown(events)
    for at in range(1, len(chunks({"choices": [{"text": "Hel", "finish_reason": None}]}))):
        cut = decoded(data[:at])
        assert list(unbalanced(cut)) == []
        assert isinstance(cut[-1], ErrorEvent)
        assert isinstance(cut[-1].error, StreamIncomplete)


def test_a_guardrail_ends_a_completion_without_a_reason() -> None:
    data = chunks({"outputText": "Sorry.", "amazon-bedrock-guardrailAction": "INTERVENED"})
    result = gather(decoded(data, invoke_prompt="titan"))
    assert (result.text, result.finish.unified) == ("Sorry.", "content_filter")
    assert result.provider_metadata == {"bedrock": {"amazon-bedrock-guardrailAction": "INTERVENED"}}


def test_novas_messages_are_converses_in_one_object() -> None:
    place = endpoint("amazon.nova-x", rename={"top_k": "additionalModelRequestFields.inferenceConfig.topK"})
    call = LLMCall("m", (UserMessage("Hi"),), parameters={"max_tokens": 5, "top_k": 3})
    assert json.loads(sent_by(CODEC.invoke(call, place)).body or b"") == {
        "schemaVersion": "messages-v1",
        "inferenceConfig": {"maxTokens": 5, "topK": 3},
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
    }


def embed(*inputs: Any, answers: list[Any], kind: Any = None, parameters: Any = None, **profile: Any) -> tuple[list[Any], Any]:
    call = TextEmbeddingCall("m", inputs, kind, parameters or {})
    sent, result = drive(EMBEDDINGS.invoke(call, endpoint(**profile)), *answers)
    assert isinstance(result, EmbeddingResult)
    return sent, result


def test_titan_embeds_one_text_a_request() -> None:
    replies = [answer({"embedding": [float(at)], "inputTextTokenCount": 2}) for at in (1, 2)]
    sent, result = embed("a", TextPart("b"), answers=replies, parameters={"dimensions": 256, "normalize": False})
    assert sent == [{"inputText": text, "dimensions": 256, "normalize": False} for text in "ab"]
    assert list(result.vectors) == [array("f", [1.0]), array("f", [2.0])]
    assert (result.usage.input.total, result.warnings) == (4, ())
    binary = embed("a", answers=[answer({"embeddingsByType": {"int8": [1, -2]}})])[1]
    assert list(binary.vectors) == [array("f", [1.0, -2.0])]


def test_tokens_stand_in_a_header_where_the_body_has_none() -> None:
    reply = answer({"embeddings": [[1.0]]}, x_amzn_bedrock_input_token_count="7")
    assert embed("a", answers=[reply], invoke_embeddings="cohere")[1].usage.input.total == 7
    assert embed("a", answers=[answer({"embeddings": [[1.0]]})], invoke_embeddings="cohere")[1].usage.input.total is None


def test_titan_sees_images() -> None:
    replies = [answer({"embedding": [1.0]}), answer({"embedding": [2.0], "inputTextTokenCount": 1})]
    sent, _ = embed(ImagePart(b"x"), "a", answers=replies, parameters={"dimensions": 384}, invoke_embeddings="titan_image")
    config = {"embeddingConfig": {"outputEmbeddingLength": 384}}
    assert sent == [{"inputImage": base64.b64encode(b"x").decode(), **config}, {"inputText": "a", **config}]


def test_cohere_embeds_neighbours_of_one_kind_together() -> None:
    replies = [answer({"embeddings": {"float": [[1.0], [2.0]]}}), answer({"embeddings": [[3.0]]}), answer({"embeddings": [[4.0]]})]
    inputs = ("a", "b", ImagePart(b"\x89PNG\r\n\x1a\n"), "c")
    sent, result = embed(*inputs, answers=replies, kind="query", parameters={"dimensions": 256}, invoke_embeddings="cohere")
    assert [sorted(body) for body in sent] == [
        ["input_type", "output_dimension", "texts"], ["images", "input_type", "output_dimension"],
        ["input_type", "output_dimension", "texts"],
    ]  # fmt: skip
    assert sent[0]["input_type"] == "search_query"
    assert sent[1]["images"][0].startswith("data:image/png;base64,")
    assert [row[0] for row in result.vectors] == [1.0, 2.0, 3.0, 4.0]
    few = embed("a", "b", answers=[answer({"embeddings": [[1.0]]})] * 2, invoke_embeddings="cohere", embedding_max_batch=1)[0]
    assert [body["texts"] for body in few] == [["a"], ["b"]]
    assert few[0]["input_type"] == "search_document"


def test_nova_embeds_every_medium() -> None:
    inputs = ("a", ImagePart(b"\xff\xd8\xff"), AudioPart(b"x", "audio/mpeg"), VideoPart(b"x", "video/mp4"))
    replies = [answer({"embeddings": [{"embeddingType": "TEXT", "embedding": [1.0]}]})] * 4
    parameters = {"dimensions": 256, "truncate": "NONE"}
    sent, _ = embed(*inputs, answers=replies, kind="query", parameters=parameters, invoke_embeddings="nova")
    single = [body["singleEmbeddingParams"] for body in sent]
    assert single[0] == {
        "embeddingPurpose": "GENERIC_RETRIEVAL",
        "embeddingDimension": 256,
        "text": {"value": "a", "truncationMode": "NONE"},
    }
    assert [sorted(set(each) - {"embeddingPurpose", "embeddingDimension"}) for each in single] == [
        ["text"], ["image"], ["audio"], ["video"],
    ]  # fmt: skip
    assert single[1]["image"]["format"] == "jpeg"
    purposes = [embed("a", answers=replies[:1], kind=kind, invoke_embeddings="nova")[0][0] for kind in (None, "document")]
    assert {body["singleEmbeddingParams"]["embeddingPurpose"] for body in purposes} == {"GENERIC_INDEX"}


@pytest.mark.parametrize(
    ("item", "shape"), [(ImagePart(b"x"), "titan"), (AudioPart(b"x"), "titan_image"), (VideoPart(b"x"), "cohere")]
)
def test_a_medium_that_the_model_does_not_embed(item: Any, shape: str) -> None:
    with pytest.raises(ParameterInvalid):
        embed(item, answers=[], invoke_embeddings=shape)
    with pytest.raises(ParameterInvalid):
        embed(answers=[], invoke_embeddings=shape)


@pytest.mark.parametrize("body", [b"<html>", {}, {"embedding": []}, {"embedding": "x"}, {"embeddings": {"binary": [[1]]}}])
def test_an_answer_without_vectors(body: Any) -> None:
    for shape in ("titan", "nova", "cohere"):
        with pytest.raises(ServerUnavailable):
            embed("a", answers=[answer(body)], invoke_embeddings=shape)
