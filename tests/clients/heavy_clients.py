"""Clients that would disturb the development lock, in an environment of their own.

    python -m tests.clients.heavy_clients FOLDER        makes the environment in FOLDER (kept) and runs tests/clients/heavy in it

The gateway serves a simulated vendor and the local models of the profile `small`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from modelruntime import Runtime
from tests.gateway.serving import KEY, serving
from tests.simulators.openai_family import DECLARATION, openai_simulator
from tests.simulators.openai_family import KEY as VENDOR_KEY

HEAVY = Path(__file__).parent / "heavy"
LOCK = Path(__file__).parents[2] / "requirements" / "clients.txt"


def environment(folder: Path) -> Path:
    """The Python of an environment with these clients; made once."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run((str(python), "-m", "pip", "install", "--quiet", "-r", str(LOCK)), check=True)
    return python


def _local(runtime: Runtime, kind: str) -> str:
    """The first local model of a type that is there."""
    rows = (row for row in runtime.models(kind) if row.provider == "local" and row.status.code == "active")
    return next(f"{row.provider}/{row.model}" for row in rows)


def run(folder: Path) -> int:
    """The exit code of pytest."""
    python = environment(folder)
    local = Runtime()
    chat, embeddings = (_local(local, kind) for kind in ("llm", "text-embedding"))
    with openai_simulator() as vendor:
        credentials = {"sim": {"api_key": VENDOR_KEY, "base_url": vendor.url}}
        with serving({"documents": [DECLARATION], "credentials": credentials}) as running:
            told = {"CLIENTS_GATEWAY": running.url, "CLIENTS_KEY": KEY, "CLIENTS_VENDOR": vendor.url.removesuffix("/v1")}
            environ = {**os.environ, **told, "CLIENTS_CHAT": chat, "CLIENTS_EMBEDDINGS": embeddings}
            environ.pop("PYTHONPATH", None)
            files = map(str, sorted(HEAVY.glob("*_*.py")))
            own = ("--rootdir", str(HEAVY), "--confcutdir", str(HEAVY), "-o", "addopts=", "-o", "filterwarnings=")
            command = (str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE", "--tb=line", *own, *files)
            return subprocess.run(command, cwd=HEAVY, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1] if len(sys.argv) > 1 else "dist/clients-venv").resolve()))
