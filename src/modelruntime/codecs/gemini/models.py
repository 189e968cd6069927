"""The model list: `GET /models`, page by page (https://ai.google.dev/api/models#method:-models.list, read 2026-11-22)."""

from __future__ import annotations

from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.paged_listing import Page, PagedListing
from modelruntime.codecs.vendor_metadata import JSON

_TYPES = (("generateContent", "llm"), ("batchEmbedContents", "text-embedding"), ("embedContent", "text-embedding"))
"""A method that a model serves → its type."""


def parse_page(body: JSON) -> Page:
    """A page, and what asks for the next. Models that serve none of our operations (pictures, answers) are left out."""
    models: list[RemoteModel] = []
    for row in map(as_object, as_array(body.get("models"))):
        name = (as_text(row.get("name")) or "").removeprefix("models/")
        methods = as_array(row.get("supportedGenerationMethods"))
        kind = next((kind for method, kind in _TYPES if method in methods), None)
        if not name or (methods and kind is None):
            continue
        models.append(
            RemoteModel(
                id=name,
                label=as_text(row.get("displayName")),
                model_type=kind,
                context=as_count(row.get("inputTokenLimit")),
                max_output=as_count(row.get("outputTokenLimit")),
                features=("agent-thought",) if row.get("thinking") else None,
                raw=row,
            )
        )
    token = as_text(body.get("nextPageToken"))
    return Page(tuple(models), {"pageToken": token} if token else None)


class GeminiModels:
    """What the key may call."""

    name = "gemini_models"

    def list_models(self, endpoint: Endpoint) -> PagedListing:
        """Pages of a thousand."""
        return PagedListing(endpoint, "/models", {"pageSize": "1000"}, parse_page)


CODEC = GeminiModels()
