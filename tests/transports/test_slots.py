"""The bookkeeping of connections."""

from __future__ import annotations

import pytest

from modelruntime.transports import slots as module
from modelruntime.transports.slots import KEEP_IDLE_SECONDS, Route, Slots

HERE, THERE = Route("http://a:80"), Route("http://b:80")


class Fake:
    def __init__(self, route: Route, *, stands: bool = True) -> None:
        self.route, self.stands, self.reused, self.idle_since, self.closed = route, stands, False, 0.0, False

    def usable(self) -> bool:
        return self.stands

    def close(self) -> None:
        self.closed = True


def test_the_connection_used_last_comes_first():
    slots: Slots[Fake] = Slots(2, 0)
    first, second = Fake(HERE), Fake(HERE)
    for connection in (first, second):
        assert slots.claim(HERE)
        slots.push(connection)
    assert slots.pop(HERE) is second
    assert second.reused
    assert slots.pop(HERE) is first
    assert slots.pop(HERE) is None


def test_a_connection_that_fell_is_closed_and_its_slot_free():
    slots: Slots[Fake] = Slots(1, 0)
    fallen = Fake(HERE, stands=False)
    assert slots.claim(HERE)
    slots.push(fallen)
    assert slots.pop(HERE) is None
    assert fallen.closed
    assert slots.claim(HERE)


@pytest.mark.parametrize("idle,kept", [(KEEP_IDLE_SECONDS - 1, True), (KEEP_IDLE_SECONDS + 1, False)])
def test_a_connection_that_idled_too_long_is_not_trusted(monkeypatch: pytest.MonkeyPatch, idle: float, kept: bool):
    slots: Slots[Fake] = Slots(1, 0)
    old = Fake(HERE)
    assert slots.claim(HERE)
    slots.push(old)
    monkeypatch.setattr(module, "monotonic", lambda: old.idle_since + idle)
    assert (slots.pop(HERE) is old) is kept
    assert old.closed is not kept


def test_only_idle_connections_give_way_and_the_oldest_first():
    slots: Slots[Fake] = Slots(2, 0)
    older, newer = Fake(HERE), Fake(HERE)
    for _ in range(2):
        assert slots.claim(HERE)
    assert not slots.claim(THERE)
    for connection in (older, newer):
        slots.push(connection)
    older.idle_since, newer.idle_since = 1.0, 2.0
    assert slots.claim(THERE)
    assert (older.closed, newer.closed) == (True, False)


def test_routes_differ_by_proxy_and_are_limited_one_by_one():
    slots: Slots[Fake] = Slots(0, 1)
    by_proxy = Route(HERE.origin, "http://proxy:8080")
    assert slots.claim(HERE)
    assert not slots.claim(HERE)
    assert slots.claim(by_proxy)
    slots.release(HERE)
    assert slots.claim(HERE)


def test_clearing_gives_every_idle_slot_back():
    slots: Slots[Fake] = Slots(1, 0)
    idle = Fake(HERE)
    assert slots.claim(HERE)
    slots.push(idle)
    assert slots.clear() == [idle]
    assert slots.claim(THERE)
