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
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def environment(folder: Path) -> dict[str, str]:
    """A user's: Python keeps back what it prints into a pipe, unless it is told to let go."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**own, "MODELRUNTIME_CACHE": str(folder / "cache"), "MODELRUNTIME_DATA": str(folder / "data")}


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and what it prints once it serves."""
    command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--json", "--port", "0", *arguments]
    environ = environment(folder)
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
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment(tmp_path))
        assert second.returncode == 1
        assert "in use" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_broken_file_is_a_sentence(tmp_path: Path):
    file = tmp_path / "gateway.yaml"
    file.write_text("nothing: 1")
    command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--config", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment(tmp_path))
    assert found.returncode == 1
    assert "nothing" in found.stderr
    assert "Traceback" not in found.stderr


def asked(url: str, body: dict[str, Any] | None = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"content-type": "application/json", **headers})
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_it_is_set_up_once_and_remembers(tmp_path: Path):
    account = {"name": "root", "password": "correct horse battery"}
    with started(tmp_path) as (process, said):
        assert said["console"] == f"{said['url']}/console/#setup={said['setup_token']}"
        assert asked(f"{said['url']}/api/bootstrap")[1]["set_up"] is False
        assert asked(f"{said['url']}/api/setup", {**account, "token": "setup_wrong"})[0] == 409
        assert asked(f"{said['url']}/api/setup", {**account, "token": said["setup_token"]})[0] == 200
        assert asked(f"{said['url']}/api/setup", {**account, "token": said["setup_token"]})[0] == 409
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    with started(tmp_path, "--base-path", "/models") as (_, said):
        assert said["setup_token"] is None
        assert asked(f"{said['url']}/models/api/login", account)[0] == 200
        assert asked(f"{said['url']}/api/bootstrap")[1]["base_path"] == "/models"


def test_it_serves_calls_alone(tmp_path: Path):
    with started(tmp_path, "--no-admin") as (_, said):
        assert said["setup_token"] is None
        assert asked(f"{said['url']}/api/bootstrap")[0] == 404
        assert asked(f"{said['url']}/v1/models", authorization=f"Bearer {said['key']}")[0] == 200
