"""The log of calls: pages, one call with its attempts, and what ends now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import msgspec
from starlette.responses import StreamingResponse

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.call_view import CallView, call_view
from modelruntime.admin.endpoints.usage import Word, filtered
from modelruntime.admin.event_stream import EVENT_STREAM, event, event_response
from modelruntime.admin.field_types import PageSize, Stamp
from modelruntime.admin.route import Raw, Route, route
from modelruntime.entities.model_type import ModelType

ALIVE_SECONDS = 15.0
"""A comment goes out after so long without a call, so that nobody on the way takes the line for dead."""


class LogQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls; `cursor` is the `next` of the page before."""

    cursor: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    limit: PageSize = 50
    since: Stamp | None = None
    until: Stamp | None = None
    key_id: Word | None = None
    provider: Word | None = None
    model: Word | None = None
    asked_model: Word | None = None
    model_type: ModelType | None = None
    outcome: Literal["ok", "failed"] | None = None
    all_workspaces: bool = False


class LogPage(msgspec.Struct, frozen=True):
    """Newest first, without attempts."""

    data: list[CallView]
    next: str | None


class TailQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`all_workspaces` is for who operates the gateway."""

    all_workspaces: bool = False


class Forgotten(msgspec.Struct, frozen=True):
    """Of how many calls the content was deleted."""

    calls: int


async def list_calls(call: Call[Nothing, LogQuery]) -> LogPage:
    """The calls of clients, newest first."""
    query, store = call.query, call.services.store
    wanted = filtered(
        call,
        query.all_workspaces,
        since=query.since,
        until=query.until,
        key_id=query.key_id,
        provider=query.provider,
        model=query.model,
        asked_model=query.asked_model,
        model_type=query.model_type,
        outcome=query.outcome,
    )
    async with store.database.read() as connection:
        page = await store.calls.page(connection, wanted, cursor=query.cursor, limit=query.limit)
    return LogPage([call_view(record) for record in page.calls], page.next)


async def get_call(call: Call[Nothing, Nothing]) -> CallView:
    """One call with every attempt, and what was said where that is kept."""
    store = call.services.store
    async with store.database.read() as connection:
        return call_view(await store.calls.get(connection, call.path["call"], call.workspace))


async def tail_calls(call: Call[Nothing, TailQuery]) -> StreamingResponse:
    """Calls as they end, each an event `call`; those of other workers and replicas a moment later."""
    wanted = filtered(call, call.query.all_workspaces).workspace
    return event_response(_tail(call, wanted))


async def _tail(call: Call[Nothing, TailQuery], workspace: str | None) -> AsyncIterator[bytes]:
    async with call.services.feed.calls() as queue:
        yield b": open\n\n"
        while True:
            try:
                record = await asyncio.wait_for(queue.get(), ALIVE_SECONDS)
            except TimeoutError:
                yield b": alive\n\n"
                continue
            if workspace in (None, record.workspace):
                yield event("call", call_view(record))


async def forget_content(call: Call[Nothing, Nothing]) -> Forgotten:
    """Delete what was said in every call of the workspace; the records stay."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        return Forgotten(await store.calls.forget_content(change, workspace=call.workspace))


ROUTES: tuple[Route, ...] = (
    route("GET", "/logs", list_calls, "view", query=LogQuery, reply=LogPage),
    route("GET", "/logs/tail", tail_calls, "view", query=TailQuery, reply=Raw((EVENT_STREAM,))),
    route("GET", "/logs/{call}", get_call, "view", reply=CallView),
    route("DELETE", "/logs/content", forget_content, "edit", reply=Forgotten, changes=False),
)
