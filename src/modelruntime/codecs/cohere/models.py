"""The model list: `GET /v1/models`, page by page (the package's `models/raw_client.py`, version 7.3.1, read 2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.paged_listing import Page, PagedListing
from modelruntime.codecs.vendor_metadata import JSON

_TYPES = (("chat", "llm"), ("embed", "text-embedding"), ("rerank", "rerank"))
"""An endpoint that a model is for → its type."""
_FEATURES = {
    "tools": ("tool-call", "multi-tool-call", "stream-tool-call"),
    "vision": ("vision",),
    "json_schema": ("structured-output",),
    "reasoning": ("agent-thought",),
}
"""The vendor's word → ours. The words are those of lists that users published (unverified)."""


def parse_page(body: JSON) -> Page:
    """A page, and what asks for the next. Models of other endpoints (classify, summarize, parse) are left out."""
    models: list[RemoteModel] = []
    for row in map(as_object, as_array(body.get("models"))):
        name, endpoints = as_text(row.get("name")), as_array(row.get("endpoints"))
        kind = next((kind for endpoint, kind in _TYPES if endpoint in endpoints), None)
        if name and kind:
            models.append(
                RemoteModel(
                    id=name,
                    model_type=kind,
                    context=as_count(row.get("context_length")) or None,
                    features=_features(row.get("features")),
                    raw=row,
                )
            )
    token = as_text(body.get("next_page_token"))
    return Page(tuple(models), {"page_token": token} if token else None)


def _features(words: object) -> tuple[str, ...] | None:
    """None where the vendor lists none: an empty answer would mean that there are none."""
    known = as_array(words)
    found = tuple(feature for word, features in _FEATURES.items() if word in known for feature in features)
    return found if known else None


class CohereModels:
    """What the key may call."""

    name = "cohere_models"

    def list_models(self, endpoint: Endpoint) -> PagedListing:
        """Pages of a thousand, the vendor's most."""
        return PagedListing(endpoint, "/v1/models", {"page_size": "1000"}, parse_page)


CODEC = CohereModels()
