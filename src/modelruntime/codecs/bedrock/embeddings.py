"""Embeddings: `POST /model/{model}/invoke` with the model's own body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingRequest
from modelruntime.codecs.bedrock.embedding_shapes import SHAPES, Item, Shape
from modelruntime.codecs.bedrock.model_path import through_profile
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.embedding_part import part_of
from modelruntime.codecs.json_value import as_count
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.parts import TextPart
from modelruntime.entities.warning import CallWarning


class BedrockEmbeddings:
    """Texts and media as vectors, in the shape that `profile.invoke_embeddings` names."""

    name = "bedrock_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        reached, parameters = through_profile(endpoint, call.parameters)
        shape = SHAPES[reached.profile.invoke_embeddings]
        fields, warnings = _fields(msgspec.structs.replace(call, parameters=parameters), shape, reached)
        url = endpoint_url(reached, "invoke", "/model/{model}/invoke")
        items = [_item(each, call, reached) for each in call.inputs]
        size = max(1, min(shape.batch, reached.profile.embedding_max_batch or shape.batch))
        requests = [
            EmbeddingRequest(json_request(reached, url, shape.render(batch, fields)), len(batch)) for batch in _batches(items, size)
        ]
        return BatchedEmbeddings(requests, shape.parse, reached, warnings, count=counted_tokens)


def counted_tokens(head: ResponseHead) -> int | None:
    """The input's tokens as InvokeModel counts them, whoever's model it is
    (https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-invoke-operations.html; unverified)."""
    value = head.header("x-amzn-bedrock-input-token-count")
    return as_count(int(value)) if value is not None and value.isdecimal() else None


def _item(each: EmbeddingInput, call: TextEmbeddingCall, endpoint: Endpoint) -> Item:
    part = part_of(each, call.model)
    prefix = endpoint.profile.embedding_prefixes.get(call.input_type or "", "")
    return TextPart(prefix + part.text) if isinstance(part, TextPart) and prefix else part


def _fields(call: TextEmbeddingCall, shape: Shape, endpoint: Endpoint) -> tuple[JSON, tuple[CallWarning, ...]]:
    """What stands beside the inputs, under the vendor's names."""
    profile = endpoint.profile
    fields: dict[str, Any] = {}
    if shape.input_type_field is not None:
        stated = profile.embedding_input_types.get(call.input_type or "")
        fields[shape.input_type_field] = stated or shape.input_types[call.input_type]
    renamed = msgspec.structs.replace(profile, rename={**shape.rename, **profile.rename})
    return render_body(fields, call, renamed)


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Neighbours of one kind together, `size` at most."""
    start = 0
    for at in range(1, len(items) + 1):
        if at == len(items) or at - start == size or type(items[at]) is not type(items[start]):
            yield items[start:at]
            start = at


CODEC = BedrockEmbeddings()
