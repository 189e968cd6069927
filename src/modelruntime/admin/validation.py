"""Are these credentials good? The form first, all its errors at once; then the vendor, through the egress guard."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from modelruntime.admin.error_reply import form_refusal, refusal_of
from modelruntime.admin.redaction import secrets_of
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.credential_validation import Validation
from modelruntime.schema.form import FormField
from modelruntime.schema.form_validation import fill_form
from modelruntime.schema.i18n import pick
from modelruntime.schema.provider import ProviderSchema


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Credentials that passed; those that did not are an error."""

    valid: bool = True
    probed: bool
    """False: the vendor was not asked, since nothing is declared that would tell a wrong key from a right one."""
    seconds: float
    verified_at: float | None
    """Seconds since the epoch, of the probe."""
    warnings: tuple[str, ...] = ()
    """Fields that were left out, and why."""


def provider_form(schema: ProviderSchema) -> tuple[FormField, ...]:
    """The fields of a provider's credentials."""
    form = schema.provider_credential_schema
    return form.credential_form_schemas if form else ()


def model_form(schema: ProviderSchema) -> tuple[FormField, ...]:
    """The fields of a customizable model's credentials; the provider's where it has no others."""
    form = schema.model_credential_schema
    return form.credential_form_schemas if form else provider_form(schema)


def doc_url(schema: ProviderSchema) -> str | None:
    """Where one gets credentials."""
    return pick(schema.help.url) or None if schema.help else None


async def validate_provider(runtime: AsyncRuntime, name: str, values: Mapping[str, Any]) -> Verdict:
    """Try a provider's credentials. Raises `Refusal` with the field at fault, and `ModelNotFound` for an unknown provider."""
    provider = runtime.provider(name)
    warnings = checked_form(provider.schema, provider_form(provider.schema), values)
    return await _tried(provider.schema, values, warnings, lambda: provider.validate_credentials(values))


async def validate_model(runtime: AsyncRuntime, name: str, model_type: ModelType, model: str, values: Mapping[str, Any]) -> Verdict:
    """Try the credentials of a customizable model by the smallest call. Raises `Refusal` and `ModelNotFound`."""
    provider = runtime.provider(name)
    warnings = checked_form(provider.schema, model_form(provider.schema), values, model_type)
    return await _tried(provider.schema, values, warnings, lambda: provider.validate_model_credentials(model_type, model, values))


def checked_form(
    schema: ProviderSchema, fields: tuple[FormField, ...], values: Mapping[str, Any], model_type: ModelType | None = None
) -> tuple[str, ...]:
    """The warnings of a form that is complete. Raises `Refusal` with every error of one that is not."""
    filled = fill_form(fields, values, model_type=model_type)
    if filled.errors:
        raise form_refusal(filled.errors, doc_url(schema))
    return tuple(problem.message for problem in filled.problems)


async def _tried(
    schema: ProviderSchema, values: Mapping[str, Any], warnings: tuple[str, ...], work: Callable[[], Awaitable[Validation]]
) -> Verdict:
    began = time.monotonic()
    try:
        found = await work()
    except ModelRuntimeError as error:
        raise refusal_of(error, secrets_of(values), doc_url(schema)) from error
    seconds = round(time.monotonic() - began, 4)
    return Verdict(probed=found.probed, seconds=seconds, verified_at=found.verified_at, warnings=warnings)
