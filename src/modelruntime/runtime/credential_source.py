"""Where credentials come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from modelruntime.entities.model_type import ModelType


class CustomModel(msgspec.Struct, frozen=True, kw_only=True):
    """A customizable model that a user added: an id of the user's own, and the filled model form."""

    provider: str
    model: str
    model_type: ModelType
    credentials: dict[str, Any] = {}


class CredentialSource(Protocol):
    """Gives credentials as a user wrote them: unvalidated, possibly partial. Never touches the network.

    A source may have an attribute `trusted`: True where who fills it in owns the machine. In a server, addresses of any other
    go through the egress guard.
    """

    name: str
    """How errors and listings call it, e.g. `environment`."""

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """Credentials of a provider, None when the source has none."""
        ...

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """Credentials that belong to one model, None when the source has none."""
        ...

    def custom_models(self) -> tuple[CustomModel, ...]:
        """The customizable models the source knows."""
        ...
