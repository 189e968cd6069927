"""Writes of one turn of the loop go out together, in their order."""

from __future__ import annotations

import asyncio
from typing import Any

from modelruntime.transports.turn_writes import TurnWrites


class Socket(asyncio.WriteTransport):
    def __init__(self, log: list[tuple[str, bytes]], name: str) -> None:
        super().__init__()
        self._log = log
        self._name = name
        self.closed = False

    def write(self, data: Any) -> None:
        self._log.append((self._name, bytes(data)))

    def is_closing(self) -> bool:
        return self.closed


async def test_they_wait_for_the_end_of_the_turn():
    log: list[tuple[str, bytes]] = []
    writes = TurnWrites(asyncio.get_running_loop())
    one, two = Socket(log, "one"), Socket(log, "two")
    writes.write(one, b"a")
    writes.write(two, b"b")
    asyncio.get_running_loop().call_soon(log.append, ("later", b""))
    assert not log
    await asyncio.sleep(0)
    assert log == [("one", b"a"), ("two", b"b"), ("later", b"")]
    writes.write(two, b"c")
    await asyncio.sleep(0)
    assert log[3:] == [("two", b"c")]


async def test_what_is_closed_gets_nothing_and_keeps_nobody_waiting():
    log: list[tuple[str, bytes]] = []
    writes = TurnWrites(asyncio.get_running_loop())
    one, two = Socket(log, "one"), Socket(log, "two")
    writes.write(one, b"a")
    writes.write(two, b"b")
    one.closed = True
    writes.flush()
    assert log == [("two", b"b")]
    await asyncio.sleep(0)
    assert log == [("two", b"b")]


async def test_what_one_is_sent_in_a_turn_is_one_write():
    log: list[tuple[str, bytes]] = []
    writes = TurnWrites(asyncio.get_running_loop())
    one, two = Socket(log, "one"), Socket(log, "two")
    for to, data in ((one, b"a"), (two, b"b"), (one, b"c")):
        writes.write(to, data)
    await asyncio.sleep(0)
    assert log == [("one", b"ac"), ("two", b"b")]


async def test_much_does_not_wait():
    log: list[tuple[str, bytes]] = []
    writes = TurnWrites(asyncio.get_running_loop())
    one = Socket(log, "one")
    writes.write(one, b"a" * 64 * 1024)
    assert not log
    writes.write(one, b"a")
    assert log == [("one", b"a" * (64 * 1024 + 1))]


async def test_what_must_have_happened_happens_before_anything_is_written():
    log: list[tuple[str, bytes]] = []
    writes = TurnWrites(asyncio.get_running_loop(), lambda: log.append(("before", b"")))
    one, two = Socket(log, "one"), Socket(log, "two")
    writes.flush()
    assert not log
    writes.write(one, b"a")
    writes.write(two, b"b")
    await asyncio.sleep(0)
    assert log == [("before", b""), ("one", b"a"), ("two", b"b")]
