"""The records of calls, one by one: pages, details, what was said."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, select, tuple_

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.runtime.call_record import AttemptRecord, CallContent, CallRecord
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.call_row import attempt_of, call_of, only_attempt_of
from modelruntime.store.change import Change
from modelruntime.store.errors import NotThere
from modelruntime.store.tables import ATTEMPTS, CALLS, CONTENTS

PAGE_AT_MOST = 500


class CallFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls. None lets every one pass. Times are seconds since the epoch, `until` is not included."""

    workspace: str | None = None
    key_id: str | None = None
    provider: str | None = None
    model: str | None = None
    asked_model: str | None = None
    model_type: str | None = None
    endpoint: str | None = None
    outcome: Literal["ok", "failed"] | None = None
    since: float | None = None
    until: float | None = None

    def applied(self, query: Any) -> Any:
        """The `SELECT` of calls with these conditions."""
        for name in ("workspace", "key_id", "provider", "model", "asked_model", "model_type", "endpoint"):
            if (value := getattr(self, name)) is not None:
                query = query.where(CALLS.c[name] == value)
        if self.outcome is not None:
            query = query.where(CALLS.c.status < 400 if self.outcome == "ok" else CALLS.c.status >= 400)
        if self.since is not None:
            query = query.where(CALLS.c.started_at >= self.since)
        if self.until is not None:
            query = query.where(CALLS.c.started_at < self.until)
        return query


class CallPage(msgspec.Struct, frozen=True):
    """Calls, newest first, without their attempts. `next` is the cursor of the following page, None at the end."""

    calls: tuple[CallRecord, ...]
    next: str | None = None


class CallLog:
    """Reads take a connection of `Database.read`."""

    async def page(
        self, connection: AsyncConnection, wanted: CallFilter, *, cursor: str | None = None, limit: int = 50
    ) -> CallPage:
        """A page. Raises `ParameterInvalid` for a cursor that is none."""
        limit = min(max(limit, 1), PAGE_AT_MOST)
        query = wanted.applied(select(CALLS)).order_by(CALLS.c.started_at.desc(), CALLS.c.id.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(tuple_(CALLS.c.started_at, CALLS.c.id) < tuple_(*_place(cursor)))
        rows = list(await connection.execute(query))
        more = len(rows) > limit
        return CallPage(tuple(call_of(row) for row in rows[:limit]), _cursor(rows[limit - 1]) if more else None)

    async def ended(self, connection: AsyncConnection, since: float, began: float) -> dict[str, tuple[float, float]]:
        """The calls that ended at `since` or later, of those that began at `began` or later: id → when it began, how long it took,
        in the order of their ends. For who follows the log."""
        end = CALLS.c.started_at + CALLS.c.seconds
        query = select(CALLS.c.id, CALLS.c.started_at, CALLS.c.seconds).where(CALLS.c.started_at >= began, end >= since)
        return {row.id: (row.started_at, row.seconds) for row in await connection.execute(query.order_by(end, CALLS.c.id))}

    async def several(self, connection: AsyncConnection, identifiers: Sequence[str]) -> list[CallRecord]:
        """These calls with their attempts, in this order; those that are not there are left out."""
        if not identifiers:
            return []
        rows = {row.id: row for row in await connection.execute(select(CALLS).where(CALLS.c.id.in_(identifiers)))}
        tries: dict[str, list[AttemptRecord]] = {}
        found = select(ATTEMPTS).where(ATTEMPTS.c.call_id.in_(identifiers)).order_by(ATTEMPTS.c.number)
        for each in await connection.execute(found):
            if each.call_id in rows:
                tries.setdefault(each.call_id, []).append(attempt_of(each, rows[each.call_id]))
        return [call_of(rows[one], tuple(tries.get(one) or only_attempt_of(rows[one]))) for one in identifiers if one in rows]

    async def get(self, connection: AsyncConnection, identifier: str, workspace: str | None = None) -> CallRecord:
        """One, with its attempts, and with what was said where that is kept. Raises `NotThere`, also for one of another
        workspace."""
        query = CallFilter(workspace=workspace).applied(select(CALLS.c.id).where(CALLS.c.id == identifier))
        if (await connection.execute(query)).one_or_none() is None:
            raise NotThere(f"there is no record of a call {identifier!r}")
        (record,) = await self.several(connection, (identifier,))
        said = (await connection.execute(select(CONTENTS).where(CONTENTS.c.call_id == identifier))).one_or_none()
        content = None if said is None else CallContent(said.request, said.reply)
        return msgspec.structs.replace(record, content=content)

    async def forget_content(self, change: Change, identifier: str | None = None, workspace: str | None = None) -> int:
        """Delete what was said in one call, or in all of a workspace, or everywhere; returns of how many calls."""
        statement = delete(CONTENTS)
        if identifier is not None:
            statement = statement.where(CONTENTS.c.call_id == identifier)
        if workspace is not None:
            statement = statement.where(CONTENTS.c.workspace == workspace)
        count = int((await change.connection.execute(statement)).rowcount)
        await change.note("content.forgotten", identifier or "all", None, {"calls": count}, workspace or "")
        return count


def _cursor(row: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((row.started_at, row.id))).decode().rstrip("=")


def _place(cursor: str) -> tuple[float, str]:
    try:
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(content, type=tuple[float, str])
    except (binascii.Error, ValueError, msgspec.DecodeError) as cause:
        raise ParameterInvalid("the cursor is none of this list: begin without one", field="cursor") from cause
