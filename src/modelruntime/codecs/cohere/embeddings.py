"""Embeddings: `POST /v2/embed` (the package's `v2/raw_client.py`, version 7.3.1, read 2026-11-28)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from modelruntime.codecs.batched_embeddings import BatchedEmbeddings, EmbeddingPage, EmbeddingRequest
from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_object, is_array
from modelruntime.codecs.media_source import decode_base64
from modelruntime.codecs.media_url import media_url
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.openai.vectors import float_row
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.entities.warning import CallWarning

_TASKS = {"query": "search_query", "document": "search_document"}
_NAMES = {"dimensions": "output_dimension"}
_LARGEST_BATCH = 96
"""Texts, or inputs, of one request."""
_NUMBERS = ("float", "base64", "int8", "uint8")
"""The forms that are numbers, the finest first; `binary` and `ubinary` are packed bits."""


class CohereEmbeddings:
    """Texts and pictures as vectors. The vendor demands an input type: without one texts are taken as documents."""

    name = "cohere_embed"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> BatchedEmbeddings:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        if not call.inputs:
            raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
        _check_numbers(call)
        url = endpoint_url(endpoint, "embeddings", "/v2/embed")
        requests: list[EmbeddingRequest] = []
        warnings: tuple[CallWarning, ...] = ()
        for inputs, fields in _batches(call, endpoint):
            body, warnings = render_body({"model": endpoint.model, **_common(call, endpoint), **fields}, call, endpoint.profile)
            renamed = {_NAMES.get(name, name): value for name, value in body.items()}
            requests.append(EmbeddingRequest(json_request(endpoint, url, renamed), inputs))
        return BatchedEmbeddings(requests, parse_page, endpoint, warnings)


def _common(call: TextEmbeddingCall, endpoint: Endpoint) -> JSON:
    profile = endpoint.profile
    kind = call.input_type or "document"
    fields: JSON = {"input_type": profile.embedding_input_types.get(kind, _TASKS[kind])}
    if profile.embedding_encoding != "unset":
        fields["embedding_types"] = [profile.embedding_encoding]
    return fields


def _batches(call: TextEmbeddingCall, endpoint: Endpoint) -> Iterator[tuple[int, JSON]]:
    """How many inputs a request carries, and its own fields. Texts alone are `texts`. Pictures are `inputs` with the texts among
    them, or, for models that read either (`embedding_media: images`), one a request in `images`."""
    form = endpoint.profile.embedding_media
    size = max(1, min(_LARGEST_BATCH, endpoint.profile.embedding_max_batch or _LARGEST_BATCH))
    shown = [item for item in call.inputs if not isinstance(item, (str, TextPart))]
    if form == "none" and shown:
        raise ParameterInvalid(f"{call.model} embeds text only: leave out the pictures", field="input", model=call.model)
    if form == "objects" and shown:
        contents = [{"content": [_content(item, call, endpoint)]} for item in call.inputs]
        yield from ((len(batch), {"inputs": batch}) for batch in _cut(contents, size))
        return
    for textual, run in groupby(call.inputs, lambda item: isinstance(item, (str, TextPart))):
        if textual:
            texts = [_text(item, call, endpoint) for item in run]
            yield from ((len(batch), {"texts": batch}) for batch in _cut(texts, size))
        else:
            yield from ((1, {"images": [_picture(item, call)], "input_type": "image"}) for item in run)


def _cut(items: list[Any], size: int) -> Iterator[list[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _content(item: EmbeddingInput, call: TextEmbeddingCall, endpoint: Endpoint) -> JSON:
    if isinstance(item, (str, TextPart)):
        return {"type": "text", "text": _text(item, call, endpoint)}
    return {"type": "image_url", "image_url": {"url": _picture(item, call)}}


def _text(item: EmbeddingInput, call: TextEmbeddingCall, endpoint: Endpoint) -> str:
    text = item if isinstance(item, str) else item.text if isinstance(item, TextPart) else ""
    return endpoint.profile.embedding_prefixes.get(call.input_type or "", "") + text


def _picture(item: EmbeddingInput, call: TextEmbeddingCall) -> str:
    """A `data:` URL, which is all that the vendor takes."""
    if not isinstance(item, ImagePart):
        raise ParameterInvalid(f"{call.model} embeds texts and pictures only", field="input", model=call.model)
    if isinstance(item.source, str) and not item.source.startswith("data:"):
        raise ParameterInvalid("the endpoint takes pictures only inline: pass the bytes", field="input", model=call.model)
    return media_url(item, call.model)


def _check_numbers(call: TextEmbeddingCall) -> None:
    asked = call.parameters.get("embedding_types")
    if asked is not None and not set(asked).intersection(_NUMBERS):
        raise ParameterInvalid(
            "'embedding_types' asks for packed bits alone, which are no float vectors", field="embedding_types", model=call.model
        )


def parse_page(body: JSON) -> EmbeddingPage:
    """The rows in the finest form that came, and what is billed: tokens of texts and of pictures. Raises `LookupError` for
    another answer."""
    found: Any = body["embeddings"]
    rows: Any = found if is_array(found) else found[next((form for form in _NUMBERS if found.get(form)), "float")]
    units = as_object(as_object(body.get("meta")).get("billed_units"))
    counts = [count for name in ("input_tokens", "image_tokens") if (count := as_count(units.get(name))) is not None]
    return EmbeddingPage([_row(row) for row in rows], sum(counts) if counts else None)


def _row(row: Any) -> Any:
    """Base64 holds float32 numbers, little end first (unverified)."""
    return float_row(decode_base64(row) or b"", "float32") if isinstance(row, str) else row


CODEC = CohereEmbeddings()
