"""Multimodal embeddings: `POST /embeddings/multimodal`, one vector a request, whatever it is made of.

The request is that of the vendor's Python SDK (https://github.com/volcengine/volcengine-python-sdk, `MultimodalEmbeddings`), the
reply `{"data": {"embedding": […]}}` as https://github.com/infiniflow/ragflow reads it (both read 2026-11-28).
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.embedding_part import part_of
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text, is_object
from modelruntime.codecs.media_url import media_url
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart
from modelruntime.schema.profile import Profile

JSON = dict[str, Any]


class ArkMultimodalEmbeddings:
    """Texts, pictures and films as vectors."""

    name = "ark_multimodal_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        parameters, warnings = render_body({}, call, endpoint.profile)
        fields = {"model": endpoint.model, "encoding_format": "float", **parameters}
        url = endpoint_url(endpoint, "multimodal_embeddings", "/embeddings/multimodal")
        requests = [
            EmbeddingRequest(json_request(endpoint, url, {**fields, "input": [_part(item, call, endpoint.profile)]}), 1)
            for item in call.inputs
        ]
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def _part(item: EmbeddingInput, call: TextEmbeddingCall, profile: Profile) -> JSON:
    part = part_of(item, call.model)
    if isinstance(part, TextPart):
        prefix = profile.embedding_prefixes.get(call.input_type or "", "")
        return {"type": "text", "text": prefix + part.text}
    if isinstance(part, AudioPart):
        raise ParameterInvalid(
            f"{call.model} embeds texts, pictures and films: leave out the sound", field="input", model=call.model
        )
    kind = "image_url" if isinstance(part, ImagePart) else "video_url"
    return {"type": kind, kind: {"url": media_url(part, call.model)}}


def parse_page(body: JSON) -> EmbeddingPage:
    """One vector. Raises `LookupError` for another answer."""
    data: Any = body["data"]
    row = data if is_object(data) else as_object(as_array(data)[0])
    return EmbeddingPage(
        [row["embedding"]], as_count(as_object(body.get("usage")).get("prompt_tokens")), as_text(body.get("model"))
    )


CODEC = ArkMultimodalEmbeddings()
