"""Programs of Node, from the lock file in `node/`, installed into the cache on first use."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_LOCKED = Path(__file__).parent / "node"


@cache
def installed() -> Path:
    """The folder with `node_modules`, made anew when the lock file changes."""
    digest = hashlib.sha256((_LOCKED / "package-lock.json").read_bytes()).hexdigest()[:16]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "modelruntime-tests" / f"node-{digest}"
    if not (home / ".ready").exists():
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_LOCKED / name, home / name)
        subprocess.run(("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), cwd=home, check=True, capture_output=True)
        (home / ".ready").touch()
    return home


def program(name: str) -> str:
    """The path of an installed program."""
    return str(installed() / "node_modules" / ".bin" / name)


@contextmanager
def started(command: str, *arguments: str, health: str) -> Iterator[str]:
    """A server on a free port of loopback, once it is healthy; its URL."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen((command, "--host", "127.0.0.1", "-p", str(port), *arguments), stdout=subprocess.DEVNULL)
    try:
        _wait(url + health, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{url} is not healthy after a minute")
