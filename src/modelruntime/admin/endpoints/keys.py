"""Keys of the gateway's clients."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.field_types import Id, Name, Stamp, Whole
from modelruntime.admin.money import check_amount
from modelruntime.admin.route import Route, route
from modelruntime.store.api_keys import ApiKeyView, CreatedKey
from modelruntime.store.gateway_key import KeyLimits


class KeyList(msgspec.Struct, frozen=True):
    """Newest first."""

    data: list[ApiKeyView]


class LimitsOfKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a key may use; left out: no limit."""

    requests_per_minute: Whole | None = None
    tokens_per_minute: Whole | None = None
    concurrent: Whole | None = None
    budget: Decimal | None = None
    """Money in a period, as text."""
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "USD"
    period_days: Annotated[float, msgspec.Meta(gt=0, le=36500)] = 30.0


class KeyRights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a key may do. `models` are patterns of names such as `provider/*`; empty: all."""

    name: Name
    models: Annotated[list[Id], msgspec.Meta(max_length=200)] = []
    limits: LimitsOfKey | None = None
    may_delete_models: bool = False
    """Whether it may have models deleted at their vendors, where they are gone for good."""
    expires_at: Stamp | None = None

    def key_limits(self) -> KeyLimits | None:
        """The limits as the store takes them. Raises `Refusal` for an amount that is none."""
        if self.limits is None:
            return None
        if self.limits.budget is not None:
            check_amount(self.limits.budget, "limits.budget")
        return KeyLimits(**msgspec.structs.asdict(self.limits))


async def list_keys(call: Call[Nothing, Nothing]) -> KeyList:
    """The keys of the workspace, without their texts."""
    async with call.services.store.database.read() as connection:
        return KeyList(await call.services.store.api_keys.list(connection, call.workspace))


async def get_key(call: Call[Nothing, Nothing]) -> ApiKeyView:
    """One key."""
    async with call.services.store.database.read() as connection:
        return await call.services.store.api_keys.get(connection, call.workspace, call.path["key"])


async def create_key(call: Call[KeyRights, Nothing]) -> CreatedKey:
    """Make a key. Its text is shown now and never again."""
    body, store = call.body, call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.api_keys.create(
            change,
            call.workspace,
            body.name,
            models=tuple(body.models),
            limits=body.key_limits(),
            may_delete_models=body.may_delete_models,
            expires_at=body.expires_at,
        )


async def change_key(call: Call[KeyRights, Nothing]) -> ApiKeyView:
    """Give a key other rights; its text stays."""
    body, store = call.body, call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.api_keys.update(
            change,
            call.workspace,
            call.path["key"],
            name=body.name,
            models=tuple(body.models),
            limits=body.key_limits(),
            may_delete_models=body.may_delete_models,
            expires_at=body.expires_at,
        )


async def revoke_key(call: Call[Nothing, Nothing]) -> ApiKeyView:
    """Refuse a key from now on; its calls stay in the log."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.api_keys.revoke(change, call.workspace, call.path["key"])


async def restore_key(call: Call[Nothing, Nothing]) -> ApiKeyView:
    """Take a revocation back."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.api_keys.restore(change, call.workspace, call.path["key"])


async def remove_key(call: Call[Nothing, Nothing]) -> None:
    """Forget a key."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.api_keys.remove(change, call.workspace, call.path["key"])


ROUTES: tuple[Route, ...] = (
    route("GET", "/keys", list_keys, "view", reply=KeyList),
    route("POST", "/keys", create_key, "edit", body=KeyRights, reply=CreatedKey, status=201),
    route("GET", "/keys/{key}", get_key, "view", reply=ApiKeyView),
    route("PUT", "/keys/{key}", change_key, "edit", body=KeyRights, reply=ApiKeyView),
    route("POST", "/keys/{key}/revoke", revoke_key, "edit", reply=ApiKeyView),
    route("POST", "/keys/{key}/restore", restore_key, "edit", reply=ApiKeyView),
    route("DELETE", "/keys/{key}", remove_key, "edit"),
)
