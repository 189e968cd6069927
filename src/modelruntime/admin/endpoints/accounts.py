"""People who may sign in, and tokens for programs."""

from __future__ import annotations

from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.endpoints.session import AccountName, Password
from modelruntime.admin.field_types import Name, Stamp
from modelruntime.admin.permission import Role
from modelruntime.admin.route import Route, route
from modelruntime.store.access_tokens import AccessToken, CreatedToken
from modelruntime.store.accounts import Account

Reach = Annotated[str, msgspec.Meta(max_length=63)]
"""The only workspace it may see; empty: all."""


class AccountList(msgspec.Struct, frozen=True):
    """By name."""

    data: list[Account]


class NewAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may sign in, and what they may do."""

    name: AccountName
    password: Password
    role: Role = "viewer"
    workspace: Reach = ""


class ChangedAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account may do; with a password, that is set and its sessions end."""

    role: Role
    workspace: Reach = ""
    disabled: bool = False
    password: Password | None = None


class TokenList(msgspec.Struct, frozen=True):
    """Newest first."""

    data: list[AccessToken]


class NewToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token for a program; without `expires_at` it never ends."""

    name: Name
    role: Role = "viewer"
    workspace: Reach = ""
    expires_at: Stamp | None = None


async def list_accounts(call: Call[Nothing, Nothing]) -> AccountList:
    """Everybody who may sign in."""
    async with call.services.store.database.read() as connection:
        return AccountList(await call.services.store.accounts.list(connection))


async def add_account(call: Call[NewAccount, Nothing]) -> Account:
    """Let somebody sign in."""
    body, store = call.body, call.services.store
    async with store.database.change(call.actor()) as change:
        if body.workspace:
            await store.workspaces.get(change.connection, body.workspace)
        return await store.accounts.add(change, body.name, body.password, body.role, body.workspace)


async def change_account(call: Call[ChangedAccount, Nothing]) -> Account:
    """Change what somebody may do, or set a new password. Somebody who can administer the gateway must be left."""
    body, store, name = call.body, call.services.store, call.path["account"]
    async with store.database.change(call.actor()) as change:
        if body.workspace:
            await store.workspaces.get(change.connection, body.workspace)
        if body.password is not None:
            await store.accounts.set_password(change, name, body.password)
        return await store.accounts.update(change, name, role=body.role, workspace=body.workspace, disabled=body.disabled)


async def remove_account(call: Call[Nothing, Nothing]) -> None:
    """Forget an account and its sessions."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.accounts.remove(change, call.path["account"])


async def list_tokens(call: Call[Nothing, Nothing]) -> TokenList:
    """The tokens of programs, without their texts."""
    async with call.services.store.database.read() as connection:
        return TokenList(await call.services.store.access_tokens.list(connection))


async def create_token(call: Call[NewToken, Nothing]) -> CreatedToken:
    """Make a token for a program. Its text is shown now and never again."""
    body, store = call.body, call.services.store
    async with store.database.change(call.actor()) as change:
        if body.workspace:
            await store.workspaces.get(change.connection, body.workspace)
        return await store.access_tokens.create(change, body.name, body.role, body.workspace, body.expires_at)


async def revoke_token(call: Call[Nothing, Nothing]) -> None:
    """Refuse a token from now on."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.access_tokens.revoke(change, call.path["token"])


async def remove_token(call: Call[Nothing, Nothing]) -> None:
    """Forget a token."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.access_tokens.remove(change, call.path["token"])


ROUTES: tuple[Route, ...] = (
    route("GET", "/accounts", list_accounts, "operate", reply=AccountList),
    route("POST", "/accounts", add_account, "operate", body=NewAccount, reply=Account, status=201, changes=False),
    route("PUT", "/accounts/{account}", change_account, "operate", body=ChangedAccount, reply=Account, changes=False),
    route("DELETE", "/accounts/{account}", remove_account, "operate", changes=False),
    route("GET", "/tokens", list_tokens, "operate", reply=TokenList),
    route("POST", "/tokens", create_token, "operate", body=NewToken, reply=CreatedToken, status=201, changes=False),
    route("POST", "/tokens/{token}/revoke", revoke_token, "operate", changes=False),
    route("DELETE", "/tokens/{token}", remove_token, "operate", changes=False),
)
