"""Bodies that embedding models take by InvokeModel, and what they answer.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html, …/model-parameters-titan-embed-mm.html,
…/model-parameters-embed-v3.html, …/model-parameters-embed-v4.html,
https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html (read 2026-11-28).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.batched_embeddings import EmbeddingPage
from modelruntime.codecs.bedrock.render_media import DocumentNames, kind_of, render_media
from modelruntime.codecs.json_value import as_array, as_count, as_object
from modelruntime.codecs.media_source import inline
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart, VideoPart

Item = TextPart | ImagePart | AudioPart | VideoPart
_NUMBERS = ("float", "int8", "uint8")
"""Kinds of numbers that are vectors, best first; the others are packed bits."""


class Shape(msgspec.Struct, frozen=True):
    """How one kind of model takes inputs. `render` puts inputs of one kind of medium into a body that holds `fields`."""

    render: Callable[[Sequence[Item], JSON], JSON]
    parse: Callable[[JSON], EmbeddingPage]
    batch: int = 1
    rename: dict[str, str] = {}
    """Our word for a parameter → the vendor's, dotted for a nested one."""
    input_type_field: str | None = None
    input_types: dict[str | None, str] = {}
    """`query`, `document`, and None where the caller says neither."""


def _text(item: Item, what: str) -> str:
    if isinstance(item, TextPart):
        return item.text
    raise ParameterInvalid(f"the model embeds {what}: leave out the {kind_of(item)}", field="input")


def _titan(items: Sequence[Item], fields: JSON) -> JSON:
    return {"inputText": _text(items[0], "texts only"), **fields}


def _titan_image(items: Sequence[Item], fields: JSON) -> JSON:
    item = items[0]
    if isinstance(item, ImagePart):
        return {"inputImage": inline(item.source, item.media_type, "image/png").base64, **fields}
    return {"inputText": _text(item, "texts and images"), **fields}


def _nova(items: Sequence[Item], fields: JSON) -> JSON:
    item = items[0]
    value = {"text": {"value": item.text}} if isinstance(item, TextPart) else render_media(item, DocumentNames())
    known = as_object(fields.get("singleEmbeddingParams"))
    kind = next(iter(value))
    content = {kind: {**({"truncationMode": "END"} if kind == "text" else {}), **value[kind], **as_object(known.get(kind))}}
    others = {name: of for name, of in known.items() if name in ("embeddingPurpose", "embeddingDimension")}
    return {"taskType": "SINGLE_EMBEDDING", **fields, "singleEmbeddingParams": {**others, **content}}


def _cohere(items: Sequence[Item], fields: JSON) -> JSON:
    if isinstance(items[0], TextPart):
        return {"texts": [_text(item, "texts and images") for item in items], **fields}
    if not isinstance(items[0], ImagePart):
        raise ParameterInvalid(f"the model embeds texts and images: leave out the {kind_of(items[0])}", field="input")
    images = [inline(item.source, item.media_type, "image/png").url for item in items if isinstance(item, ImagePart)]
    return {"images": images, **fields}


def _parse_one(body: JSON) -> EmbeddingPage:
    by_type = as_object(body.get("embeddingsByType"))
    row = body.get("embedding") or next((by_type[kind] for kind in _NUMBERS if kind in by_type), None)
    return EmbeddingPage([as_array(row)] if row else [], as_count(body.get("inputTextTokenCount")))


def _parse_nova(body: JSON) -> EmbeddingPage:
    return EmbeddingPage([as_object(row)["embedding"] for row in as_array(body["embeddings"])])


def _parse_cohere(body: JSON) -> EmbeddingPage:
    """A bare list of vectors, or lists by the kind of their numbers."""
    found: Any = body["embeddings"]
    by_type = as_object(found)
    rows = next((by_type[kind] for kind in _NUMBERS if kind in by_type), None) if by_type else found
    return EmbeddingPage(as_array(rows))


SHAPES: dict[str, Shape] = {
    "titan": Shape(_titan, _parse_one),
    "titan_image": Shape(_titan_image, _parse_one, rename={"dimensions": "embeddingConfig.outputEmbeddingLength"}),
    "nova": Shape(
        _nova,
        _parse_nova,
        rename={
            "dimensions": "singleEmbeddingParams.embeddingDimension",
            "embedding_purpose": "singleEmbeddingParams.embeddingPurpose",
            "truncate": "singleEmbeddingParams.text.truncationMode",
        },
        input_type_field="embedding_purpose",
        input_types={None: "GENERIC_INDEX", "document": "GENERIC_INDEX", "query": "GENERIC_RETRIEVAL"},
    ),
    "cohere": Shape(
        _cohere,
        _parse_cohere,
        96,
        rename={"dimensions": "output_dimension"},
        input_type_field="input_type",
        input_types={None: "search_document", "document": "search_document", "query": "search_query"},
    ),
}
"""`profile.invoke_embeddings` → the shape."""
