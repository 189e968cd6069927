"""Workspaces."""

from __future__ import annotations

from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.field_types import Name
from modelruntime.admin.route import Route, route
from modelruntime.store.workspaces import Workspace


class WorkspaceList(msgspec.Struct, frozen=True):
    """Those that the caller may see, by name."""

    data: list[Workspace]


class NewWorkspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` has letters a-z, digits, _ and -, and stays."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=63)]
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""


class WorkspaceName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it is called."""

    name: Name


async def list_workspaces(call: Call[Nothing, Nothing]) -> WorkspaceList:
    """The workspaces that the caller may see."""
    async with call.services.store.database.read() as connection:
        found = await call.services.store.workspaces.list(connection)
    return WorkspaceList([each for each in found if call.identity.sees(each.id)])


async def add_workspace(call: Call[NewWorkspace, Nothing]) -> Workspace:
    """Make a workspace: credentials, keys and records of its own."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.workspaces.add(change, call.body.id, call.body.name)


async def rename_workspace(call: Call[WorkspaceName, Nothing]) -> Workspace:
    """Call it otherwise."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        return await store.workspaces.rename(change, call.path["workspace"], call.body.name)


async def remove_workspace(call: Call[Nothing, Nothing]) -> None:
    """Remove a workspace that has no credentials and no keys."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.workspaces.remove(change, call.path["workspace"])


ROUTES: tuple[Route, ...] = (
    route("GET", "/workspaces", list_workspaces, "view", reply=WorkspaceList),
    route("POST", "/workspaces", add_workspace, "operate", body=NewWorkspace, reply=Workspace, status=201),
    route("PATCH", "/workspaces/{workspace}", rename_workspace, "operate", body=WorkspaceName, reply=Workspace),
    route("DELETE", "/workspaces/{workspace}", remove_workspace, "operate"),
)
