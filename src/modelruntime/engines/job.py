"""One piece of work for an engine's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

R = TypeVar("R")


class Job(Generic[R]):
    """A function of the loaded engine, the future of its result, and whether its caller has gone."""

    __slots__ = ("_run", "_stopped", "future")

    def __init__(self, run: Callable[[Any], R]) -> None:
        self._run = run
        self._stopped = False
        self.future: Future[R] = Future()

    def stop(self) -> None:
        """The caller has gone: work that has not begun never will, work that has is asked to end."""
        self._stopped = True
        self.future.cancel()

    def stopped(self) -> bool:
        """Whether the caller has gone."""
        return self._stopped

    def begin(self) -> bool:
        """Take the job up; false when its caller has gone."""
        return self.future.set_running_or_notify_cancel()

    def run(self, engine: Any) -> None:
        """Do the work; what it raises goes to `fail` of the caller's choice."""
        self.future.set_result(self._run(engine))

    def fail(self, error: BaseException) -> None:
        """End with an error."""
        if not self.future.done():
            self.future.set_exception(error)
