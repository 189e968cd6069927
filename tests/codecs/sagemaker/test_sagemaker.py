"""SageMaker's endpoints: the envelope, and what each container speaks in it."""

from __future__ import annotations

import json
from array import array
from typing import Any

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.operation import Done, Endpoint, OpenElsewhere, Send, SendElsewhere
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import LLMCall, RerankCall, Speech2TextCall, TextEmbeddingCall, TTSCall
from modelruntime.entities.errors import BadRequest, ParameterInvalid, ServerUnavailable, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, StreamEvent, TextDelta
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.parts import ImagePart
from modelruntime.schema.profile import Profile
from tests.codecs.aws_frames import render_frame
from tests.codecs.calls import answer, drive, sent_by
from tests.replay.family_replay import shown, unbalanced

BASE = "https://runtime.sagemaker.us-east-1.amazonaws.com"
CHAT = LLMCall("m", (UserMessage("Hello"),))


def place(form: dict[str, Any] | None = None, **profile: Any) -> Endpoint:
    credentials = {"sagemaker_endpoint": "my-endpoint", **(form or {})}
    return Endpoint(BASE, "Qwen/Qwen3", Profile(**profile), provider="acme", credentials=credentials)


def test_chat_is_openais_inside_the_endpoint() -> None:
    codec = load_codec("sagemaker_chat")
    whole, streamed = sent_by(codec.invoke(CHAT, place())), codec.stream(CHAT, place()).start()
    assert whole.url == f"{BASE}/endpoints/my-endpoint/invocations"
    assert streamed.url == f"{BASE}/endpoints/my-endpoint/invocations-response-stream"
    assert json.loads(whole.body or b"") == {"model": "Qwen/Qwen3", "messages": [{"role": "user", "content": "Hello"}]}
    assert json.loads(streamed.body or b"")["stream"] is True
    named = sent_by(codec.invoke(CHAT, Endpoint(BASE, "only-name")))
    assert named.url == f"{BASE}/endpoints/only-name/invocations"


def sse(*chunks: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


BODY = sse(
    {"id": "1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}}]},
    {"id": "1", "choices": [{"index": 0, "delta": {"content": "lo"}}]},
    {"id": "1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    {"id": "1", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}},
)


def framed(body: bytes, size: int = 30) -> list[bytes]:
    headers = {":message-type": "event", ":event-type": "PayloadPart"}
    return [render_frame(headers, body[at : at + size]) for at in range(0, len(body), size)]


def decoded(data: bytes, size: int | None = None) -> list[StreamEvent]:
    decoder = load_codec("sagemaker_chat").stream(CHAT, place()).decoder(ResponseHead(200))
    size = size or len(data)
    return [*(event for at in range(0, len(data), size) for event in decoder.feed(data[at : at + size])), *decoder.close()]


def test_a_containers_stream_comes_in_frames_cut_anywhere() -> None:
    whole = decoded(b"".join(framed(BODY)))
    result = gather(whole)
    assert (result.text, result.finish.unified, result.usage.output.total) == ("Hello", "stop", 2)
    assert shown(decoded(b"".join(framed(BODY, 7)), 1)) == shown(whole)
    assert list(unbalanced(whole)) == []


def test_a_cut_stream_is_no_short_success() -> None:
    data = b"".join(framed(BODY))
    until = b"".join(framed(BODY[: BODY.index(b"finish_reason")]))
    for at in range(1, len(until) - 46, 11):
        events = decoded(data[:at])
        assert list(unbalanced(events)) == []
        assert isinstance(events[-1], ErrorEvent)
        assert isinstance(events[-1].error, StreamIncomplete)


def test_an_exception_ends_what_had_begun() -> None:
    headers = {":message-type": "exception", ":exception-type": "ModelStreamError"}
    broken = render_frame(headers, json.dumps({"Message": "It broke.", "ErrorCode": "StreamBroken"}).encode())
    events = decoded(b"".join(framed(BODY)[:4]) + broken)
    assert list(unbalanced(events)) == []
    assert any(isinstance(event, TextDelta) for event in events)
    assert isinstance(events[-1], ErrorEvent)
    assert (type(events[-1].error), events[-1].error.code) == (ServerUnavailable, "ModelStreamError")
    assert "It broke." in str(events[-1].error)
    damaged = decoded(framed(BODY)[0] + b"\x00" * 20)
    assert isinstance(damaged[-1], ErrorEvent)
    over = decoded(b"".join(framed(BODY)) + broken)
    assert not isinstance(over[-1], ErrorEvent)


def test_the_containers_own_refusal_is_the_error() -> None:
    told = {"Message": "no", "OriginalStatusCode": 400, "OriginalMessage": "bad"}
    failed = answer(told, 424, x_amzn_errortype="ModelError")
    with pytest.raises(BadRequest):
        drive(load_codec("sagemaker_chat").invoke(CHAT, place()), failed)


def embed(*inputs: Any, answers: list[Any], kind: Any = None, **profile: Any) -> Any:
    call = TextEmbeddingCall("m", inputs, kind)
    found: tuple[list[Any], Any] = drive(load_codec("sagemaker_embeddings").invoke(call, place(**profile)), *answers)
    return found


def test_embeddings_in_the_words_of_three_containers() -> None:
    sent, result = embed("a", "b", answers=[answer({"embeddings": [[1.0], [2.0]]})], kind="query")
    assert sent == [{"inputs": ["a", "b"], "parameters": {}, "is_query": True, "instruction": ""}]
    assert list(result.vectors) == [array("f", [1.0]), array("f", [2.0])]
    sent, _ = embed("a", answers=[answer([[1.0]])], container="huggingface")
    assert sent == [{"inputs": ["a"]}]
    reply = answer({"data": [{"index": 0, "embedding": [1.0]}], "usage": {"prompt_tokens": 1, "total_tokens": 1}})
    sent, _ = embed("a", answers=[reply], container="compatible", embedding_encoding="unset")
    assert sent == [{"model": "Qwen/Qwen3", "input": ["a"]}]
    many = embed(*["a"] * 21, answers=[answer({"embeddings": [[1.0]] * 20}), answer({"embeddings": [[1.0]]})])[0]
    assert [len(body["inputs"]) for body in many] == [20, 1]
    for inputs in ((), (ImagePart(b"x"),)):
        with pytest.raises(ParameterInvalid):
            embed(*inputs, answers=[])
    with pytest.raises(ServerUnavailable):
        embed("a", answers=[answer({})])


def rank(*answers: Any, documents: tuple[str, ...] = ("a", "b"), **profile: Any) -> Any:
    call = RerankCall("m", "which", documents, top_n=1)
    found: tuple[list[Any], Any] = drive(load_codec("sagemaker_rerank").invoke(call, place(**profile)), *answers)
    return found


def test_rerank_in_the_words_of_three_containers() -> None:
    sent, result = rank(answer({"scores": [0.1, 0.9]}))
    assert sent == [{"inputs": ["which", "which"], "docs": ["a", "b"]}]
    assert [(item.index, item.score) for item in result.items] == [(1, 0.9)]
    assert rank(answer({"scores": 0.5}), documents=("a",))[1].items[0].score == 0.5
    sent, result = rank(answer([{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]), container="huggingface")
    assert sent == [{"query": "which", "texts": ["a", "b"]}]
    assert result.items[0].document == "b"
    sent, _ = rank(answer({"results": [{"index": 0, "relevance_score": 1}]}), container="compatible")
    assert sent == [{"model": "Qwen/Qwen3", "query": "which", "documents": ["a", "b"], "top_n": 1}]
    for bad in ({"scores": ["x", 1]}, {"scores": None}, {}):
        with pytest.raises(ServerUnavailable):
            rank(answer(bad))


def test_a_recording_is_the_body() -> None:
    codec = load_codec("sagemaker_transcriptions")
    call = Speech2TextCall("m", b"RIFF", task="translate", parameters={"language": "en"})
    request = sent_by(codec.invoke(call, place()))
    assert (request.url, request.body) == (f"{BASE}/endpoints/my-endpoint/invocations", b"RIFF")
    assert dict(request.headers)["content-type"] == "audio/x-audio"
    operation = codec.invoke(call, place())
    operation.start()
    done = operation.receive(answer({"text": [" Hello "]}))
    assert isinstance(done, Done)
    assert done.result.text == "Hello"
    assert [warning.field for warning in done.result.warnings] == ["language", "task"]
    with pytest.raises(ParameterInvalid):
        codec.invoke(Speech2TextCall("m", b"x", parameters={"language": "en"}, strict=True), place())
    with pytest.raises(ParameterInvalid, match="bucket"):
        codec.invoke(call, place({"audio_s3_cache_bucket": "b"}))
    with pytest.raises(ParameterInvalid):
        codec.invoke(Speech2TextCall("m", b""), place())
    for bad in (b"<html>", {}, {"text": 1}):
        operation = codec.invoke(call, place())
        operation.start()
        with pytest.raises(ServerUnavailable):
            operation.receive(answer(bad))


SPEECH = [
    ({}, {"tts_text": "Hi", "role": "anna"}),
    ({"audio_model_type": "CloneVoice", "prompt_text": "p", "prompt_audio": "s3://x"},
     {"tts_text": "Hi", "prompt_text": "p", "prompt_audio": "s3://x"}),
    ({"audio_model_type": "CloneVoice_CrossLingual", "prompt_audio": "s3://x"}, {"tts_text": "Hi", "prompt_audio": "s3://x"}),
    ({"audio_model_type": "InstructVoice", "instruct_text": "slow"}, {"tts_text": "Hi", "role": "anna", "instruct_text": "slow"}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "body"), SPEECH)
def test_each_kind_of_voice_has_its_fields(form: dict[str, Any], body: dict[str, Any]) -> None:
    request = sent_by(load_codec("sagemaker_speech").invoke(TTSCall("m", "Hi", "anna"), place(form)))
    assert json.loads(request.body or b"") == body


@pytest.mark.parametrize(
    ("form", "voice", "text"),
    [({}, None, "Hi"), ({"audio_model_type": "CloneVoice"}, "anna", "Hi"), ({"audio_model_type": "x"}, "a", "Hi"), ({}, "a", " ")],
)
def test_a_voice_that_lacks_something_is_refused(form: Any, voice: Any, text: str) -> None:
    with pytest.raises(ParameterInvalid):
        load_codec("sagemaker_speech").invoke(TTSCall("m", text, voice), place(form))


def test_the_audio_is_fetched_where_the_answer_says() -> None:
    operation = load_codec("sagemaker_speech").invoke(TTSCall("m", "Hi", "anna"), place())
    assert isinstance(operation.start(), Send)
    step = operation.receive(answer({"s3_presign_url": "https://bucket.test/a.wav?X-Amz-Signature=1"}, x_amzn_requestid="r"))
    assert isinstance(step, SendElsewhere)
    assert (step.request.method, step.request.headers) == ("GET", ())
    done = operation.receive(answer(b"RIFF\x00\x00\x00\x00WAVE", content_type="binary/octet-stream"))
    assert isinstance(done, Done)
    assert (done.result.media_type, done.result.request_id) == ("audio/wav", "r")
    for bad in (b"<html>", {}, {"s3_presign_url": "file:///etc/passwd"}):
        operation = load_codec("sagemaker_speech").invoke(TTSCall("m", "Hi", "anna"), place())
        operation.start()
        with pytest.raises(ServerUnavailable):
            operation.receive(answer(bad))


def test_the_audio_streams_from_there() -> None:
    stream = load_codec("sagemaker_speech").stream(TTSCall("m", "Hi", "anna"), place())
    assert isinstance(stream.start(), Send)
    assert isinstance(stream.receive(answer({"s3_presign_url": "https://bucket.test/a.wav"})), OpenElsewhere)
    decoder = stream.decoder(ResponseHead(200))
    assert [*decoder.feed(b"ab"), *decoder.feed(b""), *decoder.close()] == [b"ab"]
    with pytest.raises(ServerUnavailable):
        stream.decoder(ResponseHead(200)).close()
