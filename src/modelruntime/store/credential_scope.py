"""Whose credentials: a provider's in a workspace, or those of one customizable model."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.form import FormField
from modelruntime.schema.provider import ProviderSchema
from modelruntime.store.tables import CREDENTIALS


class CredentialScope(msgspec.Struct, frozen=True, kw_only=True):
    """Within one scope names differ, one credential is active, and positions order them."""

    provider: str
    model_type: ModelType | None = None
    model: str | None = None
    """With `model_type`: of one customizable model; both None: the provider's own."""
    workspace: str = "default"

    def columns(self) -> dict[str, str]:
        """As it is kept."""
        kind = "" if self.model_type is None else str(self.model_type)
        return {"workspace": self.workspace, "provider": self.provider, "model_type": kind, "model": self.model or ""}

    def condition(self) -> ColumnElement[bool]:
        """The rows of the scope."""
        return and_(*(CREDENTIALS.c[name] == value for name, value in self.columns().items()))

    @classmethod
    def of_row(cls, row: Any) -> CredentialScope:
        """The scope of a row of the table."""
        kind = ModelType(row.model_type) if row.model_type else None
        return cls(provider=row.provider, model_type=kind, model=row.model or None, workspace=row.workspace)

    def form(self, provider: ProviderSchema) -> tuple[FormField, ...]:
        """The fields that its credentials fill."""
        form = provider.provider_credential_schema if self.model is None else provider.model_credential_schema
        return form.credential_form_schemas if form else ()
