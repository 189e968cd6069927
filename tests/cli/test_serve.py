"""`modelruntime serve` as an operator starts and stops it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from modelruntime.store.gateway_key import new_key
from tests.servers.own_server import free_port
from tests.simulators.recorded_vendor import Answer, recorded_vendor


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


def test_it_goes_on_when_nobody_reads_what_it_prints(tmp_path: Path):
    """`modelruntime serve | head -1`: the reader has gone before everything is said."""
    reading, writing = os.pipe()
    os.close(reading)
    port = free_port()
    command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment(tmp_path))
    os.close(writing)
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == "Ctrl-C ends it\n"
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=20) as answer:
            assert json.load(answer)["status"] == "ok"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()


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


def test_a_model_is_deleted_and_the_audit_log_keeps_who_did_it(tmp_path: Path):
    key, file = new_key(b""), tmp_path / "gateway.yaml"
    with recorded_vendor() as vendor:
        vendor.answer = Answer(body=b'{"id": "ft:x", "object": "model", "deleted": true}')
        said = {
            "keys": [{"name": "tuning", "key": key.text, "may_delete_models": True}],
            "credentials": {"openai": {"openai_api_key": "sk-of-the-file"}},
            "endpoints": {"openai": f"{vendor.url}/v1"},
        }
        file.write_text(json.dumps(said))
        with started(tmp_path, "--config", str(file), "--no-admin") as (_, running):
            headers = {"authorization": f"Bearer {key.text}"}
            with urlopen(
                Request(f"{running['url']}/v1/models/openai%2Fft:x", None, headers, method="DELETE"), timeout=20
            ) as answer:
                assert json.load(answer)["deleted"] is True
        (sent,) = vendor.asked
    assert (sent.method, sent.path, sent.headers["authorization"]) == ("DELETE", "/v1/models/ft%3Ax", "Bearer sk-of-the-file")
    with closing(sqlite3.connect(tmp_path / "data" / "gateway.sqlite")) as database:
        rows = database.execute("SELECT action, subject, actor FROM audit_log ORDER BY number").fetchall()
    kept = [(action, subject, json.loads(actor)) for action, subject, actor in rows if subject == "openai/ft:x"]
    who = {"kind": "key", "id": key.id, "name": "tuning", "address": "127.0.0.1"}
    assert kept == [("model.deletion_asked", "openai/ft:x", who), ("model.deleted", "openai/ft:x", who)]
