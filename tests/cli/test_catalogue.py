"""modelruntime catalogue: from a file, from an address, and back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.terminal import Command
from tests.simulators.raw_server import RawServer, answer

NEWER = b"""\
extends: groq
models:
  - {model: brand-new, model_type: llm}
---
extends: unheard-of
models:
  - {model: m, model_type: llm}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "newer.yaml"
    path.write_bytes(NEWER)
    return path


def listed(modelruntime: Command) -> bool:
    return any(row["model"] == "brand-new" for row in modelruntime("models", "--provider", "groq", "--json").json)


def test_a_file_is_taken_shown_and_reset(modelruntime: Command, file: Path) -> None:
    taken = modelruntime("catalogue", "refresh", str(file))
    assert (taken.code, "1 models of 1 providers taken" in taken.out, "unheard-of" in taken.err) == (0, True, True)
    assert listed(modelruntime)
    assert modelruntime("catalogue", "status", "--json").json["providers"] == ["groq"]
    assert modelruntime("catalogue", "reset", "--json").json == {"removed": True}
    assert not listed(modelruntime)
    assert "installed catalogue is in use" in modelruntime("catalogue", "status").out


def test_a_dry_run_changes_nothing(modelruntime: Command, file: Path) -> None:
    outcome = modelruntime("catalogue", "refresh", str(file), "--dry-run", "--json")
    assert outcome.json["models"] == {"groq": 1}
    assert outcome.json["installed"] is False
    assert not listed(modelruntime)


def test_another_content_than_the_named_one_is_refused(modelruntime: Command, file: Path) -> None:
    assert modelruntime("catalogue", "refresh", str(file), "--sha256", hashlib.sha256(NEWER).hexdigest()).code == 0
    outcome = modelruntime("catalogue", "refresh", str(file), "--sha256", "00")
    assert outcome.code == 1
    assert "nothing was changed" in outcome.err


def test_a_broken_catalogue_is_told_line_by_line_and_leaves_the_last_one(modelruntime: Command, file: Path) -> None:
    modelruntime("catalogue", "refresh", str(file))
    file.write_text("extends: groq\nendpoint: https://evil.example\n")
    outcome = modelruntime("catalogue", "refresh", str(file))
    assert outcome.code == 1
    assert f"{file}:2: error" in outcome.err
    assert listed(modelruntime)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["http://example.com/c.yaml"], "https only"), (["missing.yaml"], "No such file")],
)
def test_sources_that_cannot_be_used_are_told(modelruntime: Command, arguments: list[str], words: str) -> None:
    outcome = modelruntime("catalogue", "refresh", *arguments)
    assert outcome.code == 1
    assert words in outcome.err


def test_an_address_is_fetched(modelruntime: Command) -> None:
    with RawServer([answer(NEWER)]) as server:
        outcome = modelruntime("catalogue", "refresh", f"{server.url}/catalogue.yaml", "--json")
    assert outcome.json["models"] == {"groq": 1}
    assert listed(modelruntime)


def test_an_address_that_answers_otherwise_is_told(modelruntime: Command) -> None:
    with RawServer([answer(b"gone", status="404 Not Found")]) as server:
        outcome = modelruntime("catalogue", "refresh", f"{server.url}/catalogue.yaml")
    assert (outcome.code, "status 404" in outcome.err) == (1, True)
