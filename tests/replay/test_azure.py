"""Azure's recordings through its declarations: calls go to the recorded addresses, and are read as with no profile at all."""

from __future__ import annotations

from collections import Counter
from urllib.parse import unquote

import pytest

from modelruntime import Runtime
from modelruntime.codecs.operation import Send
from modelruntime.entities.call import LLMCall, TextEmbeddingCall
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.schema.profile import Profile
from tests.replay.family_replay import result_of
from tests.replay.recordings import recordings


@pytest.fixture(scope="module")
def environ(tmp_path_factory):
    return {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}


def target_of(row, environ):
    """Provider and form as the owner of the recorded resource would have them."""
    query = dict(pair.partition("=")[::2] for pair in row.query.split("&") if pair)
    host, kind = f"https://{row.host}", ModelType.TEXT_EMBEDDING if row.path.endswith("/embeddings") else ModelType.LLM
    base = {"base_model_name": "gpt-5-pro"} if row.path.endswith("/responses") else {}
    if row.path.startswith("/models/"):
        provider, form = "azure_ai_studio", {"endpoint": f"{host}/models", "api_key": "k", "api_version": query["api-version"]}
    else:
        version = {"openai_api_version": query["api-version"]} if query else {}
        provider, form = "azure_openai", {"openai_api_base": host, "openai_api_key": "k", **version, **base}
    name = unquote(row.path.split("/")[3]) if "/deployments/" in row.path else str(row.request["model"])
    runtime = Runtime(environ=environ, credentials={provider: form})
    return runtime.core.resolver.resolve(ModelReference(provider, kind, name))


def test_every_recorded_call_is_made_and_read_by_its_declaration(environ):
    counts: Counter[str] = Counter()
    for row in (row for row in recordings("") if row.vendor == "azure"):
        target = target_of(row, environ)
        if target.schema.model_type is ModelType.TEXT_EMBEDDING:
            operation = target.codec.invoke(TextEmbeddingCall(target.schema.model, tuple(row.request["input"])), target.endpoint)
            step = operation.start()
            assert isinstance(step, Send)
            request = step.request
            assert len(operation.receive(row.response).result.vectors) == len(row.request["input"])
        else:
            call = LLMCall(target.schema.model, (UserMessage("hello"),), stream=row.streamed)
            step = target.codec.stream(call, target.endpoint) if row.streamed else target.codec.invoke(call, target.endpoint)
            begun = step.start()
            request = begun.request if isinstance(begun, Send) else begun
            plain = target.endpoint.__class__("https://plain.test", target.endpoint.model, Profile())
            read, known = (result_of(target.codec, row, call, where) for where in (target.endpoint, plain))
            assert (read.message, read.finish, read.usage) == (known.message, known.finish, known.usage)
            filtered = b'"severity"' in row.body
            assert "severity" in str(read.provider_metadata) or not filtered, row.id
            counts["filter results kept"] += filtered
        assert request.url == f"https://{row.host}{row.path}" + (f"?{row.query}" if row.query else "")
        counts[target.provider.provider] += 1
    print(dict(counts))
