"""A model as declared."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.codec_choice import CodecChoice
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price

FetchFrom = Literal["predefined-model", "customizable-model", "fetch-from-remote"]


# Thousands of these live at once and none can point back to itself: `gc=False` keeps them out of the collector's rounds.


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Hard numbers. None is unknown."""

    context: int | None = None
    """Tokens of prompt and answer together."""
    input: int | None = None
    output: int | None = None
    batch: int | None = None
    """Inputs of one request (embeddings, moderation)."""
    documents: int | None = None
    characters: int | None = None
    file_megabytes: float | None = None


class Modalities(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Kinds of media, e.g. `text`, `image`, `audio`, `video`, `pdf`."""

    input: tuple[str, ...] = ()
    output: tuple[str, ...] = ()


class Deprecation(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """When the vendor ends the model (ISO date) and what it names in its place."""

    date: str | None = None
    replacement: str | None = None


class ModelFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One file of a local model.

    `sources` are tried in order; each is one of `{wheel: name==version, sha256: …, size: …, member: path}`, `{parts: [wheel, …]}`,
    `{hub: repository, revision: …, file: …}`, `{url: …}`. See `engines/store`.
    """

    name: str
    sha256: str
    size: int
    license: str
    sources: tuple[dict[str, Any], ...] = ()


class ModelSchema(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One callable model of one type under a provider."""

    provider: str
    model: str
    model_type: ModelType
    label: I18nText = {}
    fetch_from: FetchFrom = "predefined-model"
    features: tuple[str, ...] | None = None
    """None means unknown: allowed, with a warning. An empty tuple means none."""
    model_properties: dict[str, Any] = {}
    parameter_rules: tuple[ParameterRule, ...] = ()
    pricing: Price | None = None
    deprecated: bool = False
    deprecation: Deprecation | None = None
    released: str | None = None
    limits: Limits = Limits()
    modalities: Modalities | None = None
    reasoning: dict[str, Any] | None = None
    """How reasoning is controlled, e.g. `{efforts: [low, high]}` or `{budget: {min: 1024, max: 32000}}`."""
    source: tuple[FactSource, ...] = ()
    wire_model: str | None = None
    """The name sent to the vendor where it is not `model`."""
    codec: CodecChoice | None = None
    endpoint: str | dict[str, Any] | None = None
    profile: dict[str, Any] = {}
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    """Merged into every request body."""
    engine: str | None = None
    files: tuple[ModelFile, ...] = ()

    @property
    def mode(self) -> str:
        """`chat` or `completion`."""
        return str(self.model_properties.get("mode", "chat"))
