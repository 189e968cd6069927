"""The script that builds and measures the console."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.scripts.load import load

console = load("console")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(
        '<script src="./a.js"></script><link href="./assets/a.css"><script src="./theme.js"></script>'
    )
    (tmp_path / "a.js").write_bytes(os.urandom(2000))
    (tmp_path / "theme.js").write_bytes(b"x")
    (tmp_path / "assets" / "a.css").write_bytes(b"a{}" * 100)
    (tmp_path / "assets" / "lazy.js").write_bytes(os.urandom(3000))
    (tmp_path / "assets" / "lazy.js.br").write_bytes(b"twin")
    (tmp_path / "assets" / "embed-part.js").write_bytes(os.urandom(400))
    (tmp_path / "assets" / "frame-1.js").write_bytes(os.urandom(300))
    (tmp_path / "assets" / "page.js").write_bytes(os.urandom(600))
    (tmp_path / "embed.js").write_bytes(os.urandom(500))
    (tmp_path / "ahead.json").write_text('{"short": [], "long": ["assets/page.js", "a.js", "assets/a.css"]}')
    return tmp_path


def size_of(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_what_a_browser_loads_is_told_apart(dist: Path) -> None:
    found = {name: count for name, count, _ in console.figures(dist)}
    first = size_of(dist / "a.js") + size_of(dist / "theme.js")
    lazy = size_of(dist / "assets" / "lazy.js")
    page = size_of(dist / "assets" / "page.js")
    assert found == {
        "first load, scripts": first,
        "first load of a page": first + page,
        "first load, styles": size_of(dist / "assets" / "a.css"),
        "largest lazy chunk": lazy,
        "all scripts": first + lazy + page,
        "embed.js": size_of(dist / "embed.js"),
        "embed.js and its parts": size_of(dist / "embed.js") + size_of(dist / "assets" / "embed-part.js"),
        "frame and its parts": size_of(dist / "assets" / "frame-1.js"),
        "dist, as it is": sum(path.stat().st_size for path in dist.rglob("*") if path.is_file() and path.suffix != ".br"),
    }


def test_a_figure_over_budget_stops_the_build(
    dist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "DIST", dist)
    assert console.main(["size"]) == 0
    (dist / "embed.js").write_bytes(os.urandom(40_000))
    assert console.main(["size"]) == 1
    out, err = capsys.readouterr()
    assert "TOO LARGE" in out
    assert "over budget: embed.js" in err


def test_without_node_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(console, "_candidates", lambda: iter(()))
    assert console.main(["node"]) == 1
    assert "needs Node 20.19 or newer" in capsys.readouterr().err


def test_an_old_node_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.19.0\n")
    old.chmod(0o755)
    monkeypatch.setattr(console, "_candidates", lambda: iter([(old, ["npm"])]))
    assert console.main(["node"]) == 1
    assert "found only v18.19.0" in capsys.readouterr().err


def test_a_changed_source_makes_a_build_outdated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, dist = tmp_path / "console", tmp_path / "dist"
    (source / "src").mkdir(parents=True)
    dist.mkdir()
    (source / "src" / "a.ts").write_text("1")
    monkeypatch.setattr(console, "SOURCE", source)
    monkeypatch.setattr(console, "DIST", dist)
    assert not console.is_current()
    (dist / console.STAMP).write_text(f'{{"sources": "{console.sources_hash()}"}}')
    assert console.is_current()
    (source / "src" / "a.ts").write_text("2")
    assert not console.is_current()


def test_whatever_a_build_is_made_of_makes_it_outdated() -> None:
    parts = {path.relative_to(console.SOURCE).parts[0] for path in console._sources()}
    kept = {path.name for path in console.SOURCE.iterdir() if path.is_dir()} - {"node_modules", "test", "hosts", "package"}
    assert kept <= parts
