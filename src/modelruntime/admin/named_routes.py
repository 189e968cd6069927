"""Routes over names that stand for something: list, set, remove. One table of names is like the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.permission import Permission
from modelruntime.admin.refusal import refuse
from modelruntime.admin.route import Route, route
from modelruntime.admin.services import Services
from modelruntime.store.named_values import NamedValues
from modelruntime.store.workspaces import ALL

V = TypeVar("V")
Scope = Literal["workspace", "all"]


class ListedNames(msgspec.Struct, frozen=True, kw_only=True):
    """Whose names are told: what the workspace set for itself (`workspace`), what is set for all workspaces (`all`), or without
    a scope what holds in the workspace: its own before those for all."""

    scope: Scope | None = None


class NamesScope(msgspec.Struct, frozen=True, kw_only=True):
    """For whom it is set: the workspace of the request, or `all` workspaces, which needs an admin of the whole gateway."""

    scope: Scope = "workspace"


def named_routes(
    path: str,
    noun: str,
    told: str,
    value_type: Any,
    values: Callable[[Services], NamedValues[Any]],
    check: Callable[[Any], None],
    permission: Permission,
) -> tuple[Route, ...]:
    """GET of all, PUT and DELETE of one, in the workspace or for all of them; whoever sees the workspace may look.

    `told` says what a name and its value are; `check` raises `Refusal` for a value that the store would not judge; `permission` is
    needed to change what belongs to one workspace.
    """
    word = "".join(part.capitalize() for part in noun.split())
    fields = [("data", dict[str, value_type]), ("own", tuple[str, ...])]
    about = f"{told} `own` are those names that the workspace set for itself; the others are for all workspaces."
    whole: Any = msgspec.defstruct(f"{word}Table", fields, frozen=True, namespace={"__doc__": about})
    one: Any = msgspec.defstruct(
        f"{word}Value", [("value", value_type)], frozen=True, forbid_unknown_fields=True, namespace={"__doc__": told}
    )

    async def list_all(call: Call[Nothing, ListedNames]) -> Any:
        table, scope = values(call.services), call.query.scope
        async with call.services.store.database.read() as connection:
            own = {} if scope == "all" else await table.all(connection, call.workspace)
            for_all = {} if scope == "workspace" else await table.all(connection)
        return whole(dict(sorted({**for_all, **own}.items())), tuple(own))

    async def put_one(call: Call[Any, NamesScope]) -> Any:
        workspace = _scoped(call)
        check(call.body.value)
        async with call.services.store.database.change(call.actor()) as change:
            await values(call.services).put(change, call.path["name"], call.body.value, workspace)
        return call.body

    async def remove_one(call: Call[Nothing, NamesScope]) -> None:
        workspace = _scoped(call)
        async with call.services.store.database.change(call.actor()) as change:
            await values(call.services).remove(change, call.path["name"], workspace)

    plural = path.strip("/").replace("-", "_")
    singular = noun.replace(" ", "_")
    listed = _called(list_all, f"list_{plural}", f"Every {noun} that holds in the workspace. {told}")
    put = _called(put_one, f"put_{singular}", f"Set a {noun}. {told}")
    remove = _called(remove_one, f"remove_{singular}", f"Remove a {noun}. One that is set for all workspaces holds again.")
    named = f"{path}/{{name:path}}"
    return (
        route("GET", path, listed, "view", query=ListedNames, reply=whole),
        route("PUT", named, put, permission, query=NamesScope, body=one, reply=one),
        route("DELETE", named, remove, permission, query=NamesScope),
    )


def _scoped(call: Call[Any, NamesScope]) -> str:
    """The workspace that is meant. Raises `Refusal` (403) for who may not set something for all of them."""
    if call.query.scope == "workspace":
        return call.workspace
    if not call.identity.may("operate", call.workspace):
        raise refuse(403, "not_allowed", "what is for all workspaces is set by an admin of the whole gateway", "scope")
    return ALL


def _called(handler: Any, name: str, told: str) -> Any:
    handler.__name__ = name
    handler.__doc__ = told
    return handler
