"""Credential forms as declared."""

from __future__ import annotations

from typing import Literal

import msgspec

from modelruntime.schema.i18n import I18nText

FieldType = Literal["text-input", "secret-input", "select", "radio", "switch", "number-input"]
FieldFormat = Literal["url", "json", "number", "multiline"]


class ShowOn(msgspec.Struct, frozen=True):
    """A condition: `variable` holds `value`. All conditions of a field or option must hold for it to be shown."""

    variable: str
    value: str


class FormOption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One choice of a `select` or `radio`."""

    value: str
    label: I18nText = {}
    show_on: tuple[ShowOn, ...] = ()


class FormField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One variable of a credential form. The same variable may be declared more than once under different `show_on`:
    the last one that is shown counts."""

    variable: str
    type: FieldType
    label: I18nText = {}
    required: bool = True
    default: str | None = None
    options: tuple[FormOption, ...] = ()
    placeholder: I18nText | None = None
    help: I18nText | None = None
    url: str | None = None
    max_length: int = 0
    """0 means no limit."""
    show_on: tuple[ShowOn, ...] = ()
    group: str | None = None
    advanced: bool = False
    pattern: str | None = None
    format: FieldFormat | None = None
    env: tuple[str, ...] = ()
    """Environment variables that fill the field, first set one wins."""


class FormSchema(msgspec.Struct, frozen=True, omit_defaults=True):
    """The credential form of a provider."""

    credential_form_schemas: tuple[FormField, ...] = ()


class ModelNameField(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the form of a customizable model asks for the model's name."""

    label: I18nText = {}
    placeholder: I18nText | None = None
    help: I18nText | None = None


class ModelFormSchema(msgspec.Struct, frozen=True, omit_defaults=True):
    """The credential form of a customizable model. The implicit variable `__model_type` is known to its conditions."""

    model: ModelNameField = ModelNameField()
    credential_form_schemas: tuple[FormField, ...] = ()
