"""Embeddings: `POST /ml/v1/text/embeddings`."""

from __future__ import annotations

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_count, as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.text_inputs import text_inputs
from modelruntime.codecs.watsonx.family import JSON, scope_of
from modelruntime.entities.call import TextEmbeddingCall

_LARGEST_BATCH = 1000
"""`EMBEDDINGS_MAX_INPUTS` (https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings; unverified)."""


class WatsonxEmbeddings:
    """Texts as vectors."""

    name = "watsonx_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        texts = text_inputs(call, endpoint.profile)
        size = max(1, min(_LARGEST_BATCH, endpoint.profile.embedding_max_batch or _LARGEST_BATCH))
        parameters, warnings = render_body({}, call, endpoint.profile)
        fields: JSON = {"model_id": endpoint.model, **scope_of(endpoint)}
        if parameters:
            fields["parameters"] = parameters
        url = endpoint_url(endpoint, "embeddings", "/ml/v1/text/embeddings")
        batches = [texts[at : at + size] for at in range(0, len(texts), size)]
        requests = [EmbeddingRequest(json_request(endpoint, url, {**fields, "inputs": batch}), len(batch)) for batch in batches]
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def parse_page(body: JSON) -> EmbeddingPage:
    """`{"results": [{"embedding": […]}], "input_token_count": 5}`. Raises `LookupError` for another one."""
    rows = [row["embedding"] for row in as_array(body["results"])]
    return EmbeddingPage(rows, as_count(body.get("input_token_count")), as_text(body.get("model_id")))


CODEC = WatsonxEmbeddings()
