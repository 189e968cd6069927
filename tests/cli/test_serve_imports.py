"""What a gateway that serves has loaded: memory that idles is memory of modules, for the most part."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

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

DONE_WITHOUT = {"modelruntime", "setuptools", "sniffio"}
"""Not in the lock of the image: ourselves, and what others load where it happens to be."""

SERVING = """
import gc, os, signal, sys
from modelruntime.cli import serve
from modelruntime.cli.main import main

begun = gc.get_stats()

def said(*_):
    print(*(now["collections"] - before["collections"] for now, before in zip(gc.get_stats(), begun)))
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

announce, load = serve._announce, Catalogue.load

def counted(*arguments):
    print("read")
    return load(*arguments)

def ask(url, key):
    with urlopen(Request(f"{url}/v1/models", headers={"authorization": f"Bearer {key}"})) as answer:
        print("answered", answer.status)
    os.kill(os.getpid(), signal.SIGTERM)

def announced(console, said):
    announce(console, said)
    threading.Thread(target=ask, args=(said.url, said.key)).start()

Catalogue.load = counted
serve._announce = announced
main(["serve", "--port", "0"])
"""


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a process says that serves."""
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "gateway.yaml").write_text("telemetry: {metrics: {token: a-token-for-the-metrics}, logs: {calls: true}}")
    return said(SERVING, folder)


@pytest.fixture(scope="module")
def loaded(serving: str) -> list[str]:
    """Its modules."""
    return serving.partition("loaded:\n")[2].split()


def said(program: str, folder: Path) -> str:
    environ = {**os.environ, "MODELRUNTIME_DATA": str(folder / "data")}
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=True).stdout


def test_what_is_seldom_needed_is_not_loaded_before_it_is(loaded: list[str]):
    assert "modelruntime.gateway.server" in loaded
    assert sorted(SELDOM_NEEDED.keys() & loaded) == []


def test_every_package_that_serves_is_in_the_lock_of_the_image(loaded: list[str]):
    lock = (Path(__file__).parents[2] / "requirements" / "server.txt").read_text()
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    known = packages_distributions()
    used = {re.sub(r"[-_.]+", "-", name).lower() for module in loaded for name in known.get(module, ())}
    assert "sqlalchemy" in used
    assert sorted(used - locked - DONE_WITHOUT) == []


def test_garbage_is_looked_for_rarely_while_everything_is_loaded(serving: str):
    young, middle, old = map(int, serving.splitlines()[0].split())
    assert young < 50
    assert middle < 5
    assert old == 1, "the one before everything is set aside"


def test_the_fleet_is_read_once(tmp_path: Path):
    lines = said(ANSWERING, tmp_path).splitlines()
    assert [line for line in lines if line == "read" or line.startswith("answered")] == ["read", "answered 200"]
    assert any(line.startswith("curl") for line in lines)
