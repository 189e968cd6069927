"""Embeddings: texts, or texts, images and videos.

https://help.aliyun.com/en/model-studio/text-embedding-synchronous-api,
https://help.aliyun.com/en/model-studio/multimodal-embedding-api-reference (read 2026-11-28). A model of the second kind has
`embedding_media: objects` in its profile.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.dashscope.family import native_body
from modelruntime.codecs.embedding_part import part_of
from modelruntime.codecs.json_value import as_count, as_object
from modelruntime.codecs.media_url import media_url
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart
from modelruntime.entities.warning import CallWarning

TEXTS = "/api/v1/services/embeddings/text-embedding/text-embedding"
CONTENTS = "/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding"
_LARGEST_BATCH = 10
_REFUSED = {"enable_fusion": "every input has one vector"}


class DashScopeEmbeddings:
    """Dense vectors; sparse ones are refused, since they are no lists of floats."""

    name = "dashscope_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for no inputs, for media that the model does not take, and for sparse vectors."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        if call.parameters.get("output_type") == "sparse":
            message = "'output_type' asks for sparse vectors alone, which are no float vectors"
            raise ParameterInvalid(message, field="output_type", model=call.model)
        profile = endpoint.profile
        of_media = profile.embedding_media != "none"
        inputs = [_input(item, call, of_media) for item in call.inputs]
        fields: JSON = {}
        if call.input_type and not of_media:
            fields["text_type"] = profile.embedding_input_types.get(call.input_type, call.input_type)
        url = endpoint_url(endpoint, "embeddings", CONTENTS if of_media else TEXTS)
        size = profile.embedding_max_batch or _LARGEST_BATCH
        requests: list[EmbeddingRequest] = []
        warnings: tuple[CallWarning, ...] = ()
        for at in range(0, len(inputs), size):
            batch = inputs[at : at + size]
            body, warnings = native_body({"contents" if of_media else "texts": batch}, fields, call, endpoint, _REFUSED)
            requests.append(EmbeddingRequest(json_request(endpoint, url, body), len(batch)))
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def parse_page(body: JSON) -> EmbeddingPage:
    """The vectors by their index. Of media the tokens of images are part of the input's, where the vendor says so (unverified)."""
    rows: list[Any] = sorted(body["output"]["embeddings"], key=_index)
    usage = as_object(body.get("usage"))
    counts = (as_count(usage.get(name)) for name in ("total_tokens", "input_tokens"))
    return EmbeddingPage([row["embedding"] for row in rows], next((count for count in counts if count is not None), None))


def _index(row: JSON) -> int:
    return int(row["text_index"] if "text_index" in row else row["index"])


def _input(item: EmbeddingInput, call: TextEmbeddingCall, of_media: bool) -> str | JSON:
    part = part_of(item, call.model)
    if isinstance(part, TextPart):
        return {"text": part.text} if of_media else part.text
    kind = "image" if isinstance(part, ImagePart) else "audio" if isinstance(part, AudioPart) else "video"
    if not of_media:
        raise ParameterInvalid(f"{call.model} embeds text only: leave out the {kind}", field="input", model=call.model)
    return {kind: media_url(part, call.model)}


CODEC = DashScopeEmbeddings()
