"""A file that changes while the gateway runs: a whole new configuration, or the old one stays."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from modelruntime import ParameterInvalid
from modelruntime.gateway.file_configuration import FileConfiguration
from modelruntime.gateway.in_force import InForce
from tests.gateway.serving import PEPPER


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.yaml"
    path.write_text("aliases: {a: sim/one}\n", "utf-8")
    return path


def test_a_good_file_is_swapped_whole(file: Path, caplog: pytest.LogCaptureFixture):
    source = FileConfiguration(file, PEPPER, {})
    before = source.current()
    assert not source.reload_if_changed()
    file.write_text("aliases: {a: sim/two, b: sim/three}\n", "utf-8")
    with caplog.at_level(logging.INFO):
        assert source.reload_if_changed()
    assert (before.aliases, source.current().aliases) == ({"a": "sim/one"}, {"a": "sim/two", "b": "sim/three"})
    assert "config_reloaded" in caplog.text
    assert not source.reload_if_changed()


@pytest.mark.parametrize(
    "text, said",
    [
        ("aliases: {a: sim/two}\ntelemetry:\n  logs: {level: loud}", "gateway.yaml:3: telemetry.logs.level"),
        ("aliases: {", "is no yaml"),
        ("keys: [{key: 'env:GONE'}]", "keys[0].key: the environment variable GONE is not set"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_where(file: Path, caplog: pytest.LogCaptureFixture, text: str | None, said: str):
    source = FileConfiguration(file, PEPPER, {})
    before = source.current()
    if text is None:
        file.unlink()
    else:
        file.write_text(text, "utf-8")
    assert not source.reload_if_changed()
    assert source.current() is before
    assert source.rejected is not None
    assert said in source.rejected
    assert f"config_rejected: {source.rejected}" in caplog.text
    file.write_text("aliases: {a: sim/four}", "utf-8")
    assert source.reload()
    assert (source.current().aliases, source.rejected or "") == ({"a": "sim/four"}, "")


def test_what_needs_a_restart_is_told(file: Path, caplog: pytest.LogCaptureFixture):
    source = FileConfiguration(file, PEPPER, {})
    before = source.current()
    file.write_text("aliases: {a: sim/one}\nworkers: 3\ndata: elsewhere\n", "utf-8")
    with caplog.at_level(logging.INFO):
        assert source.reload()
    assert source.current() is before, "nothing hot has changed"
    assert "config_needs_restart: workers, data" in caplog.text


def test_the_first_file_must_be_good(file: Path):
    file.write_text("workers: none", "utf-8")
    with pytest.raises(ParameterInvalid):
        FileConfiguration(file, PEPPER, {})


def test_new_credentials_of_the_file_are_used_by_the_next_request(file: Path):
    from modelruntime import AsyncRuntime, ModelType
    from modelruntime.runtime.model_reference import ModelReference
    from tests.simulators.openai_family import DECLARATION

    source = FileConfiguration(file, PEPPER, {})
    in_force = InForce(source, AsyncRuntime(documents=[DECLARATION], sources=()))

    def key() -> str:
        target = in_force.current().runtime().core.resolver.resolve(ModelReference("sim", ModelType.LLM, "sim-chat"))
        found: str = target.credentials["api_key"].reveal()
        return found

    for value in ("first", "second"):
        file.write_text(f"credentials: {{sim: {{api_key: {value}}}}}", "utf-8")
        assert source.reload()
        assert key() == value
