"""Trying credentials before they are kept."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.credential_trial import kept_values, tried
from modelruntime.admin.field_types import Id, Values
from modelruntime.admin.route import Route, route
from modelruntime.admin.validation import Verdict
from modelruntime.entities.model_type import ModelType
from modelruntime.store.credential_scope import CredentialScope


class TrialOfProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filled form. With `credential_id`, the secrets that are not sent are those of that stored credential."""

    credentials: Values
    credential_id: Id | None = None


class TrialOfModel(TrialOfProvider, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of a customizable model."""

    provider: Id
    model_type: ModelType
    model: Id


async def validate_provider_credentials(call: Call[TrialOfProvider, Nothing]) -> Verdict:
    """Check the form, then ask the vendor. A failure is an error with the field, a hint and what the vendor said."""
    scope = CredentialScope(provider=call.schema().provider, workspace=call.workspace)
    return await _verdict(call, scope, call.body)


async def validate_model_credentials(call: Call[TrialOfModel, Nothing]) -> Verdict:
    """The same for a customizable model, by the smallest call to it."""
    body = call.body
    provider = call.core().catalogue.provider(body.provider).provider
    scope = CredentialScope(provider=provider, model_type=body.model_type, model=body.model, workspace=call.workspace)
    return await _verdict(call, scope, body)


async def _verdict(call: Call[Any, Nothing], scope: CredentialScope, body: TrialOfProvider) -> Verdict:
    values = body.credentials
    if body.credential_id is not None:
        values = await kept_values(call, scope, body.credential_id, values)
    return await tried(call, scope, values)


ROUTES: tuple[Route, ...] = (
    route(
        "POST",
        "/providers/{provider}/validate",
        validate_provider_credentials,
        "edit",
        body=TrialOfProvider,
        reply=Verdict,
        changes=False,
    ),
    route("POST", "/models/validate", validate_model_credentials, "edit", body=TrialOfModel, reply=Verdict, changes=False),
)
