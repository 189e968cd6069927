"""Embeddings of chunks that know their document: `POST /contextualizedembeddings`.

A document is a list of chunks, and the vectors come back nested likewise
(https://github.com/voyage-ai/voyageai-python/blob/main/voyageai/object/contextualized_embeddings.py, release 0.5.0, read
2026-11-28). Each input is a document of its own, unless `contextualize_batch` makes all of them the chunks of one.
"""

from __future__ import annotations

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import TextPart
from modelruntime.entities.warning import CallWarning

TOGETHER = "contextualize_batch"
"""The parameter; ours, not the vendor's."""
_REFUSED = {"enable_auto_chunking": "every input has one vector"}
_LARGEST_BATCH = 1000
"""Documents of one request (https://docs.voyageai.com/reference/contextualized-embeddings-api, unverified)."""


class ContextualEmbeddings:
    """Texts as vectors. A query is always alone."""

    name = "voyage_contextual"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for no inputs and for media."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        if not all(isinstance(item, (str, TextPart)) for item in call.inputs):
            raise ParameterInvalid(f"{call.model} embeds text only: leave out the media", field="input", model=call.model)
        texts = [item.text if isinstance(item, TextPart) else str(item) for item in call.inputs]
        parameters = dict(call.parameters)
        together = parameters.pop(TOGETHER, False) is True and call.input_type != "query"
        documents = [texts] if together else [[text] for text in texts]
        size = endpoint.profile.embedding_max_batch or _LARGEST_BATCH
        fields: JSON = {"model": endpoint.model, **({"input_type": call.input_type} if call.input_type else {})}
        url = endpoint_url(endpoint, "contextual_embeddings", "/contextualizedembeddings")
        sent = TextEmbeddingCall(call.model, call.inputs, parameters=parameters, strict=call.strict, extra=call.extra)
        requests: list[EmbeddingRequest] = []
        warnings: tuple[CallWarning, ...] = ()
        for at in range(0, len(documents), size):
            batch = documents[at : at + size]
            body, warnings = render_body({**fields, "inputs": batch}, sent, endpoint.profile, _REFUSED)
            requests.append(EmbeddingRequest(json_request(endpoint, url, body), sum(map(len, batch))))
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def parse_page(body: JSON) -> EmbeddingPage:
    """The vectors of all documents, one after the other."""
    documents = sorted(as_array(body["data"]), key=lambda document: document["index"])
    chunks = [chunk for document in documents for chunk in sorted(document["data"], key=lambda chunk: chunk["index"])]
    tokens = as_count(as_object(body.get("usage")).get("total_tokens"))
    return EmbeddingPage([chunk["embedding"] for chunk in chunks], tokens, as_text(body.get("model")))


CODEC = ContextualEmbeddings()
