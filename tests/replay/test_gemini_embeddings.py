"""Embeddings of the Gemini family, on both hosts: what was recorded is what is sent and what comes out."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from modelruntime.codecs.gemini.embeddings import CODEC, ON_VERTEX
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.schema.profile import Profile
from tests.replay.family_replay import body_of, difference, error_of
from tests.replay.recordings import Recording
from tests.replay.verdicts import failures


def judge(row: Recording) -> None:
    operation, sent = embedding_of(row)
    if row.status >= 300:
        assert error_of(partial(operation.receive, row.response)) is not None
        return
    assert difference(row.request, sent) is None
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    body = json.loads(row.body)
    predicted = [prediction["embeddings"] for prediction in body.get("predictions", ())]
    vectors = body.get("embeddings") or predicted or [body["embedding"]]
    assert len(done.result.vectors) == len(vectors)
    for ours, theirs in zip(done.result.vectors, vectors, strict=True):
        assert all(abs(float(a) - b) < 1e-6 for a, b in zip(ours, theirs["values"], strict=True))


def codec_of(row: Recording) -> str:
    """Which of the two hosts' codecs speaks."""
    return CODEC.name if "batchEmbed" in row.path else ON_VERTEX.name


def test_vectors_are_the_recorded_ones() -> None:
    assert failures(CODEC.name, judge) == []


def embedding_of(row: Recording) -> tuple[Any, Any]:
    """The operation that sends what was recorded, and what it sends."""
    model = re.sub(r".*/models/([^/]+):\w+", r"\1", row.path)
    rows = row.request.get("requests") or row.request.get("instances") or [row.request]
    texts = [each["content"] if isinstance(each["content"], str) else each["content"]["parts"][0]["text"] for each in rows]
    beside = {k: v for k, v in rows[0].items() if k not in ("content", "model")} | (row.request.get("parameters") or {})
    kind = {"RETRIEVAL_QUERY": "query", "RETRIEVAL_DOCUMENT": "document"}.get(beside.get("taskType", ""))
    if kind:
        del beside["taskType"]
    paths = {"embeddings": "/models/{model}:embedContent"} if row.path.endswith(":embedContent") else {}
    endpoint = Endpoint("https://vendor.invalid", model, Profile(paths=paths), provider="vendor")
    codec = CODEC if "batchEmbed" in row.path else ON_VERTEX
    call = TextEmbeddingCall(model, tuple(texts), kind, beside)  # type: ignore[arg-type]
    operation = codec.invoke(call, endpoint)
    step = operation.start()
    assert isinstance(step, Send)
    return operation, body_of(step.request)
