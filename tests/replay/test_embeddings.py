import json
import struct
from array import array
from base64 import b64decode
from typing import Any

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.schema.profile import Profile
from tests.replay.oracle_client import client
from tests.replay.verdicts import failures

CODEC = load_codec("openai_embeddings")

OWN_FACTS: dict[str, Any] = {
    "perplexity": {"embedding_base64_type": "int8"},
    "voyage": {"embedding_input_type_field": "input_type", "embedding_input_types": {"query": "query", "document": "document"}},
}
"""What a vendor's declaration says beyond the family's dialect."""


def replay(row):
    asked = {name: value for name, value in row.request.items() if value is not None}
    inputs = asked.pop("input")
    model = asked.pop("model")
    encoding = asked.pop("encoding_format", "unset")
    profile = Profile(embedding_encoding=encoding, **OWN_FACTS.get(row.vendor, {}))
    kind = asked.pop("input_type", None) if profile.embedding_input_type_field else None
    call = TextEmbeddingCall(model, (inputs,) if isinstance(inputs, str) else tuple(inputs), kind, parameters=asked)
    operation = CODEC.invoke(call, Endpoint("http://x/v1", model, profile))
    step = operation.start()
    assert isinstance(step, Send)
    sent = json.loads(step.request.body or b"")
    wanted = {name: value for name, value in row.request.items() if value is not None}
    assert sent == {**wanted, "input": list(call.inputs)}
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    return done.result


def judge(row):
    result = replay(row)
    reply = json.loads(row.body)
    assert result.model == reply["model"]
    assert result.usage.input.total == reply["usage"].get("prompt_tokens", reply["usage"]["total_tokens"])
    assert result.usage.raw == reply["usage"]
    assert not result.warnings
    if row.vendor == "perplexity":
        rows = [b64decode(item["embedding"]) for item in reply["data"]]
        assert result.vectors.tolist() == [[float(n) for n in struct.unpack(f"{len(data)}b", data)] for data in rows]
        assert [len(vector) for vector in result.vectors] == [1024]
        return
    seen = client(row.response).embeddings.create(model="m", input=["x"])
    by_index = sorted(seen.data, key=lambda item: item.index)
    assert list(result.vectors) == [array("f", item.embedding) for item in by_index]
    assert result.model == seen.model


def test_every_recorded_embedding_is_what_the_vendors_client_reads():
    assert failures("openai_embeddings", judge) == []
