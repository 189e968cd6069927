"""No recording that is in scope is left out in silence, and no recorded stream escapes the laws."""

from __future__ import annotations

from typing import Any

import pytest

from tests.replay.played import callers_of, judges, played, replaced, yielded
from tests.replay.recordings import Recording, recordings
from tests.replay.scope import excuse, scope_of
from tests.replay.verdicts import rows_of

LAWS = "broken_laws"


def in_scope() -> list[Recording]:
    """Every row of a codec that is built, but for the excused."""
    found = ((row, scope_of(row)) for row in recordings(""))
    return [row for row, scope in found if scope is not None and scope.when == "now" and excuse(row) is None]


def test_every_recorded_stream_is_held_to_the_laws() -> None:
    held: set[str] = set()

    def watched(codec: Any, row: Recording, *rest: Any) -> list[str]:
        held.add(row.id)
        return []

    with replaced(LAWS, watched):
        for _, test in callers_of(LAWS):
            test()
    streams = [row for row in in_scope() if row.streamed and row.status < 300]
    print(f"{len(streams)} recorded streams are held to the laws")
    assert [row.id for row in streams if row.id not in held] == []


def test_a_broken_law_fails_the_tests_that_apply_them() -> None:
    found = callers_of(LAWS)
    assert len(found) >= 4
    if not in_scope():
        return
    with replaced(LAWS, lambda *given: ["planted"]):
        for _, test in found:
            with pytest.raises(AssertionError):
                test()


def test_every_recording_in_scope_is_judged_by_somebody() -> None:
    judged = {item.row.id for item in played()}
    judged |= {getattr(item, "row", item).id for name in ("counted", "rows") for _, items in yielded(name) for item in items}
    judged |= {row.id for judge in judges() for row in rows_of(judge.codec)}
    assert [f"{row.id}: {row.method} {row.path}" for row in in_scope() if row.id not in judged] == []
