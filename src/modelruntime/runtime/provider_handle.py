"""What every provider object knows, whatever its colour."""

from __future__ import annotations

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.core import Core
from modelruntime.runtime.listing import Listing, ModelInfo
from modelruntime.runtime.model_reference import ModelReference, model_type_of
from modelruntime.runtime.status import Status
from modelruntime.schema.form import FormSchema, ModelFormSchema
from modelruntime.schema.provider import ProviderSchema


class ProviderHandle:
    """A provider by its id. Raises `ModelNotFound` for an id nobody declares."""

    def __init__(self, core: Core, name: str) -> None:
        self._core = core
        self.schema: ProviderSchema = core.catalogue.provider(name)

    @property
    def id(self) -> str:
        """The provider's id."""
        return self.schema.provider

    @property
    def credential_schema(self) -> FormSchema | None:
        """The form of the provider's own credentials, None when it has none."""
        return self.schema.provider_credential_schema

    @property
    def model_credential_schema(self) -> ModelFormSchema | None:
        """The form of a customizable model, None when there are none."""
        return self.schema.model_credential_schema

    @property
    def status(self) -> Status:
        """Configured or not, and what to do."""
        return Listing(self._core).provider_status(self.schema)

    def models(self, model_type: ModelType | str | None = None) -> list[ModelInfo]:
        """The provider's models of a type, or all; the network is not asked."""
        return Listing(self._core).models(None if model_type is None else model_type_of(model_type), self.id)

    def icon(self, language: str = "en_US", kind: str = "icon_small") -> tuple[bytes, str] | None:
        """Bytes and media type of an icon, None when there is none."""
        return self._core.catalogue.icon(self.id, kind, language)

    def _reference(self, model_type: ModelType | str, model: str) -> ModelReference:
        return ModelReference(self.id, model_type_of(model_type), model)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"
