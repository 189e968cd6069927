"""The house check sees each breach, and never passes because it looked at nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.load import ROOT, load

house = load("check_house")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small house that keeps the rules, with a provider called `acme`."""
    for file, content in {
        "src/modelruntime/entities/message.py": '"""Messages, as acme has them too."""\n\nTEXT = "hello"\n',
        "src/modelruntime/runtime/factory.py": "def make():\n    return 1\n",
        "src/modelruntime/codecs/acme/chat.py": 'NAME = "acme"\n',
        "src/modelruntime/providers/acme/provider.yaml": "provider: acme\n",
        "src/modelruntime/providers/xyz/provider.yaml": "provider: xyz\n",
        "src/modelruntime/providers/local/provider.yaml": "provider: local\n",
        "README.md": "See https://example.com/work/here and `src/modelruntime`.\n",
    }.items():
        write(tmp_path, file, content)
    return tmp_path


def write(root: Path, file: str, content: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(content, "utf-8")


def test_a_house_in_order_has_no_breach(repository: Path) -> None:
    assert list(house.breaches(repository)) == []


def test_this_house_is_in_order() -> None:
    assert list(house.breaches(ROOT)) == []


def test_the_command_says_so_and_exits_0() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "check_house.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "house rules hold\n")


def test_a_long_file_is_a_breach(repository: Path) -> None:
    write(repository, "src/modelruntime/codecs/acme/long.py", "x = 1\n" * 501)
    assert list(house.breaches(repository)) == ["src/modelruntime/codecs/acme/long.py: 501 lines, more than 500"]
    write(repository, "src/modelruntime/codecs/acme/long.py", "x = 1\n" * 500)
    assert list(house.breaches(repository)) == []


def test_a_long_median_is_a_breach(repository: Path) -> None:
    for name in ("a", "b", "c", "d"):
        write(repository, f"src/modelruntime/codecs/acme/{name}.py", "x = 1\n" * 121)
    assert list(house.breaches(repository)) == ["src/modelruntime: the median file has 121 lines, more than 120"]


@pytest.mark.parametrize(
    "line",
    [
        'WHO = "acme"',
        'WHO = "ask acme, please"',
        "acme = 1",
        "print(who.acme)",
        "def acme(): ...",
        "class acme: ...",
        "def ask(acme): ...",
        "ask(acme=1)",
        "from modelruntime.providers.acme import thing",
        'WHO = f"https://{acme}"',
    ],
)
@pytest.mark.parametrize("layer", ["entities", "schema", "runtime", "routing", "transports"])
def test_a_provider_named_in_a_layer_that_knows_none_is_a_breach(repository: Path, layer: str, line: str) -> None:
    write(repository, f"src/modelruntime/{layer}/guilty.py", f"{line}\n")
    assert f"src/modelruntime/{layer}/guilty.py:1: names the provider 'acme'" in list(house.breaches(repository))


@pytest.mark.parametrize(
    "text",
    [
        '"""Speaks of acme."""',
        'X = 1\n"""As acme has it, read 2026-11-22."""',
        "# acme does this",
        'WHO = "acmeish acme_chat"',
        'WHO = "local xyz"',
        "from modelruntime.codecs.acme.chat import NAME",
    ],
)
def test_prose_parts_of_words_plain_words_and_wire_families_are_none(repository: Path, text: str) -> None:
    write(repository, "src/modelruntime/runtime/innocent.py", text + "\n")
    assert list(house.breaches(repository)) == []


PLACES = [
    "/" + "work/main/x",
    "/" + "root/.cache",
    "/" + "home/ann/x",
    "/" + "Users/ann/x",
    "/" + "tmp/pytest-1/x",
    "C:\\" + "Users\\ann",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("file", ["docs/guide.md", "src/modelruntime/runtime/paths.py", "Makefile", "data/rows.json"])
def test_the_path_of_a_machine_is_a_breach_in_any_file(repository: Path, place: str, file: str) -> None:
    write(repository, file, f'\n# "{place}"\n')
    (breach,) = house.breaches(repository)
    assert breach.startswith(f"{file}:2: holds the path of a machine")


@pytest.mark.parametrize("host", ["files.pythonhosted" + ".org", "pypi" + ".org", "test.pypi" + ".org", "registry.npmjs" + ".org"])
def test_the_host_of_a_registry_is_a_breach(repository: Path, host: str) -> None:
    write(repository, "requirements/dev.txt", f"--index https://{host}/simple\n")
    (breach,) = house.breaches(repository)
    assert breach == f"requirements/dev.txt:1: names a package registry, '{host}'"


@pytest.mark.parametrize(
    "text", ["~/work/x", "https://example.com/root/x", "src/work/x", "a/tmp/x", "and/or", "/v1/models", "$HOME/tmp/x"]
)
def test_other_paths_are_none(repository: Path, text: str) -> None:
    write(repository, "docs/guide.md", f"see {text} there\n")
    assert list(house.breaches(repository)) == []


def test_files_that_are_no_text_are_passed_over(repository: Path) -> None:
    (repository / "sound.wav").write_bytes(b"RIFF\xff\xfe" + b"/" + b"work/x")
    assert list(house.breaches(repository)) == []


def test_nothing_to_look_at_is_a_breach_for_each_rule(tmp_path: Path) -> None:
    found = list(house.breaches(tmp_path))
    assert [line.partition(": ")[2] or line for line in found] == [
        "there is no source to check",
        "there is no provider whose name could be looked for",
        f"none of the layers {', '.join(house.NAMELESS)} is there",
        "there is no file to check for paths and registries",
    ]


def test_the_check_looks_at_every_layer_that_there_is() -> None:
    layers = {path.parent.name for path in (ROOT / house.PACKAGE).glob("*/__init__.py")}
    assert layers - set(house.NAMELESS) <= {"codecs", "providers", "engines", "cli"}
    assert len(house.provider_ids(ROOT)) >= 2
    assert ROOT / "README.md" in house.repository_files(ROOT)
