"""What the forms of servers of one's own, and of rented endpoints, mean on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelruntime import Runtime
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from tests.providers.sites import KEY
from tests.providers.wires import REPLY_OF_OLLAMA
from tests.runtime.scripted import ScriptedTransport, answer, chat

OLLAMA: dict[str, Any] = {"base_url": "http://127.0.0.1:11434", "context_size": "8192", "max_tokens": "1024"}
TRITON: dict[str, Any] = {"server_url": "http://127.0.0.1:8000", "context_size": "2048"}
RENTED: dict[str, Any] = {
    "huggingfacehub_api_type": "inference_endpoints",
    "huggingfacehub_api_token": KEY,
    "huggingfacehub_endpoint_url": "https://abc.endpoints.huggingface.cloud",
    "huggingface_namespace": "me",
}
HOSTED: dict[str, Any] = {"huggingfacehub_api_type": "hosted_inference_api", "huggingfacehub_api_token": KEY}


def added(provider: str, kind: str, model: str, credentials: dict[str, Any], *replies: Any) -> tuple[Any, ScriptedTransport]:
    """A model that a user added, and the transport that answers it."""
    transport = ScriptedTransport(*replies)
    mine = CustomModel(provider=provider, model=model, model_type=ModelType(kind), credentials=credentials)
    runtime = Runtime(transport=transport, environ={}, models=[mine])
    return runtime.model(kind, f"{provider}/{model}"), transport


def test_an_added_ollama_model_has_what_its_form_says() -> None:
    form = {**OLLAMA, "mode": "chat", "vision_support": "true", "function_call_support": "true"}
    model, transport = added("ollama", "llm", "qwen3:8b", form, answer(REPLY_OF_OLLAMA))
    assert set(model.schema.features) == {"vision", "tool-call", "multi-tool-call", "stream-tool-call", "structured-output"}
    assert (model.schema.limits.context, model.schema.limits.output) == (8192, 1024)
    assert next(rule for rule in model.parameter_rules if rule.name == "max_tokens").max == 1024
    assert model.invoke("Hi", strict=True, max_tokens=9, num_ctx=4096, think=False).warnings == ()
    body = transport.body()
    assert (body["options"], body["think"]) == ({"num_predict": 9, "num_ctx": 4096}, False)


def test_completion_mode_of_ollama_is_another_path() -> None:
    reply = answer({"model": "m", "created_at": "t", "response": "upon", "done": True, "done_reason": "stop"})
    model, transport = added("ollama", "llm", "base", {**OLLAMA, "mode": "completion"}, reply)
    assert model.invoke("Once").text == "upon"
    assert transport.requests[0].url == "http://127.0.0.1:11434/api/generate"
    assert transport.body()["prompt"] == "Once"


def test_the_models_of_an_ollama_server_are_listed_with_what_they_can_do() -> None:
    tags = answer({"models": [{"model": "qwen3:8b"}, {"model": "nomic-embed-text:latest"}]})
    chats = answer({"capabilities": ["completion", "tools"], "model_info": {}})
    transport = ScriptedTransport(tags, chats, answer({"capabilities": ["embedding"], "model_info": {}}))
    runtime = Runtime(transport=transport, environ={"OLLAMA_BASE_URL": "http://127.0.0.1:11434"})
    runtime.provider("ollama").fetch_models()
    found = {row.model: str(row.model_type) for row in runtime.models(provider="ollama")}
    assert found == {"qwen3:8b": "llm", "nomic-embed-text:latest": "text-embedding"}


def test_the_model_of_a_tei_server_is_listed_with_its_kind() -> None:
    info = answer({"model_id": "BAAI/bge-reranker", "model_type": {"reranker": {}}, "max_input_length": 512})
    runtime = Runtime(transport=ScriptedTransport(info), environ={"TEI_SERVER_URL": "http://127.0.0.1:8080"})
    runtime.provider("huggingface_tei").fetch_models()
    assert [(row.model, str(row.model_type)) for row in runtime.models(provider="huggingface_tei")] == [
        ("BAAI/bge-reranker", "rerank")
    ]


@pytest.mark.parametrize(
    ("kind", "credentials", "reply", "url"),
    [
        ("llm", HOSTED, chat(), "https://router.huggingface.co/v1/chat/completions"),
        ("llm", RENTED, chat(), "https://abc.endpoints.huggingface.cloud/v1/chat/completions"),
        (
            "text-embedding",
            HOSTED,
            answer([[1.0]]),
            "https://router.huggingface.co/hf-inference/models/BAAI/bge-m3/pipeline/feature-extraction",
        ),
        ("text-embedding", RENTED, answer([[1.0]]), "https://abc.endpoints.huggingface.cloud/"),
    ],
)
def test_where_a_model_of_the_hub_is_called(kind: str, credentials: dict[str, Any], reply: Any, url: str) -> None:
    model, transport = added("huggingface_hub", kind, "BAAI/bge-m3", credentials, reply)
    model.invoke("Hello")
    assert transport.requests[0].url == url
    assert transport.header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize(("form", "path"), [("true", "generate_stream"), ("false", "generate")])
def test_a_triton_model_that_cannot_stream_is_asked_for_the_whole(form: str, path: str) -> None:
    piece = {"model_name": "m", "text_output": "Hi", "finish_reason": "stop"}
    data = json.dumps(piece).encode() if form == "false" else f"data: {json.dumps(piece)}\n\n".encode()
    model, transport = added("triton_inference_server", "llm", "ensemble", {**TRITON, "stream": form}, answer(data))
    with model.stream("Hello") as stream:
        assert stream.result().text == "Hi"
    assert transport.requests[0].url == f"http://127.0.0.1:8000/v2/models/ensemble/{path}"
    assert transport.body()["text_input"] == "User: Hello\n\nAssistant:"
    assert transport.body()["return_finish_reason"] is True
