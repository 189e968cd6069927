"""The vendor's own list of models, for every provider that declares one."""

from __future__ import annotations

from collections.abc import Callable

from modelruntime import Runtime
from modelruntime.schema.codec_choice import codec_names
from modelruntime.schema.provider import LISTING, ProviderSchema
from tests.conformance.exchange import Answer, Seen, as_json

FEATURE = "listing"
IDS = ("made-up/one", "made-up-two")


def _rows(field: str, key: str, prefix: str = "", **more: object) -> Answer:
    return as_json({field: [{key: prefix + name, **more} for name in IDS], "object": "list"})


LISTS: dict[str, Callable[[], Answer]] = {
    "openai_models": lambda: _rows("data", "id", object="model"),
    "anthropic_models": lambda: _rows("data", "id", type="model"),
    "gemini_models": lambda: _rows("models", "name", "models/", supportedGenerationMethods=["generateContent"]),
}
"""Listing codec → its vendor's answer. What no row answers stays `unverified` in the parity table."""


def listing_codec(provider: ProviderSchema) -> str | None:
    """The codec that reads the provider's list; None where it declares no list."""
    if "fetch-from-remote" not in provider.configurate_methods:
        return None
    return codec_names(provider.codec.get(LISTING, "openai_models"))[0]


def answer(codec: str, seen: Seen) -> Answer:
    """The list, for a GET without a body."""
    return LISTS[codec]() if seen.method == "GET" and not seen.body else Answer(status=405)


def lists_models(runtime: Runtime, provider: str) -> None:
    """Both ids come back, and nobody declares them."""
    found = runtime.provider(provider).fetch_models(refresh=True)
    assert found.outage is None
    assert {schema.model for schema in found.models} == set(IDS)
    assert set(found.added) == set(IDS)
