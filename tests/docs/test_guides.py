"""The guides' code runs as it stands there, offline, and prints what they say."""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.guide import Block, Section, read_guide
from tests.docs.vendor import Vendor

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
NAMES = tuple(sorted(path.name for path in GUIDES.glob("*.md")))
ADDRESSED = ("ACME", "BROOK", "CREEK", "DELTA", "EDDY", "POND", "OPENAI", "DEEPSEEK", "JINA", "XINFERENCE")


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with Vendor() as running:
        yield running


def test_there_are_guides_in_two_languages():
    assert {"adding-a-provider.md", "adding-a-model.md", "credentials.md", "calling-models.md"} <= set(NAMES)
    assert {path.name for path in (GUIDES / "zh").glob("*.md")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_does_what_it_says(name, vendor, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for section in read_guide(GUIDES / name):
        with monkeypatch.context() as fresh:
            for provider in ADDRESSED:
                fresh.setenv(f"MODELRUNTIME_ENDPOINT_{provider}", vendor.base_url)
                for leftover in ("API_KEY", "ORG_ID", "PROJECT_ID", "BASE_URL"):
                    fresh.delenv(f"{provider}_{leftover}", raising=False)
            for folder, variable in (("config", "XDG_CONFIG_HOME"), ("cache", "XDG_CACHE_HOME"), ("data", "MODELRUNTIME_HOME")):
                fresh.setenv(variable, str(tmp_path / folder))
            fresh.setattr(sys, "path", list(sys.path))
            run_section(section, name, tmp_path, fresh)


def run_section(section: Section, guide: str, folder: Path, environment: pytest.MonkeyPatch) -> None:
    module = ModuleType("guide")
    environment.setitem(sys.modules, module.__name__, module)
    printed = ""
    for block in section.blocks:
        place = f"{guide}:{block.line}"
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.language == "python":
            printed = printed_by(block, place, module.__dict__)
        elif block.language == "sh":
            printed = "".join(run_line(line, folder, environment, place) for line in block.text.splitlines())
        elif block.language == "text":
            assert printed == block.text, place
            printed = ""
        else:
            raise AssertionError(f"{place}: nobody runs a block of {block.language!r}")
    assert printed == "", f"{guide}, {section.title}: the output is not shown"


def printed_by(block: Block, place: str, names: dict[str, object]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block.text, place, "exec", dont_inherit=True), names)
    return out.getvalue()


def run_line(line: str, folder: Path, environment: pytest.MonkeyPatch, place: str) -> str:
    """`export`, an install from a folder, or a command of ours; anything else is not allowed in a guide."""
    words = shlex.split(line)
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        environment.setenv(name, value)
        return ""
    if words[:2] == ["pip", "install"]:
        environment.syspath_prepend(install(folder / words[2], folder / "site-packages"))
        return ""
    assert words[0] == "modelruntime", f"{place}: {line}"
    from modelruntime.cli.main import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(words[1:]) == 0, f"{place}: {line}"
    return out.getvalue()


def install(project: Path, site: Path) -> Path:
    """What an installer leaves behind: the packages, and the metadata with the entry points. No network, no build."""
    facts = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    name, version = facts["project"]["name"].replace("-", "_"), facts["project"]["version"]
    for package in facts["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(project / package, site / package)
    metadata = site / f"{name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    lines = [f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())
             for group, rows in facts["project"]["entry-points"].items()]  # fmt: skip
    (metadata / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    return site


LIMITS = {
    ("adding-a-provider.md", "vendors/pond/provider.yaml"): 30,
    ("adding-a-provider.md", "delta-models/delta/dialect.py"): 80,
}
"""What a guide promises: a vendor in so many lines of YAML, a dialect in so many of Python."""


@pytest.mark.parametrize(("name", "file"), LIMITS)
def test_an_example_is_as_short_as_is_said(name, file):
    (text,) = [block.text for section in read_guide(GUIDES / name) for block in section.blocks if block.file == file]
    assert len(text.splitlines()) <= LIMITS[name, file]


def test_the_vendor_in_yaml_brings_no_python():
    blocks = [block for section in read_guide(GUIDES / "adding-a-provider.md") for block in section.blocks]
    pond = [block for block in blocks if block.file and "/pond/" in block.file]
    assert [block.language for block in pond] == ["yaml"]
    assert "python:" not in pond[0].text


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_show_the_same_code(name):
    english, chinese = read_guide(GUIDES / name), read_guide(GUIDES / "zh" / name)
    assert [[(block.language, block.file, block.text) for block in section.blocks] for section in chinese] == [
        [(block.language, block.file, block.text) for block in section.blocks] for section in english
    ]
