"""A provider as declared."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.ambient import Ambient
from modelruntime.schema.codec_choice import CodecChoice
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.form import FormSchema, ModelFormSchema
from modelruntime.schema.i18n import I18nText

LISTING = "models"
"""The key of `codec` for the vendor's own list of models, which is no model type."""

ConfigurateMethod = Literal["predefined-model", "customizable-model", "fetch-from-remote"]


class ProviderHelp(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a user gets credentials."""

    title: I18nText = {}
    url: I18nText = {}


class CredentialCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the form says about the model beyond single values: where every variable of `when` holds one of its values
    (`__model_type` too) and no variable of `unless` does, each dotted path of `set` gets its constant; null leaves it as it
    was. `*` in a value stands for any text: `*/v1` an address that ends so, `?*` whatever is filled in."""

    when: dict[str, tuple[str, ...]] = {}
    set: dict[str, Any] = {}
    unless: dict[str, tuple[str, ...]] = {}


class ModelFromCredentials(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the filled form of a customizable model becomes a model.

    `set` maps a dotted path of the model (`limits.context`, `pricing.input`, `model_properties.mode`, `wire_model`,
    `profile.function_calling`, `rules.max_tokens.max`, …) to a form variable; `cases` map choices to constants; `features`
    maps a feature to the variables and the values that grant it, any of them; `rules` are the parameter rules the model
    gets (with `use_template` as in a model), each perhaps with `when`: variables and the values under which it has the
    rule. Rules are an LLM's unless their `when` names `__model_type`. `base` is the variable that names the declared model
    behind an endpoint of the user's own: what is declared of it holds here too.
    """

    set: dict[str, str] = {}
    features: dict[str, dict[str, tuple[str, ...]]] = {}
    rules: tuple[dict[str, Any], ...] = ()
    cases: tuple[CredentialCase, ...] = ()
    base: str | None = None


class ProviderSchema(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who serves models: identity, forms, endpoints, and which codec speaks for each model type."""

    provider: str
    label: I18nText
    aliases: tuple[str, ...] = ()
    """Other ids under which it is found: those of its credentials and settings elsewhere. A provider of that very id goes first."""
    description: I18nText | None = None
    icon_small: I18nText = {}
    icon_large: I18nText = {}
    icon_small_dark: I18nText = {}
    icon_large_dark: I18nText = {}
    background: str | None = None
    help: ProviderHelp | None = None
    supported_model_types: tuple[ModelType, ...] = ()
    configurate_methods: tuple[ConfigurateMethod, ...] = ()
    provider_credential_schema: FormSchema | None = None
    model_credential_schema: ModelFormSchema | None = None
    position: dict[str, tuple[str, ...]] = {}
    codec: dict[str, CodecChoice] = {}
    """Model type → codec name, or a choice `{by: variable, cases: {value: name}}`; `models` → the codec of the vendor's list,
    `openai_models` when left out."""
    engine: dict[str, str] = {}
    """Model type → engine name, for models that run in process."""
    endpoint: str | dict[str, Any] | None = None
    """A base URL with `{variable}` of the credentials; `{by: variable, cases: {value: url}}`, where of several variables in `by`
    the first that is filled in chooses, and `{by}` stands for it; or `{first_filled: [url, …]}`, of which the first counts whose
    variables are filled in."""
    auth: dict[str, Any] = {}
    """One signer and its fields, e.g. `{bearer: api_key}`, `{header: {name: x-api-key, value: api_key}}`; empty: none.
    The chapter on signers has them all."""
    ambient: Ambient | None = None
    """Where this machine may hold credentials for the vendor's own tools."""
    headers: dict[str, str] = {}
    """Static headers; values may hold `{variable}`."""
    profile: dict[str, Any] = {}
    models_endpoint: str | None = None
    probe: str | dict[str, Any] | None = None
    """How credentials are validated: `models_endpoint`, or `{model: id, model_type: …}` for a smallest real call."""
    probe_evidence: tuple[FactSource, ...] = ()
    """What shows that a wrong key fails the probe: a public model list accepts anything."""
    model_from_credentials: ModelFromCredentials | None = None
    telemetry_name: str | None = None
    """The OpenTelemetry `gen_ai.provider.name`."""
    python: str | None = None
    """`module:object` of a dialect, loaded by name: a mapping of model types (and `models`, for the listing) to codecs of the
    provider's own, for those that `codec` does not name. Rare."""
    source: tuple[FactSource, ...] = ()
    folder: str | None = None
    """Where icons are read from; set by the loader."""
