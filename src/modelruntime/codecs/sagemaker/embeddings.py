"""Embeddings, in the words of the container."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array
from modelruntime.codecs.openai.embeddings import CODEC as EMBEDDINGS
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Operation
from modelruntime.codecs.sagemaker.location import located
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import TextPart

_BATCH = 20
"""Texts in a request of the samples' (https://github.com/langgenius/dify-official-plugins, models/sagemaker, read 2026-11-28)."""


class SageMakerEmbeddings:
    """`inputs` → a list of vectors; OpenAI's own body where the container takes that."""

    name = "sagemaker_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> Operation[EmbeddingResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        reached = located(endpoint, "embeddings")
        if reached.profile.container == "compatible":
            return EMBEDDINGS.invoke(call, reached)
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        prefix = reached.profile.embedding_prefixes.get(call.input_type or "", "")
        texts = [prefix + _text(item, call) for item in call.inputs]
        body, warnings = render_body(_beside(call, reached), call, reached.profile)
        size = max(1, reached.profile.embedding_max_batch or _BATCH)
        url = endpoint_url(reached, "embeddings", "")
        batches = [texts[at : at + size] for at in range(0, len(texts), size)]
        requests = [EmbeddingRequest(json_request(reached, url, {"inputs": batch, **body}), len(batch)) for batch in batches]
        return BatchedEmbeddings(requests, _parse, reached, warnings)


def _beside(call: TextEmbeddingCall, endpoint: Endpoint) -> JSON:
    """What the samples' handler wants beside its inputs."""
    if endpoint.profile.container != "sample":
        return {}
    return {"parameters": {}, "is_query": call.input_type == "query", "instruction": ""}


def _text(item: object, call: TextEmbeddingCall) -> str:
    if isinstance(item, str | TextPart):
        return item if isinstance(item, str) else item.text
    raise ParameterInvalid(f"{call.model} embeds texts only: leave out what is none", field="input", model=call.model)


def _parse(body: JSON) -> EmbeddingPage:
    """`{"embeddings": [[…]]}`, or the bare list."""
    rows: Any = body.get("embeddings", body.get(""))
    return EmbeddingPage(as_array(rows))


CODEC = SageMakerEmbeddings()
