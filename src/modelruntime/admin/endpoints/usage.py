"""What was used and what it cost."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.field_types import Stamp
from modelruntime.admin.refusal import refuse
from modelruntime.admin.route import Raw, Route, route
from modelruntime.entities.model_type import ModelType
from modelruntime.store.call_log import CallFilter
from modelruntime.store.usage_report import Bucket, Grouping, UsageRow, as_csv

Word = Annotated[str, msgspec.Meta(max_length=300)]


class UsageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls, and how they are added up."""

    since: Stamp | None = None
    until: Stamp | None = None
    key_id: Word | None = None
    provider: Word | None = None
    model: Word | None = None
    model_type: ModelType | None = None
    by: Word = ""
    """One or more of workspace, key_id, provider, model, asked_model, model_type, endpoint, with commas between."""
    bucket: Bucket | None = None
    offset_minutes: Annotated[int, msgspec.Meta(ge=-1440, le=1440)] = 0
    """Of the time zone whose days are meant, from UTC."""
    all_workspaces: bool = False
    """Not of the one workspace alone: for who operates the gateway."""


class UsageReply(msgspec.Struct, frozen=True):
    """Oldest first."""

    data: list[UsageRow]


async def get_usage(call: Call[Nothing, UsageQuery]) -> UsageReply:
    """Sums of calls, tokens and cost by currency, grouped and in buckets of time."""
    return UsageReply(await _rows(call))


async def get_usage_csv(call: Call[Nothing, UsageQuery]) -> Response:
    """The same as CSV."""
    text = as_csv(await _rows(call), _by(call.query))
    headers = {"content-disposition": 'attachment; filename="usage.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


def filtered(call: Call[Any, Any], all_workspaces: bool, **conditions: Any) -> CallFilter:
    """A filter that looks into the workspace of the request, or for who may into all of them."""
    if all_workspaces and not call.identity.may("operate", call.workspace):
        raise refuse(403, "not_allowed", "all workspaces are for who operates the gateway", "all_workspaces")
    return CallFilter(workspace=None if all_workspaces else call.workspace, **conditions)


async def _rows(call: Call[Nothing, UsageQuery]) -> list[UsageRow]:
    query, store = call.query, call.services.store
    wanted = filtered(
        call,
        query.all_workspaces,
        since=query.since,
        until=query.until,
        key_id=query.key_id,
        provider=query.provider,
        model=query.model,
        model_type=query.model_type,
    )
    async with store.database.read() as connection:
        return await store.usage.rows(connection, wanted, by=_by(query), bucket=query.bucket, offset_minutes=query.offset_minutes)


def _by(query: UsageQuery) -> tuple[Grouping, ...]:
    words = tuple(dict.fromkeys(word.strip() for word in query.by.split(",") if word.strip()))
    try:
        return msgspec.convert(words, tuple[Grouping, ...])
    except msgspec.ValidationError as error:
        raise refuse(422, "invalid_query", f"by: {error}", "by") from error


ROUTES: tuple[Route, ...] = (
    route("GET", "/usage", get_usage, "view", query=UsageQuery, reply=UsageReply),
    route("GET", "/usage.csv", get_usage_csv, "view", query=UsageQuery, reply=Raw(("text/csv",))),
)
