"""The vendor's own list of models, for every provider that declares one."""

from __future__ import annotations

from modelruntime import Runtime
from modelruntime.schema.codec_choice import codec_names
from modelruntime.schema.provider import LISTING, ProviderSchema
from tests.conformance import listing_types
from tests.conformance.exchange import Seen, as_json
from tests.conformance.listing_types import IDS, Listed

FEATURE = "listing"


def _rows(field: str, key: str, prefix: str = "", **more: object) -> Listed:
    body = {field: [{key: prefix + name, **more} for name in IDS], "object": "list"}
    return Listed(lambda seen: as_json(body), _asks_only)


def _asks_only(seen: Seen) -> list[str]:
    return [] if seen.method == "GET" and not seen.body else [f"a list is asked for with {seen.method} and no body"]


LISTS: dict[str, Listed] = {
    "openai_models": _rows("data", "id", object="model"),
    "anthropic_models": _rows("data", "id", type="model"),
    "gemini_models": _rows("models", "name", "models/", supportedGenerationMethods=["generateContent"]),
    "cohere_models": listing_types.COHERE,
    "elevenlabs_models": listing_types.ELEVENLABS,
    "ollama_models": listing_types.OLLAMA,
    "bedrock_models": listing_types.BEDROCK,
    "tei_models": listing_types.TEI,
}
"""Listing codec → its vendor. What no row answers stays `unverified` in the parity table."""


def listing_codec(provider: ProviderSchema) -> str | None:
    """The codec that reads the provider's list; None where it declares no list."""
    if "fetch-from-remote" not in provider.configurate_methods:
        return None
    return codec_names(provider.codec.get(LISTING, "openai_models"))[0]


def lists_models(runtime: Runtime, provider: str, ids: tuple[str, ...]) -> None:
    """All ids come back, and nobody declares them."""
    found = runtime.provider(provider).fetch_models(refresh=True)
    assert found.outage is None
    assert {schema.model for schema in found.models} == set(ids)
    assert set(found.added) == set(ids)
