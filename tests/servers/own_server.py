"""A server of another package's, in a folder of its own, that a test starts, stops, kills and starts again on one port."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any


class OwnServer(ABC):
    """127.0.0.1 alone. Its log stands in the folder."""

    seconds = 30.0
    """How long it may take to start, and to end."""
    politely = signal.SIGTERM
    """What asks it to end in order."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._server: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> list[str]:
        """What starts it."""

    @abstractmethod
    def _answers(self) -> bool:
        """Does it answer yet?"""

    def _as_user(self) -> dict[str, Any]:
        """Arguments of its process: who runs it, and where."""
        return {"stdin": subprocess.DEVNULL}

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert self._server is None
        with (self._folder / "log").open("ab") as log:
            started: subprocess.Popen[bytes] = subprocess.Popen(
                self._command(), stdout=log, stderr=log, start_new_session=True, **self._as_user()
            )
        self._server = started
        deadline = time.monotonic() + self.seconds
        while not self._answers():
            assert started.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            with suppress(subprocess.TimeoutExpired):
                started.wait(0.02)

    def stop(self) -> None:
        """End it in order."""
        self._end(self.politely)

    def kill(self) -> None:
        """End it at once, as a machine that fails."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it and remove its data: no need to wait until the disk has them."""
        if self._server is not None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        assert self._server is not None
        self._server.send_signal(number)
        self._server.wait(self.seconds)
        self._server = None


def free_port() -> int:
    """A port that was free a moment ago: a server that is stopped and started needs the same one again."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
