"""The package for pages with a build of their own: packed, installed elsewhere, type-checked there, its core run without a DOM."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scripts import console

PACKAGE = console.SOURCE / "package"
CONSUMER = Path(__file__).with_name("consumer.tsx")
RESOLUTIONS = {"bundler": "esnext", "nodenext": "nodenext"}
RUN_CORE = """
import { FormState, search, prepare, FetchTransport } from "@modelruntime/elements/core";
const fields = [{ variable: "key", type: "secret-input", label: { en_US: "Key" } }];
const form = FormState.of(fields, { values: { key: "k" }, kept: {} });
const found = search(prepare(["one", "two"], (each) => [each]), "tw");
console.log(JSON.stringify([form.valid, form.payload.values, found, typeof FetchTransport]));
"""


def npm(*command: str, folder: Path) -> str:
    done = subprocess.run([*console.find_node().npm, *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's project with the packed package installed."""
    folder = tmp_path_factory.mktemp("project")
    console.find_node().install()
    npm("run", "build:package", folder=console.SOURCE)
    name = npm("pack", "--silent", "--pack-destination", str(folder), folder=PACKAGE).strip()
    (folder / "package.json").write_text('{"private": true, "type": "module"}', "utf-8")
    wanted = ("react@19.3.1", "@types/react@19.3.1", "typescript@5.9.3")
    npm("install", f"./{name}", *wanted, "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", folder=folder)
    shutil.copy(CONSUMER, folder)
    return folder


def test_its_version_is_the_projects() -> None:
    manifest = msgspec.json.decode((PACKAGE / "package.json").read_bytes())
    own = msgspec.json.decode((console.SOURCE / "package.json").read_bytes())
    project = tomllib.loads((console.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert manifest["version"] == own["version"] == project["version"]
    carried = {name: version.lstrip("^") for name, version in manifest["dependencies"].items()}
    assert carried == {name: (own["dependencies"] | own["devDependencies"])[name] for name in carried}


@pytest.mark.slow
@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_a_page_with_a_build_of_its_own_is_type_checked(project: Path, resolution: str) -> None:
    options = ["--moduleResolution", resolution, "--module", RESOLUTIONS[resolution], "--target", "es2022", "--jsx", "react-jsx"]
    tsc = project / "node_modules" / "typescript" / "bin" / "tsc"
    command = [
        str(console.find_node().node),
        str(tsc),
        "--noEmit",
        "--strict",
        *options,
        "--lib",
        "es2023,dom,dom.iterable",
        CONSUMER.name,
    ]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


@pytest.mark.slow
def test_its_core_needs_neither_a_document_nor_lit(project: Path) -> None:
    (project / "run.mjs").write_text(RUN_CORE, "utf-8")
    shutil.rmtree(project / "node_modules" / "lit")
    done = subprocess.run([str(console.find_node().node), "run.mjs"], cwd=project, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert msgspec.json.decode(done.stdout) == [True, {"key": "k"}, ["two"], "function"]


@pytest.mark.slow
def test_every_element_is_described_for_editors(project: Path) -> None:
    found: Any = msgspec.json.decode((project / "node_modules/@modelruntime/elements/dist/custom-elements.json").read_bytes())
    elements = {each["tagName"]: each for module in found["modules"] for each in module["declarations"]}
    assert sorted(elements) == ["mr-credential-form", "mr-model-picker", "mr-parameter-panel", "mr-playground", "mr-provider-list"]
    for tag, each in elements.items():
        assert each["description"], tag
        assert each["events"], tag
        assert all(event["description"] or event["name"] == "provider-filter" for event in each["events"]), tag
    names = {member["name"] for member in elements["mr-model-picker"]["members"]}
    assert {"models", "value", "client"} <= names
