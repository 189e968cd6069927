"""The server under test, started once and ended by its process id."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import urlsplit

from modelruntime.engines.store.model_store import ModelStore
from tests.engines.weights import local_models
from tests.peers import llama_server

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@dataclass(frozen=True)
class Peer:
    """A server that runs: where, under which key, as which process."""

    address: str
    key: str = field(repr=False)
    pid: int

    def get(self, path: str) -> bytes:
        """What the server answers to a plain GET with the key."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Any) -> bytes:
        """What it answers to a POST of JSON."""
        return self._ask("POST", path, json.dumps(body).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
            connection.request(method, path, body, headers)
            return connection.getresponse().read()
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """One of the server's own counters, e.g. `requests_processing`."""
        rows = (line.split() for line in self.get("/metrics").decode().splitlines())
        return next(float(row[1]) for row in rows if row and row[0] == f"llamacpp:{name}")


def weights() -> Path:
    """The GGUF file of the small local model. Raises `ModelNotFound` when it was not pulled."""
    return ModelStore(environ=os.environ).paths(local_models()["llm", "smollm2-135m-instruct"])["model.gguf"]


@contextmanager
def running_llama() -> Iterator[Peer]:
    """Start the server, wait until it listens and is healthy, and end it."""
    key = secrets.token_urlsafe(24)
    environment = {**os.environ, "LLAMA_KEY": key, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", llama_server.__name__, str(weights())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            ready, _, _ = select([process.stdout], [], [], START_SECONDS)
            address = process.stdout.readline().decode().strip() if ready else ""
            assert address.startswith("http://127.0.0.1:"), f"the server did not start: exit code {process.poll()}"
            peer = Peer(address, key, process.pid)
            assert b"ok" in peer.get("/health")
            yield peer
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
