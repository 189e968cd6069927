"""`modelruntime serve` as an operator starts and stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and what it prints once it serves."""
    command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--json", "--port", "0", *arguments]
    environ = {**os.environ, "MODELRUNTIME_CACHE": str(folder)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
    try:
        assert process.stdout is not None
        text = ""
        while not text.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            text += line
        yield process, json.loads(text)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, number: int):
    with started(tmp_path) as (process, said):
        request = Request(f"{said['url']}/v1/models", headers={"authorization": f"Bearer {said['key']}"})
        with urlopen(request, timeout=20) as answer:
            assert json.load(answer)["object"] == "list"
        with urlopen(f"{said['url']}/health/ready", timeout=20) as answer:
            assert json.load(answer)["status"] == "ok"
        process.send_signal(number)
        assert process.wait(20) == 0


def test_a_taken_address_is_a_sentence(tmp_path: Path):
    with started(tmp_path) as (_, said):
        port = said["url"].rpartition(":")[2]
        command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--port", port]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 1
        assert "in use" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_broken_file_is_a_sentence(tmp_path: Path):
    file = tmp_path / "gateway.yaml"
    file.write_text("nothing: 1")
    command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--config", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 1
    assert "nothing" in found.stderr
    assert "Traceback" not in found.stderr
