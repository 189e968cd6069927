"""Names of calls and requests."""

from __future__ import annotations

import random

import pytest

from modelruntime.runtime.identifiers import new_name


def test_they_are_in_the_order_of_time(monkeypatch: pytest.MonkeyPatch):
    names: list[str] = []
    for milliseconds in (1, 2**32, 2**40, 2**48 - 1):
        monkeypatch.setattr("modelruntime.runtime.identifiers.time.time_ns", lambda at=milliseconds: at * 10**6 + 999_999)
        names.append(new_name())
    assert names == sorted(names)
    assert [int(name[:12], 16) for name in names] == [1, 2**32, 2**40, 2**48 - 1]
    assert {len(name) for name in names} == {32}


def test_those_of_one_moment_differ_also_in_programs_that_seed_chance(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("modelruntime.runtime.identifiers.time.time_ns", lambda: 10**18)
    names: set[str] = set()
    for _ in range(1000):
        random.seed(1)
        names.add(new_name())
    assert len(names) == 1000
