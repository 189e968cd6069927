"""Embeddings: `POST /embed`, a bare array of vectors back
(https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json, version 1.6.0, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import is_array
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.texts_to_embed import texts_to_embed
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.http import ResponseHead

_LARGEST_BATCH = 32
"""Inputs of one request that a server takes unless it was started otherwise (`max_client_batch_size`)."""


class TeiEmbeddings:
    """Texts as vectors. `input_type` is said as a `prompt_name` where the profile names the field."""

    name = "tei_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        profile = endpoint.profile
        batches = texts_to_embed(call, profile, None if profile.embedding_max_batch else _LARGEST_BATCH)
        fields: JSON = {}
        if call.input_type and profile.embedding_input_type_field:
            fields[profile.embedding_input_type_field] = profile.embedding_input_types.get(call.input_type, call.input_type)
        url = endpoint_url(endpoint, "embeddings", "/embed")
        bodies = [render_body({"inputs": batch, **fields}, call, profile) for batch in batches]
        requests = [
            EmbeddingRequest(json_request(endpoint, url, body), len(batch))
            for batch, (body, _) in zip(batches, bodies, strict=True)
        ]
        return BatchedEmbeddings(requests, parse_page, endpoint, bodies[0][1], count=tokens_of)


def parse_page(body: JSON) -> EmbeddingPage:
    """The rows. A model that was not trained to pool gives a vector a token: of those the mean is taken, as clients of this API do
    (https://github.com/langgenius/dify-official-plugins/blob/main/models/huggingface_hub/models/text_embedding/text_embedding.py,
    read 2026-11-28). Raises `LookupError` for another answer."""
    rows: Any = body[""]
    return EmbeddingPage([_mean(row) if is_array(row[0]) else row for row in rows])


def tokens_of(head: ResponseHead) -> int | None:
    """The tokens of a request, which stand in a header that the server's source sets and its document does not name (since which
    version is unverified)."""
    counted = head.header("x-compute-tokens") or ""
    return int(counted) if counted.isascii() and counted.isdigit() else None


def _mean(rows: list[list[float]]) -> list[float]:
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


CODEC = TeiEmbeddings()
