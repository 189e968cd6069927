"""Embeddings: `POST /actions/embedText`.

A list of texts, or one picture as a data URI (`EmbedTextDetails` of the package `oci` 2.189.0, read 2026-11-28); that at most 96
texts go into one request is unverified.
"""

from __future__ import annotations

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_count, as_object
from modelruntime.codecs.media_source import inline
from modelruntime.codecs.oci.family import JSON, action_request, camel
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.text_inputs import text_inputs
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.parts import ImagePart

_INPUT_TYPES = {"query": "SEARCH_QUERY", "document": "SEARCH_DOCUMENT"}
_LARGEST_BATCH = 96
_RENAMES = {"dimensions": "outputDimensions"}


class OciEmbeddings:
    """Texts, or pictures alone, as vectors."""

    name = "oci_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        pictures = [item for item in call.inputs if isinstance(item, ImagePart)]
        kind: str | None
        if pictures and len(pictures) == len(call.inputs):
            inputs = [inline(picture.source, picture.media_type, "image/png").url for picture in pictures]
            size, kind = 1, "IMAGE"
        else:
            inputs, kind = text_inputs(call, endpoint.profile), _INPUT_TYPES.get(call.input_type or "")
            size = max(1, min(_LARGEST_BATCH, endpoint.profile.embedding_max_batch or _LARGEST_BATCH))
        rendered, warnings = render_body({}, call, endpoint.profile)
        fields = {_RENAMES.get(name, camel(name)): value for name, value in rendered.items()}
        if kind is not None:
            fields.setdefault("inputType", kind)
        batches = [inputs[at : at + size] for at in range(0, len(inputs), size)]
        requests = [
            EmbeddingRequest(action_request(endpoint, "embeddings", "/actions/embedText", {**fields, "inputs": batch}), len(batch))
            for batch in batches
        ]
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def parse_page(body: JSON) -> EmbeddingPage:
    """`{"embeddings": [[…]], "usage": {"totalTokens": 5}}`; older answers count by input. Raises `LookupError` for another one."""
    total = as_count(as_object(body.get("usage")).get("totalTokens"))
    counts = [as_count(count) for count in as_array(body.get("inputTextTokenCounts"))]
    if total is None and counts:
        known = [count for count in counts if count is not None]
        total = sum(known) if len(known) == len(counts) else None
    return EmbeddingPage(body["embeddings"], total, str(body["modelId"]) if body.get("modelId") else None)


CODEC = OciEmbeddings()
