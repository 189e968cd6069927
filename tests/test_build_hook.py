"""The wheel's build hook."""

from pathlib import Path
from typing import Any

import pytest
from hatch_build import CompileProviders

from modelruntime.schema.snapshot import Snapshot
from tests.schema.declare import PROVIDER, write


def run(root: Path, version: str = "standard", target: str = "wheel") -> tuple[CompileProviders, dict[str, Any]]:
    hook: Any = CompileProviders
    build = hook(str(root), {}, None, None, str(root / "dist"), target)
    data: dict[str, Any] = {"force_include": {}}
    build.initialize(version, data)
    return build, data


def test_a_wheel_gets_the_built_in_providers_compiled(tmp_path: Path) -> None:
    write(tmp_path / "src/modelruntime/providers/acme", {"provider.yaml": PROVIDER})
    hook, data = run(tmp_path)
    drafts = {place: draft for draft, place in data["force_include"].items()}
    assert set(drafts) == {"modelruntime/providers/providers.snapshot", "modelruntime/schema/profiles/families.msgpack"}
    draft = drafts["modelruntime/providers/providers.snapshot"]
    assert [row.provider for row in Snapshot(Path(draft).read_bytes()).rows] == ["acme"]
    hook.finalize("standard", data, "")
    assert not Path(draft).exists()


def test_a_wheel_carries_the_console_where_it_is_built(tmp_path: Path) -> None:
    write(tmp_path / "src/modelruntime/providers/acme", {"provider.yaml": PROVIDER})
    dist = tmp_path / "src/modelruntime/console/dist"
    dist.mkdir(parents=True)
    hook, data = run(tmp_path)
    assert "modelruntime/console/dist" not in data["force_include"].values()
    hook.finalize("standard", data, "")
    (dist / "index.html").write_text("<!doctype html>")
    hook, data = run(tmp_path)
    assert data["force_include"][str(dist)] == "modelruntime/console/dist"
    hook.finalize("standard", data, "")
    assert (dist / "index.html").is_file()


@pytest.mark.parametrize(("version", "target"), [("editable", "wheel"), ("standard", "sdist")])
def test_an_editable_wheel_and_a_source_archive_get_none(tmp_path: Path, version: str, target: str) -> None:
    write(tmp_path / "src/modelruntime/providers/acme", {"provider.yaml": PROVIDER})
    hook, data = run(tmp_path, version, target)
    assert data["force_include"] == {}
    hook.finalize(version, data, "")


def test_an_error_in_a_declaration_stops_the_build(tmp_path: Path) -> None:
    write(tmp_path / "src/modelruntime/providers/acme", {"provider.yaml": PROVIDER + "profile: {nope: 1}\n"})
    with pytest.raises(SystemExit, match=r"acme/provider\.yaml:5: error"):
        run(tmp_path)
