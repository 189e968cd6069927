"""Which credentials a call uses: the first source that is complete wins whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.ambient_credentials import AmbientCredentials
from modelruntime.runtime.credential_source import CredentialSource
from modelruntime.schema.form import FormField
from modelruntime.schema.form_validation import FieldProblem, FilledForm, fill_form
from modelruntime.schema.provider import ProviderSchema
from modelruntime.signers.registry import missing_credential


class Credentials(msgspec.Struct, frozen=True):
    """A complete, validated form; secrets are wrapped."""

    values: dict[str, Any]
    source: str
    of_model: bool = False
    """True when they belong to one customizable model."""
    trusted: bool = True
    """False when whoever filled them in is not trusted with the network: a caller, or a user of the store."""


_MACHINE = "; this machine holds none for it either"
NO_FORM = Credentials({}, "no form")


def find_credentials(
    provider: ProviderSchema,
    model_type: ModelType,
    model: str,
    *,
    given: Mapping[str, Any] | None,
    sources: Sequence[CredentialSource],
) -> Credentials:
    """The credentials for one model. Raises `CredentialsInvalid` that names the field and how to fill it.

    Call > the sources in their order. Never a key from one and a URL from another: a source that is not complete is
    passed over, and told in the error when nothing else is. Complete is a form that is valid and holds what the provider's
    signer can not do without. Only a form that leaves signing in to the machine is completed from there, and never that of a
    call: who calls may not be who owns the machine.
    """
    if given is not None:
        return _from_call(provider, model_type, given)
    if provider.provider_credential_schema is None and provider.model_credential_schema is None:
        return NO_FORM
    first_problem: tuple[str, FieldProblem] | None = None
    machine = next((source for source in sources if isinstance(source, AmbientCredentials)), None)
    for source in sources:
        for fields, values, of_model in _candidates(provider, model_type, model, source):
            whole = values if machine is None else machine.completed(provider, fields, values)
            filled = fill_form(fields, whole, model_type=model_type if of_model else None)
            if problem := _blocking(provider, fields, filled):
                first_problem = first_problem or (source.name, problem)
                continue
            return Credentials(filled.values, source.name, of_model, getattr(source, "trusted", False))
    if first_problem is None and (empty := _empty_form(provider)) is not None:
        return empty
    raise _missing(provider, first_problem)


def _candidates(
    provider: ProviderSchema, model_type: ModelType, model: str, source: CredentialSource
) -> list[tuple[tuple[FormField, ...], Mapping[str, Any], bool]]:
    """The model's own credentials come before the provider's, those under its id before those under an alias."""
    found: list[tuple[tuple[FormField, ...], Mapping[str, Any], bool]] = []
    names = (provider.provider, *provider.aliases)
    general = next((values for name in names if (values := source.for_provider(name)) is not None), None)
    if provider.model_credential_schema is not None:
        own = next((values for name in names if (values := source.for_model(name, model_type, model)) is not None), None)
        if own is None and provider.provider_credential_schema is None:
            own = general
        if own is not None:
            found.append((provider.model_credential_schema.credential_form_schemas, own, True))
    if provider.provider_credential_schema is not None and general is not None:
        found.append((provider.provider_credential_schema.credential_form_schemas, general, False))
    return found


def _from_call(provider: ProviderSchema, model_type: ModelType, given: Mapping[str, Any]) -> Credentials:
    """Credentials of a call fit the provider's form, else the model's; the error is that of the form they fit better."""
    attempts: list[tuple[FilledForm, bool]] = []
    if provider.provider_credential_schema is not None:
        attempts.append((fill_form(_provider_fields(provider), given), False))
    if provider.model_credential_schema is not None:
        attempts.append((fill_form(_model_fields(provider), given, model_type=model_type), True))
    if not attempts:
        return Credentials(dict(given), "call", trusted=False)
    forms = {True: _model_fields(provider), False: _provider_fields(provider)}
    complete = [each for each in attempts if _blocking(provider, forms[each[1]], each[0]) is None]
    if not complete:
        filled, of_model = max(attempts, key=lambda attempt: len(attempt[0].values))
        problem = _blocking(provider, forms[of_model], filled)
        assert problem is not None
        raise CredentialsInvalid(
            f"the credentials of the call do not fit {provider.provider}: {problem.message}",
            field=problem.variable,
            provider=provider.provider,
        )
    filled, of_model = max(complete, key=lambda attempt: len(attempt[0].values))
    return Credentials(filled.values, "call", of_model, trusted=False)


def _empty_form(provider: ProviderSchema) -> Credentials | None:
    """A form without required fields is complete when empty (a local server without a key)."""
    if provider.provider_credential_schema is None:
        return None
    filled = fill_form(_provider_fields(provider), {})
    return None if _blocking(provider, _provider_fields(provider), filled) else Credentials(filled.values, "defaults")


def _blocking(provider: ProviderSchema, fields: Sequence[FormField], filled: FilledForm) -> FieldProblem | None:
    """The first thing that keeps the form from being used."""
    if problem := next(iter(filled.errors), None):
        return problem
    variable = missing_credential(provider.auth, filled.values)
    if variable is None:
        return None
    if provider.ambient is not None and provider.ambient.is_meant_by(fields, filled.values):
        told = f"{', '.join(provider.ambient.when)} leaves signing in to this machine, which holds no credentials for this."
        return FieldProblem(next(iter(provider.ambient.when)), "required", told)
    environment = next((field.env[0] for field in fields if field.variable == variable and field.env), None)
    how = f" or set the environment variable {environment}" if environment else ""
    return FieldProblem(variable, "required", f"{variable} is missing: fill it in{how}.")


def _provider_fields(provider: ProviderSchema) -> tuple[FormField, ...]:
    form = provider.provider_credential_schema
    return form.credential_form_schemas if form else ()


def _model_fields(provider: ProviderSchema) -> tuple[FormField, ...]:
    form = provider.model_credential_schema
    return form.credential_form_schemas if form else ()


def _missing(provider: ProviderSchema, problem: tuple[str, FieldProblem] | None) -> CredentialsInvalid:
    if problem is not None:
        source, field = problem
        return CredentialsInvalid(
            f"the credentials of {provider.provider} in {source} are not complete: {field.message}",
            field=field.variable,
            provider=provider.provider,
        )
    fields = _provider_fields(provider) or _model_fields(provider)
    required = [field for field in fields if field.required and field.default is None and not field.show_on]
    names = ", ".join(field.variable for field in required) or "its form"
    variables = [field.env[0] for field in required if field.env]
    how = f"set {' and '.join(variables)}, or " if len(variables) == len(required) and variables else ""
    return CredentialsInvalid(
        f"{provider.provider} is not configured: {names} missing; {how}pass credentials={{…}} or write them to the "
        f"configuration file{_MACHINE if provider.ambient else ''}",
        field=required[0].variable if required else None,
        provider=provider.provider,
    )
