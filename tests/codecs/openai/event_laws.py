"""The laws of `entities/events.py`, and events that compare by value."""

from collections.abc import Sequence

from modelruntime.entities import events as e
from tests.replay.family_replay import unbalanced


def plain(found: Sequence[e.StreamEvent]) -> list[e.StreamEvent | str]:
    """Events that compare by value: an error by its class and message."""
    return [f"{type(event.error).__name__}: {event.error.message}" if isinstance(event, e.ErrorEvent) else event for event in found]


def check_laws(found: Sequence[e.StreamEvent]) -> None:
    """A start first (or an error alone), one last event, every part ended, its deltas adding up to it."""
    assert list(unbalanced(found)) == []
