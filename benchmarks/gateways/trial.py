"""One gateway under one load: what it cost."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.gateways.http import answers, free_port, post
from benchmarks.gateways.peers import Gateway
from benchmarks.gateways.process import Running, pinned_beside, started
from benchmarks.measure import child_environment
from benchmarks.result import ROOT
from benchmarks.subjects.request import MESSAGES, PARAMETERS

CHAT = "/v1/chat/completions"
MESSAGES_PATH = "/v1/messages"
WARM_UP_SECONDS = 1.0
BEHIND_SECONDS = 0.8
"""After a load, until what a gateway does behind its answers is done: ours writes its records into the database meanwhile."""


@dataclass(frozen=True)
class Trial:
    """A gateway that runs, and the folder with what it is sent."""

    gateway: Gateway
    running: Running
    folder: Path

    def load(self, mode: str, connections: int, seconds: float = 0.0, path: str = CHAT) -> dict[str, Any]:
        """What the load saw, and the CPU seconds that the gateway took for it."""
        before = self.running.cpu_seconds()
        seen = self._finished(self._started(mode, connections, seconds, path))
        time.sleep(BEHIND_SECONDS)
        return {**seen, "cpu": self.running.cpu_seconds() - before}

    def grown_by(self, connections: int) -> float:
        """Bytes of memory for each open stream, while all of them are held."""
        before = self.running.memory()
        process = self._started("hold", connections, 0, CHAT)
        assert process.stdout is not None
        assert process.stdin is not None
        if process.stdout.readline().strip() != "held":
            raise RuntimeError(process.communicate()[1])
        grown = self.running.memory() - before
        process.stdin.close()
        process.wait()
        return grown / connections

    def _started(self, mode: str, connections: int, seconds: float, path: str) -> subprocess.Popen[str]:
        file = self.folder / "request"
        body = json.dumps(body_of(self.gateway.model, path, mode != "whole")).encode()
        file.write_bytes(post(self.gateway.prefix + path, body, self.gateway.headers))
        host, _, port = self.running.url.removeprefix("http://").partition(":")
        command = [*pinned_beside(), sys.executable, "-m", "benchmarks.gateways.load", host, port, str(file)]
        command += [mode, str(connections), str(seconds)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=child_environment(), stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def _finished(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        output, errors = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{self.gateway.name}: {errors[-1500:]}")
        seen: dict[str, Any] = json.loads(output.splitlines()[-1])
        return seen


def body_of(model: str, path: str, stream: bool) -> dict[str, Any]:
    """The request of every gateway, in the dialect of the path."""
    body: dict[str, Any] = {"model": model, "messages": MESSAGES, **PARAMETERS}
    if path == MESSAGES_PATH:
        system, *rest = MESSAGES
        body |= {"system": system["content"], "messages": rest}
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


@contextmanager
def trial(make: Callable[[Path, int, str], Gateway | None], upstream: str) -> Iterator[Trial | None]:
    """A fresh gateway in front of the upstream; None where it is not installed."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, port = Path(name), free_port()
        gateway = make(folder, port, upstream)
        if gateway is None:
            yield None
            return
        with started(gateway.command, gateway.environ, folder, _address(gateway, folder, port)) as running:
            yield Trial(gateway, running, folder)


def _address(gateway: Gateway, folder: Path, port: int) -> Callable[[], str | None]:
    """Where it answers, once it does."""
    if gateway.port_file is None:
        url = f"http://127.0.0.1:{port}"
        return lambda: url if answers(url + gateway.ready_path) else None
    file = folder / gateway.port_file
    return lambda: f"http://127.0.0.1:{file.read_text()}" if file.exists() else None
