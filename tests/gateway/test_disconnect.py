"""A client's leaving ends the block that waits for it, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from modelruntime.gateway.asgi import Event
from modelruntime.gateway.body import ClientGone
from modelruntime.gateway.disconnect import WHEN_GONE, UntilGone


async def never() -> Event:
    raise AssertionError("the connection tells, nobody asks")


async def left_while_it_waits(told: list[Callable[[], None] | None]) -> None:
    with UntilGone({WHEN_GONE: told.append}, never):
        leave = told[0]
        assert leave is not None
        asyncio.get_running_loop().call_soon(leave)
        await asyncio.Event().wait()


async def test_the_block_is_cancelled_when_the_connection_tells():
    told: list[Callable[[], None] | None] = []
    with pytest.raises(ClientGone):
        await left_while_it_waits(told)
    assert told[1:] == [None]
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_is_told_after_the_block_cancels_nothing():
    told: list[Callable[[], None] | None] = []
    with UntilGone({WHEN_GONE: told.append}, never):
        pass
    leave = told[0]
    assert leave is not None
    leave()
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
