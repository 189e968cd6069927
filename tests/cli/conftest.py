"""Every command as a user runs it: a scripted vendor on loopback, an empty home, nothing of this machine's settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelruntime.schema.data_home import data_home
from tests.cli.terminal import Command
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator

REAL_HOME = str(data_home(os.environ))


@pytest.fixture(scope="package")
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as server:
        yield server


@pytest.fixture
def local_home() -> str:
    """The real data directory, where `modelruntime pull` puts weights; ask for it before or beside `home`."""
    return REAL_HOME


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: OpenAISimulator) -> Path:
    """The environment of a user who has declared the simulator in a folder of providers and set its key."""
    folder = tmp_path / "providers" / "sim"
    folder.mkdir(parents=True)
    (folder / "provider.yaml").write_text(DECLARATION, "utf-8")
    (folder / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    environment = {
        "MODELRUNTIME_PROVIDERS": str(folder.parent),
        "MODELRUNTIME_ENDPOINT_SIM": vendor.url,
        "MODELRUNTIME_HOME": str(tmp_path / "data"),
        "MODELRUNTIME_CONFIG": str(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "SIM_API_KEY": KEY,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    vendor.requests.clear()
    return tmp_path


@pytest.fixture
def modelruntime(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """`modelruntime("models", "--json")` runs the command in this process."""
    return Command(capsys, monkeypatch)
