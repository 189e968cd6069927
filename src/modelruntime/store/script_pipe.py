"""Scripts on a Valkey or Redis server, from one event loop over one connection: what is asked at the same time travels together.

While one batch is under way the next one gathers, so that many calls cost few round trips and each script still comes in order.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

BATCH_AT_MOST = 512


class Lost(Exception):
    """The server could not be asked, or what it said is no answer."""


class Script(msgspec.Struct, frozen=True):
    """A script and how the server calls it."""

    source: str
    digest: str

    @classmethod
    def of(cls, source: str) -> Script:
        """The script of that text."""
        return cls(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


class _Order(msgspec.Struct):
    script: Script
    keys: Sequence[str]
    arguments: Sequence[str]
    answer: asyncio.Future[Any]


class ScriptPipe:
    """`seconds` is how long a batch may take before the server counts as lost."""

    def __init__(self, url: str, seconds: float = 0.5) -> None:
        # one more try covers a connection that the server closed while it was idle
        self._redis: Any = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] (its keywords are untyped)
            url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=Retry(NoBackoff(), 1), decode_responses=True
        )
        self._seconds = seconds
        self._orders: list[_Order] = []
        self._sender: asyncio.Task[None] | None = None

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[str]) -> Any:
        """What the script gives. Raises `Lost`."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._orders.append(_Order(script, keys, arguments, answer))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())
        return await answer

    async def aclose(self) -> None:
        """Close the connection."""
        if (sender := self._sender) is not None:
            await asyncio.wait([sender])
        with suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _send_all(self) -> None:
        try:
            while self._orders:
                batch, self._orders = self._orders[:BATCH_AT_MOST], self._orders[BATCH_AT_MOST:]
                await self._send(batch)
        finally:
            self._sender = None

    async def _send(self, batch: list[_Order]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                answers = await self._round(batch)
                if any(isinstance(answer, NoScriptError) for answer in answers):  # a server that forgot, or never knew
                    answers = await self._taught(batch, answers)
        except Exception as error:  # noqa: BLE001 - whatever it is, everybody who waits must hear of it
            answers = [error] * len(batch)
        except asyncio.CancelledError:
            for order in batch:
                order.answer.cancel()
            raise
        for order, answer in zip(batch, answers, strict=True):
            if order.answer.done():
                continue
            if isinstance(answer, Exception):
                order.answer.set_exception(Lost(f"the server that counts limits cannot be asked: {type(answer).__name__}"))
            else:
                order.answer.set_result(answer)

    async def _taught(self, batch: list[_Order], answers: list[Any]) -> list[Any]:
        """Those that the server did not know were not run: run them again, in full."""
        missed = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        for source in {batch[at].script.source for at in missed}:
            await self._redis.script_load(source)
        again = await self._round([batch[at] for at in missed])
        for at, answer in zip(missed, again, strict=True):
            answers[at] = answer
        return answers

    async def _round(self, batch: list[_Order]) -> list[Any]:
        pipe = self._redis.pipeline(transaction=False)
        for order in batch:
            pipe.execute_command("EVALSHA", order.script.digest, len(order.keys), *order.keys, *order.arguments)
        return cast("list[Any]", await pipe.execute(raise_on_error=False))
