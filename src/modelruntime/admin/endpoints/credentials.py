"""Stored credentials: many for each provider and each customizable model, one of them active. Secrets go in and never out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.credential_health import CredentialHealth, health_of
from modelruntime.admin.credential_trial import kept_values, noted, tried
from modelruntime.admin.field_types import Id, Values
from modelruntime.admin.refusal import refuse
from modelruntime.admin.route import Route, route
from modelruntime.admin.validation import Verdict
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.provider import ProviderSchema
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.credential_view import CredentialView

CredentialName = Annotated[str, msgspec.Meta(max_length=30)]
Secret = Annotated[str, msgspec.Meta(max_length=20_000)]


class CredentialList(msgspec.Struct, frozen=True):
    """By provider, model, order."""

    data: list[CredentialView]


class NewCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filled form. With `model_type` and `model`: of a customizable model, which is there from then on."""

    credentials: Values
    name: CredentialName = ""
    """Empty: one is made up."""
    model_type: ModelType | None = None
    model: Id | None = None
    validate: bool = False
    """Try it at the vendor first, and keep it only when it passes."""


class ChangedCredential(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form filled again: a secret that is left out stays, null clears it, and the mask it is shown as is refused."""

    credentials: Values
    name: CredentialName | None = None
    validate: bool = False


class CredentialSwitches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; the rest stays."""

    name: CredentialName | None = None
    enabled: bool | None = None
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None


class SeveralCredentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filled forms that differ in one secret field alone: one credential for each different secret."""

    field: Id
    secrets: Annotated[list[Secret], msgspec.Meta(min_length=1, max_length=200)]
    credentials: Values = {}
    """The rest of the form, the same for all."""
    model_type: ModelType | None = None
    model: Id | None = None


class AddedCredentials(msgspec.Struct, frozen=True):
    """What was kept, and how many were left out as they are kept already or were sent twice."""

    data: list[CredentialView]
    duplicates: int


class CredentialHealthList(msgspec.Struct, frozen=True):
    """Those that were used in this process since its start."""

    data: list[CredentialHealth]


class CredentialOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every credential of the provider (or of the customizable model) once, in the new order."""

    ids: Annotated[list[Id], msgspec.Meta(max_length=1000)]
    model_type: ModelType | None = None
    model: Id | None = None


def scope_of(call: Call[Any, Any], schema: ProviderSchema, model_type: ModelType | None, model: str | None) -> CredentialScope:
    """Whose credentials are meant. Raises `Refusal` for a model without its type."""
    if (model is None) is not (model_type is None):
        raise refuse(422, "invalid_body", "model and model_type go together", "model" if model is None else "model_type")
    return CredentialScope(provider=schema.provider, model_type=model_type, model=model, workspace=call.workspace)


async def list_credentials(call: Call[Nothing, Nothing]) -> CredentialList:
    """All stored credentials of the workspace, masked."""
    store = call.services.store
    async with store.database.read() as connection:
        return CredentialList(await store.credentials.list(connection, call.workspace))


async def list_provider_credentials(call: Call[Nothing, Nothing]) -> CredentialList:
    """The stored credentials of a provider and of its customizable models, masked."""
    store, provider = call.services.store, call.schema().provider
    async with store.database.read() as connection:
        return CredentialList(await store.credentials.list(connection, call.workspace, provider))


async def get_credential(call: Call[Nothing, Nothing]) -> CredentialView:
    """One stored credential, masked."""
    store = call.services.store
    async with store.database.read() as connection:
        return await store.credentials.get(connection, call.workspace, call.path["credential"])


async def add_credential(call: Call[NewCredential, Nothing]) -> CredentialView:
    """Keep a filled form. The first of a provider is the active one."""
    body, schema, store = call.body, call.schema(), call.services.store
    scope = scope_of(call, schema, body.model_type, body.model)
    verdict = await tried(call, scope, body.credentials) if body.validate else None
    async with store.database.change(call.actor()) as change:
        view = await store.credentials.add(change, scope, schema, body.name, body.credentials)
        return await noted(call, change.connection, view, verdict)


async def add_credentials(call: Call[SeveralCredentials, Nothing]) -> AddedCredentials:
    """Keep several keys at once; those that are kept already are left out. The vendor is not asked."""
    body, schema, store = call.body, call.schema(), call.services.store
    scope = scope_of(call, schema, body.model_type, body.model)
    if not any(field.variable == body.field and field.type == "secret-input" for field in scope.form(schema)):
        raise refuse(422, "invalid_body", f"the form has no secret {body.field!r}", "field")
    secrets = list(dict.fromkeys(secret.strip() for secret in body.secrets if secret.strip()))
    added: list[CredentialView] = []
    async with store.database.change(call.actor()) as change:
        for secret in secrets:
            if not await store.credentials.has_secret(change.connection, scope, body.field, secret):
                filled = {**body.credentials, body.field: secret}
                added.append(await store.credentials.add(change, scope, schema, "", filled))
    return AddedCredentials(added, len(body.secrets) - len(added))


async def list_credential_health(call: Call[Nothing, Nothing]) -> CredentialHealthList:
    """How the stored credentials of the workspace did in this process: state, cool-down, last error."""
    own = {row.id for row in call.configuration().credentials if row.workspace == call.workspace}
    known = health_of(call.services.targets())
    return CredentialHealthList([each for name, each in sorted(known.items()) if name in own])


async def replace_credential(call: Call[ChangedCredential, Nothing]) -> CredentialView:
    """Fill the form of a credential again. When the address changes, stored secrets are dropped and must be sent again."""
    body, store = call.body, call.services.store
    async with store.database.read() as connection:
        before = await store.credentials.get(connection, call.workspace, call.path["credential"])
    schema = call.core().catalogue.provider(before.provider)
    verdict = None
    if body.validate:
        scope = scope_of(call, schema, before.model_type, before.model)
        verdict = await tried(call, scope, await kept_values(call, scope, before.id, body.credentials))
    async with store.database.change(call.actor()) as change:
        view = await store.credentials.replace_values(change, call.workspace, before.id, schema, body.credentials)
        if body.name is not None and body.name != before.name:
            view = await store.credentials.rename(change, call.workspace, before.id, body.name)
        return await noted(call, change.connection, view, verdict)


async def switch_credential(call: Call[CredentialSwitches, Nothing]) -> CredentialView:
    """Rename a credential, switch it on or off, change its weight."""
    body, store, name = call.body, call.services.store, call.path["credential"]
    async with store.database.change(call.actor()) as change:
        view = await store.credentials.get(change.connection, call.workspace, name)
        if body.name is not None and body.name != view.name:
            view = await store.credentials.rename(change, call.workspace, name, body.name)
        if body.enabled is not None and body.enabled is not view.enabled:
            turn = store.credentials.enable if body.enabled else store.credentials.disable
            view = await turn(change, call.workspace, name)
        if body.weight is not None and body.weight != view.weight:
            view = await store.credentials.weigh(change, call.workspace, name, body.weight)
        return view


async def activate_credential(call: Call[Nothing, Nothing]) -> CredentialView:
    """Make it the active one of its provider or model."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.credentials.switch(change, call.workspace, call.path["credential"])


async def remove_credential(call: Call[Nothing, Nothing]) -> None:
    """Forget a credential; where it was the active one the next takes its place."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.credentials.remove(change, call.workspace, call.path["credential"])


async def order_credentials(call: Call[CredentialOrder, Nothing]) -> CredentialList:
    """Put the credentials of a provider, or of a customizable model, in this order."""
    body, schema, store = call.body, call.schema(), call.services.store
    scope = scope_of(call, schema, body.model_type, body.model)
    async with store.database.change(call.actor()) as change:
        await store.credentials.order(change, scope, body.ids)
        return CredentialList(await store.credentials.list(change.connection, call.workspace, schema.provider))


async def test_credential(call: Call[Nothing, Nothing]) -> Verdict:
    """Try a stored credential at the vendor; the result is kept beside it."""
    store, name = call.services.store, call.path["credential"]
    async with store.database.read() as connection:
        view = await store.credentials.get(connection, call.workspace, name)
        values = await store.credentials.values(connection, call.workspace, name)
    scope = scope_of(call, call.core().catalogue.provider(view.provider), view.model_type, view.model)
    return await tried(call, scope, values, keep_as=name)


ROUTES: tuple[Route, ...] = (
    route("GET", "/credentials", list_credentials, "view", reply=CredentialList),
    route("GET", "/credentials/health", list_credential_health, "view", reply=CredentialHealthList),
    route("GET", "/credentials/{credential}", get_credential, "view", reply=CredentialView),
    route("PUT", "/credentials/{credential}", replace_credential, "edit", body=ChangedCredential, reply=CredentialView),
    route("PATCH", "/credentials/{credential}", switch_credential, "edit", body=CredentialSwitches, reply=CredentialView),
    route("DELETE", "/credentials/{credential}", remove_credential, "edit"),
    route("POST", "/credentials/{credential}/activate", activate_credential, "edit", reply=CredentialView),
    route("POST", "/credentials/{credential}/test", test_credential, "edit", reply=Verdict),
    route("GET", "/providers/{provider}/credentials", list_provider_credentials, "view", reply=CredentialList),
    route(
        "POST", "/providers/{provider}/credentials", add_credential, "edit", body=NewCredential, reply=CredentialView, status=201
    ),
    route(
        "POST",
        "/providers/{provider}/credentials/several",
        add_credentials,
        "edit",
        body=SeveralCredentials,
        reply=AddedCredentials,
        status=201,
    ),
    route("PUT", "/providers/{provider}/credentials/order", order_credentials, "edit", body=CredentialOrder, reply=CredentialList),
)
