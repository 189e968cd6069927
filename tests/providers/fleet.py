"""The declared fleet as the tests look at it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from modelruntime.schema.catalogue import BUILT_IN, Catalogue
from modelruntime.schema.form import FormField
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.provider import ProviderSchema

FOLDER: Path = BUILT_IN
APART = ("local", "openai_api_compatible")
"""Tested on their own."""
VENDORS: tuple[str, ...] = tuple(sorted({file.parent.name for file in FOLDER.glob("*/provider.yaml")} - {*APART}))


@cache
def catalogue() -> Catalogue:
    """The built-in providers, as a runtime sees them."""
    return Catalogue.load(environ={})


def models(vendor: str) -> list[ModelSchema]:
    """All declared models of a vendor."""
    return list(catalogue().models(vendor))


def fields(schema: ProviderSchema) -> list[FormField]:
    """The fields of both forms."""
    forms = (schema.provider_credential_schema, schema.model_credential_schema)
    return [field for form in forms if form for field in form.credential_form_schemas]
