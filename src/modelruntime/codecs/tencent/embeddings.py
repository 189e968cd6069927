"""Embeddings of the knowledge engine (LKEAP): the action `GetEmbedding`.

At most 7 texts a request; `TextType` is query or document
(https://github.com/TencentCloud/tencentcloud-sdk-dotnet, Lkeap/V20240522/Models/GetEmbeddingRequest.cs, read 2026-11-28).
"""

from __future__ import annotations

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_count, as_object
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.tencent.family import JSON, Action, action_request, error_in_envelope, opened, with_error_codes
from modelruntime.codecs.tencent.names import pascal
from modelruntime.codecs.text_inputs import text_inputs
from modelruntime.entities.call import TextEmbeddingCall

_EMBED = Action("GetEmbedding", "2024-05-22", "ap-guangzhou")
_LARGEST_BATCH = 7


class TencentEmbeddings:
    """Texts as vectors."""

    name = "tencent_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        known = with_error_codes(endpoint)
        texts = text_inputs(call, endpoint.profile)
        size = max(1, min(_LARGEST_BATCH, endpoint.profile.embedding_max_batch or _LARGEST_BATCH))
        rendered, warnings = render_body({"model": endpoint.model}, call, endpoint.profile)
        fields = {pascal(name): value for name, value in rendered.items()}
        if call.input_type is not None:
            fields["TextType"] = call.input_type
        batches = [texts[at : at + size] for at in range(0, len(texts), size)]
        requests = [
            EmbeddingRequest(action_request(known, _EMBED, "embeddings", {**fields, "Inputs": batch}), len(batch))
            for batch in batches
        ]
        return BatchedEmbeddings(requests, parse_page, known, warnings, find=error_in_envelope)


def parse_page(body: JSON) -> EmbeddingPage:
    """`{"Response": {"Data": [{"Embedding": […]}], "Usage": {"TotalTokens": 5}}}`. Raises `LookupError` for another one."""
    inner = opened(body)
    rows = [row["Embedding"] for row in as_array(inner["Data"])]
    return EmbeddingPage(rows, as_count(as_object(inner.get("Usage")).get("TotalTokens")))


CODEC = TencentEmbeddings()
