"""Embeddings: `POST /api/embed`
(https://github.com/ollama/ollama/blob/main/docs/openapi.yaml, EmbedRequest, read 2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_count, as_text
from modelruntime.codecs.ollama.render_parameters import render_parameters
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.texts_to_embed import texts_to_embed
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import TextEmbeddingCall


class OllamaEmbeddings:
    """Texts as vectors."""

    name = "ollama_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        warnings = CallWarnings(call.strict)
        fields = render_parameters(call, endpoint.profile, warnings)
        url = endpoint_url(endpoint, "embeddings", "/api/embed")
        requests: list[EmbeddingRequest] = []
        for batch in texts_to_embed(call, endpoint.profile):
            body: JSON = {"model": endpoint.model, "input": batch, **fields}
            merge_into(body, call.extra)
            requests.append(EmbeddingRequest(json_request(endpoint, url, body), len(batch)))
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings.all())


def parse_page(body: JSON) -> EmbeddingPage:
    """Raises `LookupError` for another answer."""
    return EmbeddingPage(body["embeddings"], as_count(body.get("prompt_eval_count")), as_text(body.get("model")))


CODEC = OllamaEmbeddings()
