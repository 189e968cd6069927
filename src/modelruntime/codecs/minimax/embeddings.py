"""Embeddings: `POST /v1/embeddings`, in a shape of the vendor's own
(https://github.com/langgenius/dify-official-plugins/tree/main/models/minimax and
https://reference.langchain.com/v0.3/python/community/embeddings/langchain_community.embeddings.minimax.MiniMaxEmbeddings.html, read
2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count
from modelruntime.codecs.minimax.group import group_url
from modelruntime.codecs.openai.request import json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import TextPart

_TYPES = {"query": "query", "document": "db"}
_LARGEST_BATCH = 4096
"""(https://reference.langchain.com/javascript/langchain-community/embeddings/minimax.MinimaxEmbeddings, read 2026-11-28)"""


class MiniMaxEmbeddings:
    """Texts alone. The form may bound the batch (`batch_size`)."""

    name = "minimax_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        texts = [_text_of(item, call) for item in call.inputs]
        fields: JSON = {"model": endpoint.model, "type": _TYPES[call.input_type or "document"]}
        body, warnings = render_body(fields, call, endpoint.profile)
        url = group_url(endpoint, "embeddings", "/v1/embeddings")
        size = _batch_size(endpoint)
        requests = [
            EmbeddingRequest(json_request(endpoint, url, {**body, "texts": batch}), len(batch))
            for batch in (texts[at : at + size] for at in range(0, len(texts), size))
        ]
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def parse_page(body: JSON) -> EmbeddingPage:
    """One reply; an error leaves null for the vectors."""
    return EmbeddingPage(list(body["vectors"]), as_count(body.get("total_tokens")))


def _batch_size(endpoint: Endpoint) -> int:
    stated = str(endpoint.credentials.get("batch_size") or "")
    wanted = int(stated) if stated.isdecimal() and int(stated) else endpoint.profile.embedding_max_batch
    return min(wanted or _LARGEST_BATCH, _LARGEST_BATCH)


def _text_of(item: EmbeddingInput, call: TextEmbeddingCall) -> str:
    text = item if isinstance(item, str) else item.text if isinstance(item, TextPart) else None
    if text is None:
        raise ParameterInvalid("this endpoint embeds texts only", field="input", model=call.model)
    return text


CODEC = MiniMaxEmbeddings()
