"""Dify's credentials of customizable models, and how several share a model's load."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.dify.bodies import (
    Balanced,
    ChosenOfModel,
    FilledModel,
    ModelChoice,
    ModelCredentialQuery,
    SavedModel,
)
from modelruntime.admin.dify.credentials import (
    SUCCESS,
    activate,
    chosen,
    forget,
    judged,
    keep,
    keep_again,
    schema_of,
    sent,
    shown,
    stored,
)
from modelruntime.admin.dify.shapes import available
from modelruntime.admin.refusal import not_found, refuse
from modelruntime.entities.model_type import ModelType
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.credential_view import CredentialView

PREDEFINED = "predefined-model"
INHERIT = "__inherit__"
"""The row of the load balancing that stands for the provider's own active credential."""


def scope_of_model(call: Call[Any, Any], model_type: ModelType, model: str) -> CredentialScope:
    """The credentials of a customizable model."""
    return CredentialScope(provider=schema_of(call).provider, model_type=model_type, model=model, workspace=call.workspace)


def scope_from(call: Call[Any, Any], wanted: ModelCredentialQuery | SavedModel) -> CredentialScope:
    """The provider's own credentials for a declared model, else the model's."""
    if wanted.config_from == PREDEFINED:
        return CredentialScope(provider=schema_of(call).provider, workspace=call.workspace)
    return scope_of_model(call, wanted.model_type, wanted.model)


async def dify_get_model_credentials(call: Call[Nothing, ModelCredentialQuery]) -> dict[str, Any]:
    """The form of a model, which credentials there are, and how they share the load."""
    query = call.query
    scope = scope_from(call, query)
    current, every = await chosen(call, scope, query.credential_id), await stored(call, scope)
    resting = {
        target.credential_id: target.cooldown
        for target in call.services.targets()
        if target.cooldown > 0 and (target.provider, target.model) == (scope.provider, query.model)
    }
    balanced = f"{scope.provider}/{query.model}" in call.configuration().balancing
    return {
        "credentials": shown(current) or {},
        "current_credential_id": current.id if current else None,
        "current_credential_name": current.name if current else None,
        "load_balancing": {"enabled": balanced, "configs": [_config(view, query, resting) for view in every]},
        "available_credentials": [available(view) for view in every],
    }


def _config(view: CredentialView, query: ModelCredentialQuery, resting: Mapping[str, float]) -> dict[str, Any]:
    """`resting`: credentials that are passed over for this model, and the seconds left.."""
    inherits = query.config_from == PREDEFINED and view.active
    return {
        "id": view.id,
        "name": INHERIT if inherits else view.name,
        "credentials": {} if inherits else shown(view),
        "credential_id": view.id,
        "enabled": view.enabled,
        "in_cooldown": view.id in resting,
        "ttl": math.ceil(resting.get(view.id, 0)),
        "credential_source_type": "provider" if view.model is None else "custom_model",
    }


async def dify_add_model_credentials(call: Call[FilledModel, Nothing]) -> dict[str, Any]:
    """Try and keep one more credential of a customizable model; the first makes the model."""
    body = call.body
    await keep(call, scope_of_model(call, body.model_type, body.model), body.credentials, body.name)
    return SUCCESS


async def dify_replace_model_credentials(call: Call[FilledModel, Nothing]) -> dict[str, Any]:
    """Try and keep a changed form."""
    body = call.body
    scope = scope_of_model(call, body.model_type, body.model)
    view = await chosen(call, scope, body.credential_id)
    if view is None:
        raise not_found("credential to change")
    await keep_again(call, scope, view, body.credentials, body.name)
    return SUCCESS


async def dify_remove_model_credentials(call: Call[ChosenOfModel, Nothing]) -> None:
    """Remove a credential of a customizable model; with the last one the model goes."""
    scope = scope_of_model(call, call.body.model_type, call.body.model)
    view = await chosen(call, scope, call.body.credential_id)
    assert view is not None
    await forget(call, scope, [view.id])


async def dify_switch_model_credentials(call: Call[ChosenOfModel, Nothing]) -> dict[str, Any]:
    """Make a credential the active one of its model."""
    scope = scope_of_model(call, call.body.model_type, call.body.model)
    view = await chosen(call, scope, call.body.credential_id)
    assert view is not None
    await activate(call, view)
    return SUCCESS


async def dify_validate_model_credentials(call: Call[FilledModel, Nothing]) -> dict[str, Any]:
    """Try the form of a customizable model."""
    body = call.body
    return await judged(call, scope_of_model(call, body.model_type, body.model), body.credentials, body.credential_id)


async def dify_validate_balanced(call: Call[FilledModel, Nothing]) -> dict[str, Any]:
    """Try one of several credentials; with `config_id` what shall stay as it is comes from that one."""
    body = call.body
    own = (
        schema_of(call).model_credential_schema is not None
        and call.core().catalogue.model(schema_of(call).provider, body.model_type, body.model) is None
    )
    scope = (
        scope_of_model(call, body.model_type, body.model)
        if own
        else CredentialScope(provider=schema_of(call).provider, workspace=call.workspace)
    )
    return await judged(call, scope, body.credentials, call.path.get("config_id") or body.credential_id)


async def dify_save_model(call: Call[SavedModel, Nothing]) -> dict[str, Any]:
    """Keep a model: its credential (first generation), which of them is active, and how they share the load."""
    body = call.body
    scope = scope_from(call, body)
    if body.credentials:
        await _save_credentials(call, scope, body)
    if body.config_from == "custom-model" and body.credential_id is None and not body.credentials:
        raise refuse(400, "invalid_param", "credential_id is required when configuring a custom-model", "credential_id")
    if body.credential_id is not None and (view := await chosen(call, scope, body.credential_id)) is not None:
        await activate(call, view)
    if body.load_balancing is not None:
        await _balance(call, scope, body)
    return SUCCESS


async def _save_credentials(call: Call[SavedModel, Nothing], scope: CredentialScope, body: SavedModel) -> None:
    view = await chosen(call, scope, body.credential_id)
    if view is None:
        await keep(call, scope, body.credentials or {}, None)
    else:
        await keep_again(call, scope, view, body.credentials or {}, None)


async def _balance(call: Call[SavedModel, Nothing], scope: CredentialScope, body: SavedModel) -> None:
    balancing = body.load_balancing
    assert balancing is not None
    for config in balancing.configs or ():
        await _keep_balanced(call, scope, config)
    store, name = call.services.store, f"{scope.provider}/{body.model}"
    async with store.database.change(call.actor()) as change:
        if balancing.enabled:
            await store.balancing.put(change, name, "round_robin", call.workspace)
        elif await store.balancing.get(change.connection, name, call.workspace) is not None:
            await store.balancing.remove(change, name, call.workspace)


async def _keep_balanced(call: Call[SavedModel, Nothing], scope: CredentialScope, config: Balanced) -> None:
    """A row of the form: a stored credential that is switched, or a new one. The rows that are not named stay as they are."""
    identifier = config.credential_id or config.id
    store = call.services.store
    if config.name == INHERIT and identifier is None:
        return
    if identifier is None:
        view = await keep(call, scope, config.credentials, config.name)
    else:
        found = await chosen(call, scope, identifier)
        assert found is not None
        view = found
        if sent(config.credentials) and config.name != INHERIT and config.credential_id is None:
            await keep_again(call, scope, view, config.credentials, config.name)
    if config.enabled is not view.enabled:
        async with store.database.change(call.actor()) as change:
            turn = store.credentials.enable if config.enabled else store.credentials.disable
            await turn(change, scope.workspace, view.id)


async def dify_remove_model(call: Call[ModelChoice, Nothing]) -> None:
    """Remove a customizable model: every credential of it."""
    scope = scope_of_model(call, call.body.model_type, call.body.model)
    views = await stored(call, scope)
    if not views:
        raise not_found(f"customizable model {call.body.model!r}")
    await forget(call, scope, [view.id for view in views])
