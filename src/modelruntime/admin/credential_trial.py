"""Trying credentials at the vendor: so many times a minute, through the egress guard, with what is stored filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.admin.call import Call
from modelruntime.admin.refusal import ErrorReply, Refusal
from modelruntime.admin.validation import Verdict, validate_model, validate_provider
from modelruntime.entities.secret import Secret
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.credential_form import endpoint_fingerprint, filled_credential
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.credential_view import CredentialView


def probe_runtime(call: Call[Any, Any]) -> AsyncRuntime:
    """The workspace's runtime, for asking a vendor. It trusts no address that a form names: those pass the egress guard. Counts:
    raises `Refusal` (429) for who asks too often."""
    who = call.identity.account_id
    wait = call.services.probe_throttle.wait(who)
    if wait > 0:
        reply = ErrorReply(code="too_many_probes", message="vendors were asked too often from here: try again in a minute")
        raise Refusal(429, reply, wait)
    call.services.probe_throttle.count(who)
    return call.runtime()


async def tried(call: Call[Any, Any], scope: CredentialScope, values: Mapping[str, Any], keep_as: str | None = None) -> Verdict:
    """The verdict; with `keep_as` it is kept beside that stored credential, a failure too. Raises `Refusal`."""
    runtime, store = probe_runtime(call), call.services.store
    try:
        if scope.model is None or scope.model_type is None:
            verdict = await validate_provider(runtime, scope.provider, values)
        else:
            verdict = await validate_model(runtime, scope.provider, scope.model_type, scope.model, values)
    except Refusal as refused:
        if keep_as is not None:
            async with store.database.write() as connection:
                await store.credentials.note_probe(connection, call.workspace, keep_as, None, refused.reply.message)
        raise
    if keep_as is not None:
        async with store.database.write() as connection:
            await store.credentials.note_probe(connection, call.workspace, keep_as, verdict.verified_at, None)
    return verdict


async def kept_values(call: Call[Any, Any], scope: CredentialScope, identifier: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form with `values`, and of the stored secrets those that are not sent again; none of them when the address is another
    one. Raises `NotThere`, `CredentialsInvalid`, and where a root key is missing `KeyMissing`."""
    store, schema = call.services.store, call.core().catalogue.provider(scope.provider)
    async with store.database.read() as connection:
        view = await store.credentials.get(connection, call.workspace, identifier)
        stored = await store.credentials.values(connection, call.workspace, identifier)
    fields = scope.form(schema)
    kept = {name: value.reveal() for name, value in stored.items() if isinstance(value, Secret)}
    before = endpoint_fingerprint(schema, fields, view.values)
    filled = filled_credential(schema, fields, values, kept, before, scope.model_type)
    return {**filled.clear, **{name: Secret(value) for name, value in filled.secrets.items()}}


async def noted(call: Call[Any, Any], connection: AsyncConnection, view: CredentialView, verdict: Verdict | None) -> CredentialView:
    """The credential with a verdict that was given before it was kept."""
    if verdict is None or verdict.verified_at is None:
        return view
    store = call.services.store
    await store.credentials.note_probe(connection, view.workspace, view.id, verdict.verified_at, None)
    return await store.credentials.get(connection, view.workspace, view.id)
