"""Dify's credentials of a provider, both generations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.credential_trial import kept_values, tried
from modelruntime.admin.dify.bodies import Chosen, CredentialQuery, Filled
from modelruntime.admin.dify.obfuscation import HIDDEN, obfuscated
from modelruntime.admin.refusal import Refusal, not_found
from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.schema.provider import ProviderSchema
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.credential_view import CredentialView

SUCCESS = {"result": "success"}


def schema_of(call: Call[Any, Any]) -> ProviderSchema:
    """The provider of the path; `author/plugin/provider` is known by its last word."""
    return call.core().catalogue.provider(call.path["provider"].rsplit("/", 1)[-1])


def scope_of(call: Call[Any, Any]) -> CredentialScope:
    """The provider's own credentials."""
    return CredentialScope(provider=schema_of(call).provider, workspace=call.workspace)


def sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """The form as the store takes it: what shall stay as it is, is left out."""
    return {name: value for name, value in values.items() if value != HIDDEN}


def shown(view: CredentialView | None) -> dict[str, Any] | None:
    """A stored form with its secrets obfuscated."""
    return None if view is None else {**view.values, **{name: obfuscated(each.hint) for name, each in view.secrets.items()}}


async def stored(call: Call[Any, Any], scope: CredentialScope) -> list[CredentialView]:
    """The credentials of a scope, in their order."""
    store = call.services.store
    async with store.database.read() as connection:
        views = await store.credentials.list(connection, scope.workspace, scope.provider)
    return [view for view in views if (view.model_type, view.model) == (scope.model_type, scope.model)]


async def chosen(call: Call[Any, Any], scope: CredentialScope, identifier: str | None) -> CredentialView | None:
    """One of a scope; without an id the active one. Raises `Refusal` for an id that is none of it."""
    views = await stored(call, scope)
    if identifier is None:
        return next((view for view in views if view.active), None)
    found = next((view for view in views if view.id == identifier), None)
    if found is None:
        raise not_found(f"credential {identifier!r} of {scope.provider}")
    return found


async def keep(call: Call[Any, Any], scope: CredentialScope, values: Mapping[str, Any], name: str | None) -> CredentialView:
    """Try a form at the vendor and keep it as one more credential."""
    store, schema = call.services.store, call.core().catalogue.provider(scope.provider)
    await tried(call, scope, sent(values))
    async with store.database.change(call.actor()) as change:
        return await store.credentials.add(change, scope, schema, name or "", sent(values))


async def keep_again(
    call: Call[Any, Any], scope: CredentialScope, view: CredentialView, values: Mapping[str, Any], name: str | None
) -> None:
    """Try a changed form at the vendor and keep it in place of the old one."""
    store, schema = call.services.store, call.core().catalogue.provider(scope.provider)
    await tried(call, scope, await kept_values(call, scope, view.id, sent(values)))
    async with store.database.change(call.actor()) as change:
        await store.credentials.replace_values(change, scope.workspace, view.id, schema, sent(values))
        if name and name != view.name:
            await store.credentials.rename(change, scope.workspace, view.id, name)


async def forget(call: Call[Any, Any], scope: CredentialScope, identifiers: list[str]) -> None:
    """Remove credentials."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        for identifier in identifiers:
            await store.credentials.remove(change, scope.workspace, identifier)


async def judged(call: Call[Any, Any], scope: CredentialScope, values: Mapping[str, Any], identifier: str | None) -> dict[str, Any]:
    """`{result, error}` of a form; a secret that shall stay as it is comes from the named credential or the active one."""
    try:
        whole: Mapping[str, Any] = sent(values)
        if len(whole) < len(values) and (view := await chosen(call, scope, identifier)) is not None:
            whole = await kept_values(call, scope, view.id, whole)
        await tried(call, scope, whole)
    except Refusal as refused:
        if refused.status == 429 and refused.reply.code == "too_many_probes":
            raise
        return {"result": "error", "error": refused.reply.message}
    except CredentialsInvalid as invalid:
        return {"result": "error", "error": invalid.message}
    return SUCCESS


async def dify_get_credentials(call: Call[Nothing, CredentialQuery]) -> dict[str, Any]:
    """A stored form, its secrets obfuscated."""
    return {"credentials": shown(await chosen(call, scope_of(call), call.query.credential_id))}


async def dify_add_credentials(call: Call[Filled, Nothing]) -> dict[str, Any]:
    """Try and keep one more named credential."""
    await keep(call, scope_of(call), call.body.credentials, call.body.name)
    return SUCCESS


async def dify_replace_credentials(call: Call[Filled, Nothing]) -> dict[str, Any]:
    """Try and keep a changed form."""
    scope = scope_of(call)
    view = await chosen(call, scope, call.body.credential_id)
    if view is None:
        raise not_found("credential to change")
    await keep_again(call, scope, view, call.body.credentials, call.body.name)
    return SUCCESS


async def dify_save_credentials(call: Call[Filled, Nothing]) -> dict[str, Any]:
    """Of the first generation: the one credential of the provider."""
    scope = scope_of(call)
    view = await chosen(call, scope, None)
    if view is None:
        await keep(call, scope, call.body.credentials, call.body.name)
    else:
        await keep_again(call, scope, view, call.body.credentials, None)
    return SUCCESS


async def dify_remove_credential(call: Call[Chosen, Nothing]) -> None:
    """Remove a named credential."""
    view = await chosen(call, scope_of(call), call.body.credential_id)
    assert view is not None
    await forget(call, scope_of(call), [view.id])


async def dify_remove_credentials(call: Call[Nothing, Nothing]) -> None:
    """Of the first generation: everything that is stored for the provider itself."""
    scope = scope_of(call)
    await forget(call, scope, [view.id for view in await stored(call, scope)])


async def dify_switch_credential(call: Call[Chosen, Nothing]) -> dict[str, Any]:
    """Make a named credential the active one."""
    view = await chosen(call, scope_of(call), call.body.credential_id)
    assert view is not None
    await activate(call, view)
    return SUCCESS


async def activate(call: Call[Any, Any], view: CredentialView) -> None:
    """Make it the active one of its scope."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.credentials.switch(change, view.workspace, view.id)


async def dify_validate_credentials(call: Call[Filled, Nothing]) -> dict[str, Any]:
    """Try a form at the vendor."""
    return await judged(call, scope_of(call), call.body.credentials, call.body.credential_id)
