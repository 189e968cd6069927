"""The audit log."""

from __future__ import annotations

from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.field_types import Id, PageSize
from modelruntime.admin.route import Route, route
from modelruntime.store.audit_entry import AuditEntry


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`before` is the number of the last entry seen."""

    before: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | None = None
    limit: PageSize = 100
    workspace: Id | None = None
    subject: Id | None = None


class AuditPage(msgspec.Struct, frozen=True):
    """Newest first."""

    data: list[AuditEntry]
    next: int | None
    """For `before` of the following page; None at the end."""


class AuditCheck(msgspec.Struct, frozen=True):
    """Is the chain of entries whole?"""

    whole: bool
    first_broken: int | None
    """The number of the first entry that was changed, or that follows a missing one."""


async def list_audit(call: Call[Nothing, AuditQuery]) -> AuditPage:
    """Who changed what, newest first. Holds no secret."""
    query, store = call.query, call.services.store
    async with store.database.read() as connection:
        rows = await store.audit.list(
            connection, before=query.before, limit=query.limit, workspace=query.workspace, subject=query.subject
        )
    return AuditPage(rows, rows[-1].number if len(rows) == query.limit else None)


async def check_audit(call: Call[Nothing, Nothing]) -> AuditCheck:
    """Follow the chain of digests through the whole log."""
    store = call.services.store
    async with store.database.read() as connection:
        broken = await store.audit.first_broken(connection)
    return AuditCheck(broken is None, broken)


ROUTES: tuple[Route, ...] = (
    route("GET", "/audit", list_audit, "operate", query=AuditQuery, reply=AuditPage),
    route("GET", "/audit/check", check_audit, "operate", reply=AuditCheck),
)
