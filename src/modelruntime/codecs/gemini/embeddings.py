"""Embeddings: `:batchEmbedContents` on AI Studio, `:predict` and `:embedContent` on Vertex AI.

https://ai.google.dev/api/embeddings and
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.embedding_part import part_of
from modelruntime.codecs.gemini.family import error_of
from modelruntime.codecs.gemini.render_parts import render_part
from modelruntime.codecs.json_value import as_array, as_count, as_object
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import TextPart

_TASKS = {"query": "RETRIEVAL_QUERY", "document": "RETRIEVAL_DOCUMENT"}
_RENAMES = {"dimensions": "outputDimensionality", "task_type": "taskType", "auto_truncate": "autoTruncate"}
_LARGEST_BATCH = 100
"""Requests in one call of AI Studio (https://ai.google.dev/gemini-api/docs/embeddings; unverified)."""
_LARGEST_VERTEX_BATCH = 250


class Render(msgspec.Struct, frozen=True):
    """How one host takes inputs: the body of a batch, its path, and how its answer is read."""

    body: Callable[[list[JSON], JSON, Endpoint], JSON]
    operation: str
    path: str
    parse: Callable[[JSON], EmbeddingPage]
    batch: int


class GeminiEmbeddings:
    """Texts and media as vectors."""

    def __init__(self, name: str, host: Render, single: Render | None = None, objects: Render | None = None) -> None:
        self.name = name
        self._host = host
        self._single = single
        self._objects = objects

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        host = self._host
        if self._single is not None and "embedContent" in endpoint.profile.paths.get("embeddings", ""):
            host = self._single
        elif self._objects is not None and endpoint.profile.embedding_media == "objects":
            host = self._objects
        warnings = CallWarnings(call.strict)
        contents = [_content(item, call, endpoint, warnings) for item in call.inputs]
        fields, found = _fields(call, endpoint)
        size = max(1, min(host.batch, endpoint.profile.embedding_max_batch or host.batch))
        url = endpoint_url(endpoint, host.operation, host.path)
        requests = [
            EmbeddingRequest(json_request(endpoint, url, host.body(batch, fields, endpoint)), len(batch))
            for batch in (contents[at : at + size] for at in range(0, len(contents), size))
        ]
        return BatchedEmbeddings(requests, host.parse, endpoint, (*warnings.all(), *found), error_of)


def _content(item: EmbeddingInput, call: TextEmbeddingCall, endpoint: Endpoint, warnings: CallWarnings) -> JSON:
    part = part_of(item, call.model)
    prefix = endpoint.profile.embedding_prefixes.get(call.input_type or "", "")
    if isinstance(part, TextPart):
        return {"parts": [{"text": prefix + part.text}]}
    return {"parts": [render_part(part, warnings)]}


def _fields(call: TextEmbeddingCall, endpoint: Endpoint) -> tuple[JSON, Any]:
    """What stands beside each content. A model that is told the task in the text has prefixes and takes no `taskType`."""
    profile = endpoint.profile
    fields: JSON = {}
    if call.input_type and not profile.embedding_prefixes:
        fields["taskType"] = profile.embedding_input_types.get(call.input_type, _TASKS[call.input_type])
    body, warnings = render_body(fields, call, profile)
    return {_RENAMES.get(name, name): value for name, value in body.items()}, warnings


def _batch_body(contents: list[JSON], fields: JSON, endpoint: Endpoint) -> JSON:
    return {"requests": [{"model": f"models/{endpoint.model}", "content": content, **fields} for content in contents]}


def _parse_batch(body: JSON) -> EmbeddingPage:
    rows = [as_object(row)["values"] for row in body["embeddings"]]
    return EmbeddingPage(rows, as_count(as_object(body.get("usageMetadata")).get("promptTokenCount")))


def _predict_body(contents: list[JSON], fields: JSON, endpoint: Endpoint) -> JSON:
    fields = dict(fields)
    task = fields.pop("taskType", None)
    beside = {"task_type": task} if task else {}
    texts = [_text_of(content["parts"], endpoint) for content in contents]
    return {"instances": [{"content": text, **beside} for text in texts], **({"parameters": fields} if fields else {})}


def _text_of(parts: Sequence[JSON], endpoint: Endpoint) -> str:
    text = parts[0].get("text")
    if not isinstance(text, str):
        raise ParameterInvalid("this endpoint embeds texts only", field="input", model=endpoint.model_id or endpoint.model)
    return text


def _parse_predictions(body: JSON) -> EmbeddingPage:
    found = [as_object(as_object(row)["embeddings"]) for row in as_array(body["predictions"])]
    counts = [as_count(as_object(row.get("statistics")).get("token_count")) for row in found]
    known = [count for count in counts if count is not None]
    return EmbeddingPage([row["values"] for row in found], sum(known) if len(known) == len(found) else None)


def _objects_body(contents: list[JSON], fields: JSON, endpoint: Endpoint) -> JSON:
    """One input a request, an object that says what it is
    (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-embeddings-api; unverified)."""
    beside = dict(fields)
    beside.pop("taskType", None)
    if size := beside.pop("outputDimensionality", None):
        beside["dimension"] = size
    return {"instances": [_instance(contents[0]["parts"][0], endpoint)], **({"parameters": beside} if beside else {})}


def _instance(part: JSON, endpoint: Endpoint) -> JSON:
    if "text" in part:
        return {"text": part["text"]}
    data, address = as_object(part.get("inlineData")), as_object(part.get("fileData"))
    kind = str(data.get("mimeType") or address.get("mimeType") or "image/png").partition("/")[0]
    if kind not in ("image", "video"):
        raise ParameterInvalid(
            "this endpoint embeds texts, images and films only", field="input", model=endpoint.model_id or endpoint.model
        )
    return {kind: {"bytesBase64Encoded": data["data"]} if data else {"gcsUri": address["fileUri"]}}


def _parse_objects(body: JSON) -> EmbeddingPage:
    found = as_object(body["predictions"][0])
    films = [as_object(each).get("embedding") for each in as_array(found.get("videoEmbeddings"))]
    return EmbeddingPage([next(row for row in (found.get("textEmbedding"), found.get("imageEmbedding"), *films) if row)], None)


def _single_body(contents: list[JSON], fields: JSON, endpoint: Endpoint) -> JSON:
    return {"content": contents[0], **fields}


def _parse_single(body: JSON) -> EmbeddingPage:
    tokens = as_count(as_object(body.get("usageMetadata")).get("promptTokenCount"))
    return EmbeddingPage([as_object(body["embedding"])["values"]], tokens)


BATCH = Render(_batch_body, "embeddings", "/models/{model}:batchEmbedContents", _parse_batch, _LARGEST_BATCH)
PREDICT = Render(_predict_body, "embeddings", "/models/{model}:predict", _parse_predictions, _LARGEST_VERTEX_BATCH)
SINGLE = Render(_single_body, "embeddings", "/models/{model}:embedContent", _parse_single, 1)
OBJECTS = Render(_objects_body, "embeddings", "/models/{model}:predict", _parse_objects, 1)

CODEC = GeminiEmbeddings("gemini_embeddings", BATCH)
ON_VERTEX = GeminiEmbeddings("vertex_embeddings", PREDICT, SINGLE, OBJECTS)
"""Newer models are served by `:embedContent`, one input a request: their profile names it in `paths.embeddings`. The one that
embeds images and films has `embedding_media: objects`."""
