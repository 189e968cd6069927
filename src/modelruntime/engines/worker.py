"""The thread that owns one loaded engine.

Everything that touches an engine happens on its thread: loading, calls, closing. Calls wait in a bounded queue; a full
one refuses at once, so that an overloaded machine says so instead of piling up work.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from modelruntime.engines.contract import Engine, EngineContext, EngineFactory, EngineSpec
from modelruntime.engines.engine_event import EngineEvent, EngineEventKind, LoadedEngine
from modelruntime.engines.failure import QUEUE_FULL, UNLOADED, typed_failure, unavailable
from modelruntime.engines.job import Job
from modelruntime.entities.call import Call
from modelruntime.entities.errors import ModelRuntimeError


class EngineWorker:
    """One engine, its thread and its queue. The engine is loaded by the first job."""

    def __init__(
        self,
        spec: EngineSpec,
        *,
        threads: int,
        limit: int,
        find_factory: Callable[[str | None], EngineFactory],
        call_part: Callable[[EngineSpec, Call], Any],
        tell: Callable[[EngineEvent], None],
        after: EngineWorker | None = None,
    ) -> None:
        self.spec = spec
        self.threads = threads
        self._limit = limit
        self._find_factory = find_factory
        self._call_part = call_part
        self._tell = tell
        self._after = after
        self._jobs: deque[Job[Any]] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._running: Job[Any] | None = None
        self._engine: Engine | None = None
        self._load_seconds = 0.0
        self._thread: threading.Thread | None = None

    def submit(self, job: Job[Any]) -> bool:
        """Queue a job; false when the worker is closing. Raises `ServerUnavailable` (code `queue_full`) for a full queue."""
        with self._changed:
            if self._closing:
                return False
            if len(self._jobs) >= self._limit:
                raise unavailable(
                    f"{self.spec.schema.provider}/{self.spec.schema.model} has {self._limit} calls waiting: try again later",
                    self.spec.schema,
                    code=QUEUE_FULL,
                    retryable=True,
                )
            self._jobs.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"modelruntime-{self.spec.schema.model}", daemon=True)
                self._thread.start()
            self._changed.notify()
        return True

    def close(self) -> None:
        """Accept no more; finish what is queued, then free the engine. Returns at once: see `join`."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def abort(self) -> None:
        """Close without finishing: what waits fails, what runs is asked to stop."""
        with self._changed:
            self._closing = True
            if self._running is not None:
                self._running.stop()
        for waiting in self._take_waiting():
            waiting.fail(self._unloaded())
        with self._changed:
            self._changed.notify()

    @property
    def closing(self) -> bool:
        """Whether it accepts no more."""
        return self._closing

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end after `close`; false when `timeout` seconds were not enough."""
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def describe(self) -> LoadedEngine | None:
        """The engine in memory; None before it is loaded."""
        schema = self.spec.schema
        with self._changed:
            if self._engine is None:
                return None
            return LoadedEngine(
                provider=schema.provider,
                model=schema.model,
                model_type=schema.model_type,
                engine=schema.engine or "",
                load_seconds=self._load_seconds,
                busy=self._running is not None,
                waiting=len(self._jobs),
            )

    # What the engine's context offers.

    def should_stop(self) -> bool:
        """Whether the caller of the running job has gone."""
        running = self._running
        return running is not None and running.stopped()

    def invoke_part(self, role: str, call: Call) -> Any:
        """Call a part of a composite model."""
        return self._call_part(self.spec.parts[role], call)

    def progress(self, fraction: float, message: str) -> None:
        """Report how far loading is."""
        self._report("progress", fraction=fraction, message=message)

    # On the thread.

    def _work(self) -> None:
        if self._after is not None:
            self._after.join()
            self._after = None
        while (job := self._next_job()) is not None:
            self._serve(job)
            del job
        self._free()

    def _next_job(self) -> Job[Any] | None:
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._jobs or self._closing)
            if not self._jobs:
                return None
            self._running = self._jobs.popleft()
            return self._running

    def _serve(self, job: Job[Any]) -> None:
        if not job.begin():
            return
        try:
            engine = self._engine or self._load()
        except BaseException as cause:  # noqa: BLE001 - whatever a factory raises belongs to its callers
            self._report("failed", message=typed_failure(cause, self.spec.schema).message)
            for waiting in (job, *self._take_waiting()):
                waiting.fail(typed_failure(cause, self.spec.schema))
            return
        try:
            job.run(engine)
        except BaseException as cause:  # noqa: BLE001 - whatever an engine raises belongs to its caller
            job.fail(typed_failure(cause, self.spec.schema))

    def _load(self) -> Engine:
        self._report("loading")
        began = time.monotonic()
        engine = self._find_factory(self.spec.schema.engine)(self.spec, cast("EngineContext", self))
        with self._changed:
            self._engine, self._load_seconds = engine, time.monotonic() - began
        self._report("loaded", seconds=self._load_seconds)
        return engine

    def _free(self) -> None:
        with self._changed:
            engine, self._engine = self._engine, None
        if engine is None:
            return
        try:
            engine.close()
        except Exception as cause:  # noqa: BLE001 - an engine that cannot close is gone all the same
            self._report("failed", message=typed_failure(cause, self.spec.schema).message)
        del engine
        _return_memory()
        self._report("unloaded")

    def _take_waiting(self) -> list[Job[Any]]:
        with self._changed:
            waiting, self._jobs = list(self._jobs), deque()
        return [job for job in waiting if job.begin()]

    def _unloaded(self) -> ModelRuntimeError:
        schema = self.spec.schema
        message = f"{schema.provider}/{schema.model} was unloaded before the call began: try again"
        return unavailable(message, schema, code=UNLOADED, retryable=True)

    def _report(
        self, kind: EngineEventKind, *, seconds: float | None = None, fraction: float | None = None, message: str = ""
    ) -> None:
        schema = self.spec.schema
        self._tell(
            EngineEvent(
                kind=kind,
                provider=schema.provider,
                model=schema.model,
                model_type=schema.model_type,
                engine=schema.engine or "",
                seconds=seconds,
                fraction=fraction,
                message=message,
            )
        )


def _return_memory() -> None:
    """Give freed memory back to the system; glibc keeps it otherwise."""
    import ctypes
    import gc

    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another libc: it returns memory by itself, or not at all
        return
