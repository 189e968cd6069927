"""What was used and what it cost, added up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import ColumnElement, Float, Integer, Numeric, and_, case, cast, func, literal, not_, or_, select

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.call_log import CallFilter
from modelruntime.store.limits_contract import Spent
from modelruntime.store.tables import CALLS

Grouping = Literal["workspace", "key_id", "provider", "model", "asked_model", "model_type", "endpoint"]
Bucket = Literal["hour", "day"]
SECONDS: dict[Bucket, int] = {"hour": 3600, "day": 86400}
_SUMS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "characters", "searches")


class UsageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One group in one bucket of time. Sums pass over what is not known."""

    start: float | None = None
    """When the bucket begins, seconds since the epoch; None without buckets."""
    group: dict[str, str] = {}
    calls: int = 0
    failed: int = 0
    cached: int = 0
    unpriced: int = 0
    """Calls that used something and whose cost is not known; they are in no sum of `cost`."""
    seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    characters: int = 0
    audio_seconds: float = 0.0
    searches: int = 0
    cost: dict[str, Decimal] = {}
    """By currency, exact."""


class UsageReport:
    """Reads take a connection of `Database.read`."""

    async def rows(
        self,
        connection: AsyncConnection,
        wanted: CallFilter,
        *,
        by: tuple[Grouping, ...] = (),
        bucket: Bucket | None = None,
        offset_minutes: int = 0,
    ) -> list[UsageRow]:
        """Sums, oldest bucket first. `offset_minutes` moves the borders of buckets from UTC to a time zone's.

        Raises `ParameterInvalid` for a grouping that is none."""
        for name in by:
            if name not in get_args(Grouping):
                raise ParameterInvalid(f"usage is grouped by {', '.join(get_args(Grouping))}, not {name!r}", field="by")
        start = _start(bucket, offset_minutes)
        keys = [start.label("start"), *(CALLS.c[name] for name in by)]
        # a constant bucket must not be named in GROUP BY: PostgreSQL would take it for a column's number
        grouped = [*((start,) if bucket else ()), *(CALLS.c[name] for name in by), CALLS.c.currency]
        query = wanted.applied(select(*keys, CALLS.c.currency, *_sums(connection.dialect.name))).group_by(*grouped)
        found: dict[tuple[Any, ...], UsageRow] = {}
        for row in (await connection.execute(query)).mappings():
            if not row["calls"]:
                continue
            key = (row["start"], *(row[name] for name in by))
            found[key] = _added(found.get(key), row, bucket, by)
        return [found[key] for key in sorted(found, key=lambda key: (key[0] or 0, *map(str, key[1:])))]

    async def spent_by_hour(self, connection: AsyncConnection, key_id: str, currency: str, since: float) -> list[Spent]:
        """What a key has spent in one currency since then, added up hour by hour of the calls' beginnings; oldest first."""
        start = _start("hour", 0)
        query = select(start, _money(connection.dialect.name)).group_by(start).order_by(start)
        query = query.where(CALLS.c.key_id == key_id, CALLS.c.currency == currency, CALLS.c.started_at >= since)
        return [Spent(float(row[0]), _decimal(row[1])) for row in await connection.execute(query)]


def as_csv(rows: Iterable[UsageRow], by: tuple[Grouping, ...]) -> str:
    """The rows as CSV with a head; one line for each currency of a row."""
    numbers = [name for name in UsageRow.__struct_fields__ if name not in ("start", "group", "cost")]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["start", *by, *numbers, "currency", "cost"])
    for row in rows:
        plain = [row.start if row.start is not None else "", *(_cell(row.group.get(name, "")) for name in by)]
        values = [*plain, *(getattr(row, name) for name in numbers)]
        for currency, amount in row.cost.items() or [("", "")]:
            writer.writerow([*values, currency, format(amount, "f") if isinstance(amount, Decimal) else amount])
            values = [*plain, *(0 for _ in numbers)]
    return out.getvalue()


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _start(bucket: Bucket | None, offset_minutes: int) -> ColumnElement[Any]:
    if bucket is None:
        return literal(0, Integer)
    width, moved = SECONDS[bucket], offset_minutes * 60
    return func.floor((CALLS.c.started_at + moved) / width) * width - moved


_USED = or_(*(CALLS.c[name] > 0 for name in ("input_tokens", "output_tokens", "characters", "audio_seconds", "searches")))
_UNPRICED = and_(CALLS.c.cost.is_(None), CALLS.c.provider != "", not_(CALLS.c.cached), or_(CALLS.c.status < 400, _USED))
"""Somebody was asked, something was used, and nobody knows what it cost. What reached no vendor, or was refused there, is free."""


def _sums(dialect: str) -> list[Any]:
    return [
        func.count().label("calls"),
        func.sum(case((CALLS.c.status >= 400, 1), else_=0)).label("failed"),
        func.sum(case((CALLS.c.cached, 1), else_=0)).label("cached"),
        func.sum(case((_UNPRICED, 1), else_=0)).label("unpriced"),
        cast(func.sum(CALLS.c.seconds), Float).label("seconds"),
        *(func.sum(CALLS.c[name]).label(name) for name in _SUMS),
        cast(func.sum(CALLS.c.audio_seconds), Float).label("audio_seconds"),
        _money(dialect).label("cost"),
    ]


def _money(dialect: str) -> ColumnElement[Any]:
    return func.sum(cast(CALLS.c.cost, Numeric)) if dialect == "postgresql" else func.money_sum(CALLS.c.cost)


def _decimal(value: Any) -> Decimal:
    return Decimal(0) if value is None else Decimal(value)


def _added(before: UsageRow | None, row: Mapping[Any, Any], bucket: Bucket | None, by: tuple[Grouping, ...]) -> UsageRow:
    """One currency more of the same group and bucket."""
    before = before or UsageRow(start=None if bucket is None else float(row["start"]), group={name: row[name] for name in by})
    counts = {name: getattr(before, name) + int(row[name] or 0) for name in ("calls", "failed", "cached", "unpriced", *_SUMS)}
    times = {name: getattr(before, name) + float(row[name] or 0) for name in ("seconds", "audio_seconds")}
    cost = before.cost if row["cost"] is None else {**before.cost, row["currency"]: _decimal(row["cost"])}
    return msgspec.structs.replace(before, **counts, **times, cost=cost)
