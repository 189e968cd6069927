"""What a gateway that serves has loaded: memory that idles is memory of modules, for the most part."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SELDOM_NEEDED = {
    "alembic": "a database of an older version",
    "mako": "the same",
    "structlog": "a log on a terminal",
    "rich": "the same",
    "pygments": "the same",
    "sqlalchemy.dialects.postgresql": "PostgreSQL",
    "sqlalchemy.orm": "nothing",
}
"""What has to wait → for what."""

SERVING = """
import os, signal, sys
from modelruntime.cli import serve
from modelruntime.cli.main import main

def said(*_):
    print("\\n".join(["loaded:", *sys.modules]))
    os.kill(os.getpid(), signal.SIGTERM)

serve._announce = said
main(["serve", "--port", "0", "--config", "gateway.yaml"])
"""

ANSWERING = """
import os, signal, threading
from urllib.request import Request, urlopen
from modelruntime.cli import serve
from modelruntime.cli.main import main
from modelruntime.schema.catalogue import Catalogue

load = Catalogue.load

def counted(*arguments):
    print("read")
    return load(*arguments)

def ask(url, key):
    with urlopen(Request(f"{url}/v1/models", headers={"authorization": f"Bearer {key}"})) as answer:
        print("answered", answer.status)
    os.kill(os.getpid(), signal.SIGTERM)

Catalogue.load = counted
serve._announce = lambda _, said: threading.Thread(target=ask, args=(said.url, said.key)).start()
main(["serve", "--port", "0"])
"""


def test_what_is_seldom_needed_is_not_loaded_before_it_is(tmp_path: Path):
    (tmp_path / "gateway.yaml").write_text("telemetry: {metrics: {token: a-token-for-the-metrics}, logs: {calls: true}}")
    environ = {**os.environ, "MODELRUNTIME_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-W", "error", "-c", SERVING]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=True)
    loaded = done.stdout.partition("loaded:\n")[2].split()
    assert "modelruntime.gateway.server" in loaded
    assert sorted(SELDOM_NEEDED.keys() & loaded) == []


def test_the_fleet_is_read_once(tmp_path: Path):
    environ = {**os.environ, "MODELRUNTIME_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-W", "error", "-c", ANSWERING]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["read", "answered 200"]
