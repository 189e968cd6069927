"""provider new, lint, test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Command
from tests.simulators.openai_family import DECLARATION, OpenAISimulator


def test_a_new_provider_lints_clean_and_shows_up(modelruntime: Command, home: Path) -> None:
    folder = home / "providers"
    written = modelruntime("provider", "new", "acme-ai", "--endpoint", "https://api.acme.example/v1", "--directory", str(folder))
    assert written.code == 0
    assert f"next: modelruntime provider lint {folder / 'acme-ai'}" in written.out
    report = modelruntime("provider", "lint", str(folder / "acme-ai"), "--json").json
    assert (report["providers"], report["models"], report["errors"]) == (1, 1, [])
    row = next(row for row in modelruntime("providers", "--json").json if row["provider"] == "acme-ai")
    assert row["status"] == "no-configure"
    assert "ACME_AI_API_KEY" in modelruntime("form", "acme-ai").out


def test_a_new_provider_as_json_names_its_files(modelruntime: Command, home: Path) -> None:
    written = modelruntime("provider", "new", "acme", "--directory", str(home), "--json").json["written"]
    assert [Path(path).name for path in written] == ["provider.yaml", "models.yaml", "icon.svg"]
    assert all(Path(path).is_file() for path in written)


@pytest.mark.parametrize("name", ["Acme", "a b", "../up", "-x", "a/b"])
def test_a_new_provider_needs_a_plain_id(modelruntime: Command, home: Path, name: str) -> None:
    outcome = modelruntime("provider", "new", "--directory", str(home), "--", name)
    assert outcome.code == 1
    assert "lower case letters" in outcome.err


def test_a_folder_that_is_there_is_not_overwritten(modelruntime: Command, home: Path) -> None:
    outcome = modelruntime("provider", "new", "sim", "--directory", str(home / "providers"))
    assert outcome.code == 1
    assert "exists already" in outcome.err
    assert (home / "providers" / "sim" / "provider.yaml").read_text("utf-8") == DECLARATION


def test_lint_counts_and_passes_with_warnings(modelruntime: Command, home: Path) -> None:
    file = home / "providers" / "sim" / "provider.yaml"
    file.write_text(DECLARATION + "colour: red\n", "utf-8")
    outcome = modelruntime("provider", "lint", str(home / "providers"), "--json")
    assert outcome.code == 0
    assert outcome.json.keys() == {"providers", "models", "errors", "warnings"}
    assert (outcome.json["providers"], outcome.json["models"]) == (1, 6)
    warning = next(row for row in outcome.json["warnings"] if "colour" in row["message"])
    assert warning.keys() == {"file", "line", "code", "message"}
    assert warning["line"] == len(DECLARATION.splitlines()) + 1
    assert "1 providers, 6 models: 0 errors" in modelruntime("provider", "lint", str(home / "providers")).out


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ("provider: sim\n  label: [", "yaml"),
        (DECLARATION.replace("{api_key", "{api_key").replace("bearer: api_key", "bearer: kee"), "kee"),
    ],
)
def test_lint_exits_1_on_an_error_with_file_and_line(modelruntime: Command, home: Path, broken: str, word: str) -> None:
    file = home / "providers" / "sim" / "provider.yaml"
    file.write_text(broken, "utf-8")
    outcome = modelruntime("provider", "lint", str(file.parent))
    assert outcome.code == 1
    assert f"{file}:" in outcome.out
    assert word in outcome.out.lower()
    assert modelruntime("provider", "lint", str(file.parent), "--json").json["errors"][0]["line"] > 0


def test_lint_of_nothing_is_an_error(modelruntime: Command, home: Path) -> None:
    outcome = modelruntime("provider", "lint", str(home / "nowhere"))
    assert outcome.code == 1
    assert "there is no such file or folder" in outcome.out


def test_test_validates_and_calls_one_model_of_each_type(modelruntime: Command, vendor: OpenAISimulator) -> None:
    outcome = modelruntime("provider", "test", "sim", "--json")
    steps = {step["name"]: step for step in outcome.json}
    assert outcome.code == 0
    assert [step["ok"] for step in outcome.json] == [True] * len(outcome.json)
    assert steps["remote models"]["detail"] == "7 models, 1 of them not declared"
    assert "llm sim-chat" in steps
    called = {path for path, _ in vendor.requests}
    assert {"/v1/chat/completions", "/v1/embeddings", "/v1/rerank", "/v1/moderations", "/v1/audio/speech"} <= called


def test_test_takes_a_folder_that_is_not_installed(
    modelruntime: Command, home: Path, monkeypatch: pytest.MonkeyPatch, vendor: OpenAISimulator
) -> None:
    monkeypatch.delenv("MODELRUNTIME_PROVIDERS")
    out = modelruntime("provider", "test", str(home / "providers" / "sim")).out
    assert out.startswith("ok   lint: 0 errors")
    assert "ok   credentials: the vendor answered" in out


def test_test_stops_at_credentials_that_the_vendor_refuses(modelruntime: Command) -> None:
    outcome = modelruntime("provider", "test", "sim", "-c", "api_key=sk-wrong-CANARY")
    assert outcome.code == 1
    assert outcome.out.startswith("FAIL credentials: CredentialsInvalid")
    assert len(outcome.out.splitlines()) == 1
    assert "CANARY" not in outcome.out + outcome.err


@pytest.mark.parametrize("command", ["providers", "models"])
def test_listings_tell_of_a_declaration_that_cannot_be_used(modelruntime: Command, home: Path, command: str) -> None:
    file = home / "providers" / "sim" / "provider.yaml"
    file.write_text(DECLARATION.replace("bearer: api_key", "bearer: kee"), "utf-8")
    outcome = modelruntime(command, "--json")
    assert outcome.code == 0
    assert "sim" not in {row["provider"] for row in outcome.json}
    assert outcome.err.startswith(f"warning: {file}: ")
    assert "kee" in outcome.err
