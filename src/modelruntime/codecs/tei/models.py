"""The one model that a server holds: `GET /info`
(https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json, version 1.6.0, read 2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_count, as_object, as_text
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.paged_listing import Page, PagedListing
from modelruntime.codecs.vendor_metadata import JSON

_TYPES = {"embedding": "text-embedding", "reranker": "rerank"}


def parse_page(body: JSON) -> Page:
    """The model, unless it classifies texts, which none of our types does."""
    name = as_text(body.get("model_id"))
    kind = next((kind for word, kind in _TYPES.items() if word in as_object(body.get("model_type"))), None)
    if name is None or kind is None:
        return Page(())
    return Page((RemoteModel(id=name, model_type=kind, context=as_count(body.get("max_input_length")), raw=body),))


class TeiModels:
    """What the server holds."""

    name = "tei_models"

    def list_models(self, endpoint: Endpoint) -> PagedListing:
        """One request."""
        return PagedListing(endpoint, "/info", {}, parse_page)


CODEC = TeiModels()
