"""What Dify's front ends send. Keys that one generation has and another has not are optional; further ones are passed over."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from modelruntime.admin.field_types import Id
from modelruntime.entities.model_type import ModelType

Label = Annotated[str, msgspec.Meta(max_length=30)]


class TypeQuery(msgspec.Struct, frozen=True):
    """Of one model type, or of all."""

    model_type: ModelType | None = None


class CredentialQuery(msgspec.Struct, frozen=True):
    """One credential; without, the active one."""

    credential_id: Id | None = None


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A filled form to keep. A secret that shall stay as it is says `[__HIDDEN__]`."""

    credentials: dict[str, Any]
    name: Label | None = None
    credential_id: Id | None = None


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A stored credential."""

    credential_id: Id


class Preferred(msgspec.Struct, frozen=True, kw_only=True):
    """Whose credentials are used where there are both."""

    preferred_provider_type: Literal["system", "custom"]


class ModelChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the provider."""

    model: Id
    model_type: ModelType


class ModelCredentialQuery(ModelChoice, frozen=True, kw_only=True):
    """The credentials of a model: its own, or the provider's where it is a declared one."""

    config_from: str | None = None
    credential_id: Id | None = None


class FilledModel(ModelChoice, frozen=True, kw_only=True):
    """A filled form of a customizable model."""

    credentials: dict[str, Any]
    name: Label | None = None
    credential_id: Id | None = None


class ChosenOfModel(ModelChoice, frozen=True, kw_only=True):
    """A stored credential of a model."""

    credential_id: Id


class Balanced(msgspec.Struct, frozen=True, kw_only=True):
    """One of several credentials that share the load."""

    id: str | None = None
    name: Label | None = None
    credentials: dict[str, Any] = {}
    credential_id: Id | None = None
    enabled: bool = True


class Balancing(msgspec.Struct, frozen=True, kw_only=True):
    """How a model's load is shared."""

    enabled: bool | None = None
    configs: Annotated[list[Balanced], msgspec.Meta(max_length=100)] | None = None


class SavedModel(ModelChoice, frozen=True, kw_only=True):
    """A model to keep: its credential, and how the load is shared."""

    credentials: dict[str, Any] | None = None
    """Of the first generation; the second has a path of its own for them."""
    load_balancing: Balancing | None = None
    config_from: str | None = None
    credential_id: Id | None = None


class RulesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """An LLM."""

    model: Id


class DefaultQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Of one type."""

    model_type: ModelType


class DefaultChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The model that is meant for a type; without a provider nothing changes."""

    model_type: ModelType
    model: Annotated[str, msgspec.Meta(max_length=256)] | None = None
    provider: Annotated[str, msgspec.Meta(max_length=256)] | None = None


class DefaultChoices(msgspec.Struct, frozen=True, kw_only=True):
    """All of them at once."""

    model_settings: Annotated[list[DefaultChoice], msgspec.Meta(max_length=32)]
