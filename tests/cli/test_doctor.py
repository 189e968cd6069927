"""`modelruntime doctor`: one unsound thing at a time is found, and a sound gateway has nothing to find."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from modelruntime.cli import doctor_checks
from modelruntime.cli.main import main
from modelruntime.store.gateway_key import new_key

KEY = new_key(b"p").text
SOUND = "listen: {port: 0}\nkeys: [{name: app, key: 'env:APP_KEY', limits: {concurrent: 4}}]\n"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A user who is not root, with a key in the environment and a data directory of its own."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("APP_KEY", KEY)
    monkeypatch.setenv("MODELRUNTIME_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MODELRUNTIME_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(doctor_checks, "_open_files", lambda: 65536)
    (tmp_path / "data").mkdir(mode=0o700)


def diagnosed(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str], str]:
    """The exit code, code → level of each finding, and all that was printed."""
    file = folder / "gateway.yaml"
    file.write_text(text, "utf-8")
    code = main(["doctor", "--config", str(file), "--json"])
    printed = capsys.readouterr().out
    found: dict[str, Any] = json.loads(printed)
    assert found["healthy"] is (code == 0)
    return code, {finding["code"]: finding["level"] for finding in found["findings"]}, printed


def test_a_sound_gateway(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert diagnosed(tmp_path, SOUND, capsys)[:2] == (0, {})


@pytest.mark.parametrize(
    "text, code, level",
    [
        ("workers: none", "config", "broken"),
        ("providers: [./nowhere]", "declarations", "broken"),
        ("aliases: {a: local/none-such}", "weights", "broken"),
        ("routes: {a: [local/none-such]}", "weights", "broken"),
        ("listen: {host: 0.0.0.0, port: 0}", "listening", "unsafe"),
        ("listen: {host: '::', port: 0}", "listening", "unsafe"),
        ("telemetry: {metrics: {host: 0.0.0.0, port: 0}}", "metrics_open", "unsafe"),
        ("credentials: {openai: {openai_api_key: sk-CaNaRy}}", "clear_secrets", "unsafe"),
        ("database: postgresql://app:CaNaRy@db/x", "clear_secrets", "unsafe"),
        ("valkey: redis://:CaNaRy@cache", "clear_secrets", "unsafe"),
        ("telemetry: {metrics: {token: CaNaRy}}", "clear_secrets", "unsafe"),
        ("egress: {allow: [10.0.0.0/8]}", "egress_wide", "unsafe"),
        ("egress: {allow: [169.254.169.254/32]}", "egress_wide", "unsafe"),
        ("egress: {allow: ['::/0']}", "egress_wide", "unsafe"),
        ("telemetry: {logs: {level: debug}}", "debug_logging", "unsafe"),
        ("telemetry: {tracing: {content: span}}", "content_traced", "unsafe"),
        ("keep_content: true", "content_kept", "note"),
        ("workers: 250", "workers", "note"),
        ("keys: [{name: old, key: 'env:APP_KEY', expires: 2020-01-01T00:00:00Z}]", "key_expired", "note"),
        ("keys: [{name: app, key: 'env:APP_KEY'}]", "key_unlimited", "note"),
        ("keys: []", "no_keys", "note"),
    ],
)
def test_one_thing_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: str, level: str):
    field = text.partition(":")[0]
    rest = "\n".join(line for line in SOUND.splitlines() if not line.startswith(f"{field}:"))
    exit_code, found, printed = diagnosed(tmp_path, f"{rest}\n{text}\n", capsys)
    assert found.get(code) == level
    assert exit_code == (0 if level == "note" else 1)
    assert "CaNaRy" not in printed
    assert KEY not in printed


@pytest.mark.parametrize(
    "text", ["egress: {allow: [10.1.2.0/24, 'models.test:8000']}", "database: env:APP_KEY", "valkey: redis://cache"]
)
def test_what_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str):
    assert diagnosed(tmp_path, f"{SOUND}{text}\n", capsys)[:2] == (0, {})


def test_a_key_that_stands_in_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = f"listen: {{port: 0}}\nkeys: [{{name: app, key: {KEY}, limits: {{concurrent: 1}}}}]\n"
    code, found, printed = diagnosed(tmp_path, text, capsys)
    assert (code, set(found)) == (1, {"clear_secrets", "file_modes"})
    assert KEY not in printed
    (tmp_path / "gateway.yaml").chmod(0o600)
    assert set(diagnosed(tmp_path, text, capsys)[1]) == {"clear_secrets"}


def test_modes_and_the_key_ring(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    ring = tmp_path / "data" / "keys.json"
    ring.write_text("{}")
    ring.chmod(0o600)
    assert diagnosed(tmp_path, SOUND, capsys)[1] == {"key_ring": "note"}
    ring.chmod(0o640)
    assert diagnosed(tmp_path, SOUND, capsys)[1] == {"file_modes": "unsafe", "key_ring": "note"}
    ring.chmod(0o600)
    ring.parent.chmod(0o755)
    assert diagnosed(tmp_path, SOUND, capsys)[1] == {"file_modes": "unsafe", "key_ring": "note"}
    ring.parent.chmod(0o700)
    monkeypatch.setenv("MODELRUNTIME_KEYS", "elsewhere")
    assert diagnosed(tmp_path, SOUND, capsys)[1] == {}


def test_the_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        text = SOUND.replace("port: 0", f"port: {taken.getsockname()[1]}")
        assert diagnosed(tmp_path, text, capsys)[1] == {"port_taken": "note"}
    monkeypatch.setattr(doctor_checks, "_open_files", lambda: 256)
    assert diagnosed(tmp_path, SOUND, capsys)[1] == {"open_files": "note"}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert diagnosed(tmp_path, SOUND, capsys)[1] == {"root": "unsafe", "open_files": "note"}
    monkeypatch.setattr(doctor_checks, "PACKAGES", ("no_such_package",))
    assert diagnosed(tmp_path, SOUND, capsys)[1]["packages"] == "broken"


@pytest.mark.parametrize("now, found", [(1_000_000_000.0, True), (4_000_000_000.0, True)])
def test_a_clock_that_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: float, found: bool
):
    monkeypatch.setattr("modelruntime.cli.doctor_checks.time.time", lambda: now)
    text = "listen: {port: 0}\nkeys: [{key: 'env:APP_KEY', limits: {concurrent: 4}}]\n"
    assert ("clock" in diagnosed(tmp_path, text, capsys)[1]) is found


def test_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "gateway.yaml"
    file.write_text(f"{SOUND}keep_content: true\ntelemetry: {{logs: {{level: debug}}}}\n", "utf-8")
    assert main(["doctor", "--config", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("unsafe  debug_logging: ")
    assert lines[-1] == "0 broken, 1 unsafe, 1 notes"


def test_the_file_is_read_as_a_start_would(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "gateway.yaml"
    file.write_text(SOUND, "utf-8")
    assert main(["serve", "--check", "--config", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["keys"] == 1
    file.write_text(f"{SOUND}providers: [./broken]", "utf-8")
    folder = tmp_path / "broken" / "x"
    folder.mkdir(parents=True)
    (folder / "provider.yaml").write_text("provider: x\nnonsense: 1\n")
    assert main(["serve", "--check", "--config", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"]
    file.write_text("timeout: -1", "utf-8")
    assert main(["serve", "--check", "--config", str(file)]) == 1
    assert "gateway.yaml:1: timeout" in capsys.readouterr().err
