"""Run the command in this process, in another, or on a terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from modelruntime.cli.main import main

SOURCE = Path(__file__).resolve().parents[2] / "src"
ON_TERMINAL = """\
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from modelruntime.cli.main import main
sys.exit(main())
"""
"""Without a controlling terminal of its own the process would never see Ctrl-C."""


@dataclass(frozen=True)
class Outcome:
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


class Command:
    """Runs `main` with captured streams."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Outcome:
        raw = stdin if isinstance(stdin, bytes) else stdin.encode()
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
        self._capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


def process(*arguments: str, stdin: Any = subprocess.DEVNULL, **environment: str) -> subprocess.Popen[bytes]:
    """The command as a process of its own, started but not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "modelruntime.cli.main", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
    )


def run_process(*arguments: str, stdin: bytes = b"", **environment: str) -> Outcome:
    """The same, to its end."""
    with process(*arguments, stdin=subprocess.PIPE, **environment) as started:
        out, err = started.communicate(stdin, timeout=60)
    return Outcome(started.returncode, out.decode(), err.decode())


class Terminal:
    """A process whose three streams are one terminal."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._leader, follower = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", ON_TERMINAL, *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "TERM": "xterm", **environment},
            start_new_session=True,
        )
        os.close(follower)
        self.shown = ""

    def type(self, text: str) -> None:
        """Press keys; `\\x03` is Ctrl-C, `\\x04` Ctrl-D. A process that has ended takes none."""
        with suppress(OSError):
            os.write(self._leader, text.encode())

    def expect(self, text: str, seconds: float = 60) -> str:
        """Read until a text shows after what was expected before; returns what was read, that text included."""
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            piece = self._read(deadline)
            if not piece:
                raise AssertionError(f"{text!r} never came; the terminal shows: {self.shown!r}")
            self.shown += piece.decode("utf-8", "replace")
        before, found, self.shown = self.shown.partition(text)
        return before + found

    def end(self, seconds: float = 60) -> tuple[int, str]:
        """Wait for the process; returns its exit code and the rest of what it showed. Raises when it does not end."""
        deadline = time.monotonic() + seconds
        while piece := self._read(deadline):
            self.shown += piece.decode("utf-8", "replace")
        return self.process.wait(max(deadline - time.monotonic(), 1)), self.shown

    def close(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._leader)

    def _read(self, deadline: float) -> bytes:
        ready, _, _ = select.select([self._leader], [], [], max(deadline - time.monotonic(), 0))
        try:
            if not ready:
                return b""
            return os.read(self._leader, 65536)
        except OSError:  # Linux reports the end of a terminal this way
            return b""


@contextmanager
def terminal(*arguments: str, **environment: str) -> Iterator[Terminal]:
    """The command on a terminal."""
    started = Terminal(*arguments, **environment)
    try:
        yield started
    finally:
        started.close()
