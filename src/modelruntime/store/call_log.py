"""The records of calls, one by one: pages, details, what was said."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.runtime.call_record import CallContent, CallRecord
from modelruntime.store.call_row import attempt_of, call_of
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

    async def after(self, connection: AsyncConnection, wanted: CallFilter, seen: CallRecord | None) -> tuple[CallRecord, ...]:
        """What began after the newest one seen, oldest first: for who follows the log. Without one, nothing yet."""
        if seen is None:
            return ()
        newer = tuple_(CALLS.c.started_at, CALLS.c.id) > tuple_(seen.started_at, seen.id)
        query = wanted.applied(select(CALLS)).where(newer).order_by(CALLS.c.started_at, CALLS.c.id).limit(PAGE_AT_MOST)
        return tuple(call_of(row) for row in await connection.execute(query))

    async def get(self, connection: AsyncConnection, identifier: str, workspace: str | None = None) -> CallRecord:
        """One, with its attempts, and with what was said where that is kept. Raises `NotThere`, also for one of another
        workspace."""
        query = CallFilter(workspace=workspace).applied(select(CALLS).where(CALLS.c.id == identifier))
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotThere(f"there is no record of a call {identifier!r}")
        tries = await connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.call_id == identifier).order_by(ATTEMPTS.c.number))
        record = call_of(row, tuple(attempt_of(each, row) for each in tries))
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
