"""Embeddings of a real llama.cpp server, as floats and as base64."""

from __future__ import annotations

import json
import math

import pytest

from tests.peers.client import Client
from tests.peers.process import Peer

pytestmark = pytest.mark.local

PLAIN, FLOATS = "openai_api_compatible/plain", "openai_api_compatible/floats"
TEXTS = ["The cat sleeps.", "A cat is asleep.", "Interest rates rose again.", "你好", "x"]


def cosine(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


@pytest.mark.proves("real peer", "openai_api_compatible", "text-embedding", "embed")
@pytest.mark.parametrize("model", [PLAIN, FLOATS])
def test_one_vector_a_text_in_order_with_usage(client: Client, model: str):
    result = client.call(lambda runtime: runtime.text_embedding(model).invoke(TEXTS))
    rows = result.vectors.tolist()
    assert [len(row) for row in rows] == [576] * len(TEXTS)
    assert all(math.isclose(math.hypot(*row), 1, abs_tol=1e-3) for row in rows)
    assert cosine(rows[0], rows[1]) > cosine(rows[0], rows[2])
    assert result.usage.input.total >= len(TEXTS)


def test_a_vector_is_the_servers_own(client: Client, llama: Peer):
    answer = json.loads(llama.post("/v1/embeddings", {"input": TEXTS[0]}))
    mine = client.call(lambda runtime: runtime.text_embedding(FLOATS).invoke(TEXTS[0])).vectors.tolist()[0]
    assert mine == pytest.approx(answer["data"][0]["embedding"], abs=1e-6)


def test_base64_and_floats_say_the_same(client: Client):
    floats = client.call(lambda runtime: runtime.text_embedding(FLOATS).invoke(TEXTS[:2])).vectors.tolist()
    packed = client.call(lambda runtime: runtime.text_embedding(PLAIN).invoke(TEXTS[:2], encoding_format="base64")).vectors
    for one, other in zip(floats, packed.tolist(), strict=True):
        assert one == pytest.approx(other, abs=1e-4)
