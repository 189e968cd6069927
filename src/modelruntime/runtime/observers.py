"""Who watches calls."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from modelruntime.entities.call import Call
from modelruntime.entities.model_type import ModelType

log = logging.getLogger("modelruntime")


class CallInfo(msgspec.Struct, frozen=True):
    """One call as observers see it. `id` joins the callbacks of a call; `call` holds the input: do not log it by default."""

    id: str
    provider: str
    model: str
    model_type: ModelType
    stream: bool
    call: Call
    attempt: int
    """1 for the first try; grows with retries and fallbacks."""
    credential_id: str = ""
    """Of the stored credential that is used, empty for any other source."""
    telemetry_name: str = ""
    """The provider's `gen_ai.provider.name`, empty where it declares none."""
    base_url: str = ""
    """Where the call goes; empty for a local model."""


class Observer(Protocol):
    """Called in line, so be quick; what an observer raises is logged and never breaks a call."""

    def on_start(self, info: CallInfo) -> None:
        """An attempt begins."""
        ...

    def on_event(self, info: CallInfo, event: Any) -> None:
        """A stream gave an item."""
        ...

    def on_end(self, info: CallInfo, result: Any) -> None:
        """The call succeeded; for a stream `result` is its last event."""
        ...

    def on_error(self, info: CallInfo, error: BaseException) -> None:
        """An attempt failed, or the caller closed a stream early (`GeneratorExit`)."""
        ...


class BaseObserver:
    """Does nothing; inherit from it to write only the callbacks you need."""

    def on_start(self, info: CallInfo) -> None:
        """See `Observer`."""

    def on_event(self, info: CallInfo, event: Any) -> None:
        """See `Observer`."""

    def on_end(self, info: CallInfo, result: Any) -> None:
        """See `Observer`."""

    def on_error(self, info: CallInfo, error: BaseException) -> None:
        """See `Observer`."""


def headers_of(observers: Sequence[Observer], info: CallInfo) -> tuple[tuple[str, str], ...]:
    """What observers with a method `headers(info) -> Mapping[str, str]` want the vendor to get, such as the id of a trace."""
    found: dict[str, str] = {}
    for observer in observers:
        asked = getattr(observer, "headers", None)
        if asked is None:
            continue
        try:
            given: Mapping[str, str] = asked(info)
            found.update(given)
        except Exception:
            log.exception("an observer failed in headers")
    return tuple(found.items())


def notify_events(observers: Sequence[Observer], info: CallInfo, events: Sequence[Any]) -> None:
    """Call `on_event` for each of several events, on one observer after the other."""
    for observer in observers:
        for event in events:
            try:
                observer.on_event(info, event)
            except Exception:
                log.exception("an observer failed in on_event")


def notify(observers: Sequence[Observer], callback: str, info: CallInfo, *arguments: Any) -> None:
    """Call one callback on every observer."""
    for observer in observers:
        try:
            getattr(observer, callback)(info, *arguments)
        except Exception:
            log.exception("an observer failed in %s", callback)
