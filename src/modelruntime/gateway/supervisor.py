"""Several processes that serve on one address, and the one that watches over them.

A worker that dies is started again, later and later while it keeps dying; one that does not answer for long is ended and
started again. SIGTERM and SIGINT are passed on and waited for, SIGHUP is passed on. Each worker is a fresh interpreter in a
session of its own, so that Ctrl-C on a terminal comes here alone.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from modelruntime.gateway.listeners import Listeners
from modelruntime.gateway.worker_link import Asking, open_link

log = logging.getLogger("modelruntime.gateway")


class SupervisorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds."""

    workers: int = 2
    first_pause: float = 0.1
    """Before a worker that died is started again; doubled each time, up to `longest_pause`."""
    longest_pause: float = 10.0
    healthy_after: float = 30.0
    """A worker that lived so long has its pauses forgotten."""
    look_every: float = 5.0
    silent: float = 30.0
    """One that has not answered for so long is ended."""
    lame_duck: float = 0.0
    """After SIGTERM: how long workers go on accepting."""
    leave: float = 40.0
    """After SIGTERM: how long workers have before they are ended."""
    rest_after: float = 1.0
    """A worker that is started only after such a pause has nobody wait for it."""
    attempts: int = 5
    """Workers that die before any was ever up: so many in a row, and the supervisor gives up."""


class WorkerState(msgspec.Struct):
    """What is known of one worker."""

    number: int
    pid: int | None = None
    started: float = 0.0
    """`time.monotonic()`."""
    restarts: int = 0
    up: bool = False
    """It has answered since it was started."""
    asking: Asking | None = None
    process: Process | None = None


class Supervisor:
    """Runs workers until it is told to stop, or until they cannot start.

    `command` gives the arguments of a worker's process for the descriptors of its listener and of its link; `hello` is the first
    frame that each gets.
    """

    def __init__(
        self,
        listeners: Listeners,
        command: Callable[[int, int], Sequence[str]],
        hello: bytes,
        options: SupervisorOptions | None = None,
    ) -> None:
        self._listeners, self._command, self._hello = listeners, command, hello
        self._options = options or SupervisorOptions()
        self.workers = [WorkerState(number) for number in range(self._options.workers)]
        self._leaving = asyncio.Event()
        self._never_up = 0
        self.up = asyncio.Event()
        """Set when every worker has answered for the first time."""

    async def run(self) -> int:
        """0 after a stop; 1 when the workers cannot start."""
        keepers = [asyncio.create_task(self._keep(worker)) for worker in self.workers]
        watcher = asyncio.create_task(self._watch())
        try:
            results = await asyncio.gather(*keepers)
        finally:
            watcher.cancel()
            self._listeners.close()
        return max(results, default=0)

    def stop(self) -> None:
        """Let the workers drain. Called again: they end at once."""
        if not self._leaving.is_set():
            self._leaving.set()
            loop = asyncio.get_running_loop()
            loop.call_later(self._options.lame_duck, self._listeners.close)
            loop.call_later(self._options.leave, self._signal, signal.SIGKILL)
        self._signal(signal.SIGTERM)

    def reload(self) -> None:
        """Let the workers read their configuration anew."""
        self._signal(signal.SIGHUP)

    async def ask(self, name: str, seconds: float = 2.0) -> dict[int, bytes | None]:
        """Every worker's answer, None from one that gives none."""
        answers = await asyncio.gather(*(self._ask(worker, name, seconds) for worker in self.workers))
        return {worker.number: answer for worker, answer in zip(self.workers, answers, strict=True)}

    def _signal(self, number: signal.Signals) -> None:
        for worker in self.workers:
            if worker.process is not None:
                with suppress(ProcessLookupError):
                    worker.process.send_signal(number)

    async def _keep(self, worker: WorkerState) -> int:
        """Have this worker run. 1 when it cannot."""
        pause = self._options.first_pause
        while True:
            try:
                code = await self._one_life(worker)
            except OSError as error:
                log.error("worker_failed: worker %d cannot be started: %s", worker.number, error.strerror)
                worker.started, code = time.monotonic(), -1
            if self._leaving.is_set():
                return 0
            self._never_up = 0 if any(each.up for each in self.workers) else self._never_up + 1
            if self._never_up >= self._options.attempts:
                log.error("worker_failed: no worker can start; see the lines above")
                self.stop()
                return 1
            if time.monotonic() - worker.started > self._options.healthy_after:
                pause = self._options.first_pause
            log.error("worker_died: worker %d ended with %d; it is started again in %g s", worker.number, code, pause)
            worker.up = False
            if pause >= self._options.rest_after:
                self._listeners.rest(worker.number)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), pause)
                return 0
            worker.restarts += 1
            pause = min(pause * 2, self._options.longest_pause)

    async def _one_life(self, worker: WorkerState) -> int:
        """From its start to its end; its exit code."""
        ours, theirs = socket.socketpair()
        listener = self._listeners.of(worker.number)
        passed = (listener.fileno(), theirs.fileno())
        try:
            process = worker.process = await asyncio.create_subprocess_exec(
                *self._command(*passed), pass_fds=passed, start_new_session=True
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        worker.pid, worker.started = process.pid, time.monotonic()
        if self._leaving.is_set():
            process.terminate()
        link = await open_link(ours)
        asking = worker.asking = Asking(link)
        try:
            with suppress(ConnectionError):
                await link.send(self._hello)
            return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
            worker.asking = worker.process = worker.pid = None
            await asking.aclose()

    async def _watch(self) -> None:
        """Learn who is up; end who is silent."""
        heard = {worker.number: time.monotonic() for worker in self.workers}
        pause = 0.05
        while True:
            await asyncio.sleep(pause)
            answers = await self.ask("health", min(2.0, self._options.silent))
            now = time.monotonic()
            for worker in self.workers:
                if answers[worker.number] is not None:
                    heard[worker.number], worker.up = now, True
                elif worker.process is not None and now - max(heard[worker.number], worker.started) > self._options.silent:
                    log.error("worker_silent: worker %d has not answered for %g s", worker.number, self._options.silent)
                    worker.process.kill()
            if all(worker.up for worker in self.workers):
                self.up.set()
                pause = self._options.look_every

    async def _ask(self, worker: WorkerState, name: str, seconds: float) -> bytes | None:
        return None if worker.asking is None else await worker.asking.ask(name, seconds)
