"""What the files of `deploy/` promise. The chart is rendered by `scripts/check_chart.py`, which needs Helm's engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from modelruntime.gateway.config_file import compile_file, read_file

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def test_the_gateway_s_file_can_be_used(tmp_path: Path):
    """Its secrets are files of the container's; here they stand elsewhere."""
    secrets = {"database_url": "postgresql://a:b@postgres/c", "metrics_token": "token"}
    for name, value in secrets.items():
        (tmp_path / name).write_text(value)
    text = (DEPLOY / "gateway.yaml").read_text("utf-8")
    path = tmp_path / "gateway.yaml"
    path.write_text(text.replace("file:/run/secrets/", "file:"), "utf-8")
    file = read_file(path, {})
    compile_file(file, b"p", path)
    assert file.database is not None
    assert file.database.reveal() == secrets["database_url"]
    assert file.telemetry.metrics is not None
    assert file.telemetry.metrics.token is not None


def test_every_secret_that_is_named_is_given(compose: dict[str, Any]):
    named = set(re.findall(r"/run/secrets/(\w+)", (DEPLOY / "gateway.yaml").read_text("utf-8")))
    gateway = compose["services"]["gateway"]
    assert named == set(gateway["secrets"])
    assert {name for service in compose["services"].values() for name in service.get("secrets", ())} == set(compose["secrets"])


def test_no_service_is_open_or_privileged(compose: dict[str, Any]):
    for name, service in compose["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert "privileged" not in service
        assert not [key for key in service.get("environment", {}) if key.endswith("PASSWORD")], name
    gateway = compose["services"]["gateway"]
    assert (gateway["read_only"], gateway["cap_drop"]) == (True, ["ALL"])
    assert compose["networks"]["back"]["internal"] is True


def test_there_is_time_to_drain(compose: dict[str, Any]):
    drain = msgspec.yaml.decode((DEPLOY / "gateway.yaml").read_text("utf-8"))["drain"]
    assert int(compose["services"]["gateway"]["stop_grace_period"].removesuffix("s")) > drain["lame_duck"] + drain["limit"] + 10


def test_the_image_runs_as_nobody_in_particular():
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    last = lines[max(index for index, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER 10001:10001" in last
    assert any(line.startswith("HEALTHCHECK") for line in last)
    assert any("--require-hashes" in line for line in lines)
    copied = [line.split()[1] for line in lines if line.startswith("COPY requirements")]
    assert copied == ["requirements/server.txt"], "scripts/lock.sh makes it"
    assert "server)" in (ROOT / "scripts" / "lock.sh").read_text("utf-8")
