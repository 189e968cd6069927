"""The model list: `GET /v1/models`, page by page (https://docs.anthropic.com/en/api/models-list, read 2026-11-22)."""

from __future__ import annotations

from modelruntime.codecs.anthropic.messages import VERSION_HEADER
from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.paged_listing import Page, PagedListing
from modelruntime.codecs.vendor_metadata import JSON


def parse_page(body: JSON) -> Page:
    """A page, and what asks for the next."""
    rows = [as_object(row) for row in as_array(body.get("data"))]
    models = tuple(
        RemoteModel(
            id=name,
            label=as_text(row.get("display_name")),
            model_type="llm",
            context=as_count(row.get("max_input_tokens")),
            max_output=as_count(row.get("max_tokens")),
            raw=row,
        )
        for row in rows
        if (name := as_text(row.get("id")))
    )
    last = as_text(body.get("last_id"))
    return Page(models, {"after_id": last} if body.get("has_more") and last else None)


class AnthropicModels:
    """Every model here is a chat model."""

    name = "anthropic_models"

    def list_models(self, endpoint: Endpoint) -> PagedListing:
        """What the account may call."""
        return PagedListing(endpoint, "/v1/models", {"limit": "1000"}, parse_page, (VERSION_HEADER,))


CODEC = AnthropicModels()
