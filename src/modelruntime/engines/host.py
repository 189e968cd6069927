"""The engine host: which models are loaded in this process, and how calls reach them.

Each loaded model has a thread of its own and a bounded queue (`engines/worker.py`). A model loads with its first call,
once however many callers come first, and stays until `unload` or the end of the process. A forked child starts with
nothing loaded: threads do not survive a fork.

    host = default_host()
    host.invoke(spec, call)                     # blocking
    for event in host.stream(spec, call): …     # closing the stream stops the engine
    await host.ainvoke(spec, call)              # the loop never waits for the engine
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from modelruntime.engines.contract import EngineFactory, EngineSpec
from modelruntime.engines.engine_event import EngineEvent, LoadedEngine
from modelruntime.engines.engine_stream import AsyncEngineStream, EngineStream, connect, timed_out
from modelruntime.engines.handoff import Handoff
from modelruntime.engines.job import Job
from modelruntime.engines.registry import load_factory
from modelruntime.engines.threads import threads_for
from modelruntime.engines.worker import EngineWorker
from modelruntime.entities.call import Call, LLMCall
from modelruntime.entities.speech_result import Voice

QUEUE_LIMIT = 64
CLOSE_SECONDS = 5.0

EngineObserver = Callable[[EngineEvent], None]
_Key = tuple[str, ...]
R = TypeVar("R")


class EngineHost:
    """Loaded engines by what was asked for. `queue_limit` is how many calls may wait for one model.

    Every call may raise what the engine raises (typed), and `ServerUnavailable` with code `queue_full` (try again),
    `package_missing`, `out_of_memory` or `engine_error`. `timeout` is in seconds; None waits for ever.
    """

    def __init__(
        self,
        *,
        queue_limit: int = QUEUE_LIMIT,
        find_factory: Callable[[str | None], EngineFactory] = load_factory,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._queue_limit = queue_limit
        self._find_factory = find_factory
        self._environ = os.environ if environ is None else environ
        self._observers: tuple[EngineObserver, ...] = ()
        self._lock = threading.Lock()
        self._workers: dict[_Key, EngineWorker] = {}
        _hosts.add(self)

    # Blocking.

    def invoke(self, spec: EngineSpec, call: Call, *, timeout: float | None = None) -> Any:
        """The result of one call: the result type of the call's model type."""
        job: Job[Any] = Job(lambda engine: engine.invoke(call))
        return self._wait(spec, job, timeout)

    def stream(self, spec: EngineSpec, call: Call, *, timeout: float | None = None) -> EngineStream[Any]:
        """Stream events of an LLM, or audio bytes of a TTS model. `timeout` limits the whole stream."""
        job, handoff = self._start_stream(spec, call)
        return EngineStream(job, handoff, spec.schema, timeout)

    def count_tokens(self, spec: EngineSpec, subject: LLMCall | tuple[str, ...], *, timeout: float | None = None) -> Any:
        """By the engine's own tokenizer: an int for an LLM call, a tuple with one int per text for an embedding model."""
        job: Job[Any] = Job(lambda engine: engine.count_tokens(subject))
        return self._wait(spec, job, timeout)

    def voices(self, spec: EngineSpec, language: str | None = None, *, timeout: float | None = None) -> tuple[Voice, ...]:
        """The voices of a TTS model, of one language or all."""
        job: Job[tuple[Voice, ...]] = Job(lambda engine: engine.voices(language))
        return self._wait(spec, job, timeout)

    # Async. For a time limit use `asyncio.timeout`: cancellation reaches the engine.

    async def ainvoke(self, spec: EngineSpec, call: Call) -> Any:
        """`invoke` for coroutines. Cancelling it takes the call out of the queue, or asks the engine to stop."""
        job: Job[Any] = Job(lambda engine: engine.invoke(call))
        return await self._await(spec, job)

    def astream(self, spec: EngineSpec, call: Call) -> AsyncEngineStream[Any]:
        """`stream` for coroutines: `async for item in host.astream(spec, call)`. Cancelling the reader stops the engine."""
        job, handoff = self._start_stream(spec, call)
        return AsyncEngineStream(job, handoff)

    async def acount_tokens(self, spec: EngineSpec, subject: LLMCall | tuple[str, ...]) -> Any:
        """`count_tokens` for coroutines."""
        job: Job[Any] = Job(lambda engine: engine.count_tokens(subject))
        return await self._await(spec, job)

    async def avoices(self, spec: EngineSpec, language: str | None = None) -> tuple[Voice, ...]:
        """`voices` for coroutines."""
        job: Job[tuple[Voice, ...]] = Job(lambda engine: engine.voices(language))
        return await self._await(spec, job)

    # What is loaded.

    def loaded(self) -> tuple[LoadedEngine, ...]:
        """The models in memory."""
        with self._lock:
            workers = tuple(self._workers.values())
        return tuple(described for worker in workers if (described := worker.describe()))

    def unload(self, model: str | None = None, *, timeout: float | None = 60.0) -> tuple[str, ...]:
        """Free a model (`provider/model` or the bare model id), or all of them, after the calls it has accepted.

        Returns `provider/model` of each one freed; one that was still busy after `timeout` seconds is left out (it is
        freed when its calls end). A call that comes meanwhile loads the model anew, after the old one is gone.
        """
        with self._lock:
            chosen = {key: worker for key, worker in self._workers.items() if model is None or model in _names(worker)}
        for worker in chosen.values():
            worker.close()
        freed = {key: worker for key, worker in chosen.items() if worker.join(timeout)}
        with self._lock:
            for key, worker in freed.items():
                if self._workers.get(key) is worker:
                    del self._workers[key]
        return tuple(_names(worker)[0] for worker in freed.values())

    def observe(self, observer: EngineObserver) -> Callable[[], None]:
        """Hear of loading, its progress, failure and unloading, on the engine's thread. Returns a function that ends it."""
        with self._lock:
            self._observers = (*self._observers, observer)

        def forget() -> None:
            with self._lock:
                self._observers = tuple(other for other in self._observers if other is not observer)

        return forget

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Ask running calls to stop, fail waiting ones, free everything. The host can be used again."""
        with self._lock:
            workers, self._workers = tuple(self._workers.values()), {}
        for worker in workers:
            worker.abort()
        for worker in workers:
            worker.join(timeout)

    # Inside.

    def _start_stream(self, spec: EngineSpec, call: Call) -> tuple[Job[None], Handoff[Any]]:
        handoff: Handoff[Any] = Handoff()
        job: Job[None] = Job(lambda engine: _pump(engine.stream(call, job.stopped), handoff))
        connect(job, handoff)
        self._submit(spec, job)
        return job, handoff

    def _wait(self, spec: EngineSpec, job: Job[R], timeout: float | None) -> R:
        self._submit(spec, job)
        try:
            return job.future.result(timeout)
        except TimeoutError:
            if job.future.done():
                raise  # the engine's own, not ours
            job.stop()
            raise timed_out(spec.schema) from None
        except BaseException:
            job.stop()
            raise

    async def _await(self, spec: EngineSpec, job: Job[R]) -> R:
        import asyncio

        self._submit(spec, job)
        try:
            return await asyncio.wrap_future(job.future)
        finally:
            job.stop()

    def _submit(self, spec: EngineSpec, job: Job[Any]) -> None:
        while not self._worker(spec).submit(job):
            continue  # it is closing: the next look gives its successor

    def _worker(self, spec: EngineSpec) -> EngineWorker:
        key = _key(spec)
        with self._lock:
            worker = self._workers.get(key)
            if worker is None or worker.closing:
                worker = self._workers[key] = EngineWorker(
                    spec,
                    threads=threads_for(spec.options, self._environ),
                    limit=self._queue_limit,
                    find_factory=self._find_factory,
                    call_part=self.invoke,
                    tell=self._tell,
                    after=worker,
                )
            return worker

    def _tell(self, event: EngineEvent) -> None:
        for observer in self._observers:
            try:
                observer(event)
            except Exception:
                logging.getLogger(__name__).exception("an observer of local models failed")

    def _start_over(self) -> None:
        """In a forked child: the threads are gone, and what they owned must never be touched, not even freed."""
        _keep_for_ever(self._workers)
        self._workers, self._lock = {}, threading.Lock()


_hosts: weakref.WeakSet[EngineHost] = weakref.WeakSet()
_default: EngineHost | None = None
_default_lock = threading.Lock()


def default_host() -> EngineHost:
    """The host of this process, shared by every runtime in it."""
    global _default
    with _default_lock:
        if _default is None:
            _default = EngineHost()
        return _default


def _pump(items: Iterable[Any], handoff: Handoff[Any]) -> None:
    """Move what the engine makes to its reader until either ends."""
    try:
        for item in items:
            if not handoff.put(item):
                break
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()


def _key(spec: EngineSpec) -> _Key:
    """What makes two specs the same engine."""
    schema = spec.schema
    files = (f"{name}={path}" for name, path in sorted(spec.files.items()))
    options = (f"{name}={value!r}" for name, value in sorted(spec.options.items()))
    parts = (f"{role}={_key(part)}" for role, part in sorted(spec.parts.items()))
    return (schema.provider, schema.model, schema.model_type, schema.engine or "", *files, *options, *parts)


def _names(worker: EngineWorker) -> tuple[str, str]:
    schema = worker.spec.schema
    return f"{schema.provider}/{schema.model}", schema.model


def _keep_for_ever(thing: object) -> None:
    """An extra reference that nobody drops: destructors of native engines would wait for threads that are gone."""
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


def _after_fork() -> None:
    global _default_lock
    _default_lock = threading.Lock()
    for host in tuple(_hosts):
        host._start_over()  # pyright: ignore[reportPrivateUsage]


def _at_exit() -> None:
    for host in tuple(_hosts):
        host.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
