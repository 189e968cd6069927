"""What the READMEs show works: their Python runs, their YAML loads, their commands parse, both say the same."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelruntime import Runtime
from modelruntime.cli.main import COMMANDS, build_parser, main
from tests.docs.code_blocks import ROOT, code_blocks
from tests.simulators.openai_family import KEY, OpenAISimulator, openai_simulator

READMES = ("README.md", "README.zh.md")
BLOCKS = code_blocks("README.md")
SMALL = {"local/qwen2.5-coder-0.5b-instruct": "local/smollm2-135m-instruct"}
"""The tests make do with the small profile where the README names a model of the standard one."""


@pytest.fixture
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as server:
        server.models = ("acme-large", "acme-embed")
        yield server


@pytest.fixture
def acme(vendor: OpenAISimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a reader who has done what the README says about its YAML."""
    (folder := tmp_path / "acme").mkdir()
    (declaration,) = (block.code for block in BLOCKS if block.language == "yaml")
    (folder / "provider.yaml").write_text(declaration, "utf-8")
    monkeypatch.setenv("MODELRUNTIME_PROVIDERS", str(tmp_path))
    monkeypatch.setenv("MODELRUNTIME_ENDPOINT_ACME", vendor.url)
    monkeypatch.setenv("MODELRUNTIME_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ACME_API_KEY", KEY)
    return folder


def test_the_readmes_show_the_same_code() -> None:
    english, chinese = (code_blocks(name) for name in READMES)
    assert [(block.language, block.place, block.code) for block in chinese] == [
        (block.language, block.place, block.code) for block in english
    ]
    assert len(english) >= 10


def test_python_that_is_shown_has_a_place_to_run() -> None:
    assert {block.place for block in BLOCKS if block.language == "python"} == {"local", "loopback"}


def test_the_tour_of_a_remote_provider_runs(acme: Path, vendor: OpenAISimulator, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in BLOCKS:
        if block.place == "loopback":
            block.run(names)
    shown = capsys.readouterr().out
    assert "You said: Hello 10 " in shown
    assert "USD" in shown
    assert "FinishEvent" in shown
    assert "undeclared" in shown
    assert "401 invalid_api_key False" in shown
    assert [body["messages"][-1]["content"] for _, body in vendor.requests if isinstance(body, dict)].count("4 °C, rain") == 1


@pytest.mark.local
def test_the_tour_of_the_local_models_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    installed = {f"{row.provider}/{row.model}" for row in Runtime().models() if row.status.code == "active"}
    names: dict[str, object] = {}
    for block in BLOCKS:
        if block.place == "local":
            code = block.code
            for large, small in SMALL.items():
                code = code if large in installed else code.replace(large, small)
            type(block)(block.language, block.place, code, block.file, block.line).run(names)
    shown = capsys.readouterr().out
    assert "Person(name=" in shown
    assert re.search(r"^512 green tea .*quick brown fox.* False$", shown, re.MULTILINE | re.IGNORECASE), shown


@pytest.mark.parametrize("name", ["docs/reference/scale-out.md", "docs/reference/zh/scale-out.md"])
def test_the_examples_of_scaling_out_run(acme: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    for block in code_blocks(name):
        block.run({})
    assert capsys.readouterr().out == "100 You said: row 99\n200\n"


def test_the_yaml_lints_without_a_finding(acme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["provider", "lint", str(acme)]) == 0
    assert "1 providers, 2 models: 0 errors" in capsys.readouterr().out


def test_the_toml_gives_the_credentials(acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (table,) = (block.code for block in BLOCKS if block.language == "toml")
    Path(os.environ["MODELRUNTIME_CONFIG"]).write_text(table, "utf-8")
    monkeypatch.delenv("ACME_API_KEY")
    monkeypatch.setenv("WORK_ACME_KEY", KEY)
    assert Runtime().llm("acme/acme-large").invoke("Hello").text == "You said: Hello"


def commands() -> list[str]:
    lines = [line for block in BLOCKS if block.language == "sh" for line in block.code.splitlines()]
    return [line for line in lines if line.startswith("modelruntime ")]


@pytest.mark.parametrize("line", commands())
def test_the_commands_exist_with_these_options(line: str) -> None:
    assert callable(build_parser().parse_args(shlex.split(line)[1:]).run)


def test_every_command_is_shown() -> None:
    shown = {shlex.split(line)[1] for line in commands()}
    assert shown == {module.__name__.rpartition(".")[2] for module in COMMANDS}


PAGES = {"README.md": "docs/reference/providers.md", "README.zh.md": "docs/reference/zh/providers.md"}


@pytest.mark.parametrize("name", READMES)
def test_the_built_in_providers_are_named(name: str) -> None:
    (line,) = re.findall(r"^- \*\*(?:Built in|内置)\*\*(.*?)(?=^- )", (ROOT / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert f"({PAGES[name]})" in line
    page = (ROOT / PAGES[name]).read_text("utf-8")
    folders = sorted(path.parent.name for path in (ROOT / "src" / "modelruntime" / "providers").glob("*/provider.yaml"))
    assert sorted(re.findall(r"^\| `([^`]+)`[^|]* \|", page, re.MULTILINE)) == folders
    assert len(folders) > 100


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))


@pytest.mark.parametrize("name", READMES)
def test_make_knows_the_targets_that_are_named(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"make ([a-z-]+)", "".join(block.code for block in code_blocks(name))))
    assert targets == {"run", "test"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def documents() -> list[str]:
    """All but the parts of which the reference is put together: their links hold in the whole."""
    return [
        str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.parent.name != "parts"
    ]


@pytest.mark.parametrize("name", documents())
def test_links_within_the_repository_lead_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)", (ROOT / name).read_text("utf-8"))
    assert [target for target in targets if not (folder / target).exists()] == []
