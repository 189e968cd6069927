"""One call to be made: its candidates, how to render it for each, and what to do with the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.warning import CallWarning
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.target import Target
from modelruntime.transports.contract import Timeouts

R = TypeVar("R")


class Prepared(msgspec.Struct, frozen=True):
    """A call for one target: parameters under the target's names, attachments resolved."""

    call: Any
    warnings: tuple[CallWarning, ...] = ()
    codec: Any = None
    """Speaks for the target's codec; None: that itself."""


class Job(Generic[R]):
    """`targets` are tried in order; each is a function, so that a fallback costs nothing until it is needed."""

    __slots__ = ("finish", "model_type", "observers", "prepare", "targets", "timeouts")

    def __init__(
        self,
        model_type: ModelType,
        targets: Sequence[Callable[[], Target]],
        prepare: Callable[[Target], Plan[Prepared]],
        finish: Callable[[Target, Prepared, Any], Any],
        timeouts: Timeouts,
        observers: Sequence[Observer],
    ) -> None:
        self.model_type = model_type
        self.targets = targets
        self.prepare = prepare
        self.finish = finish
        self.timeouts = timeouts
        self.observers = observers
