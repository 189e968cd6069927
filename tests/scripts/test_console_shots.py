"""The pictures of the console that are kept: there, small, and shown."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from tests.scripts.load import load

shots = load("console_shots")
README = ("README.md", "README.zh.md")
SHEETS = [f"sheet-{theme}-{language}" for theme in shots.THEMES for language in shots.LANGUAGES]


@pytest.mark.parametrize(
    "name, limit", [(name, shots.SHEET_AT_MOST) for name in SHEETS] + [(name, shots.SINGLE_AT_MOST) for name in shots.SINGLES]
)
def test_a_picture_is_a_small_png(name: str, limit: int) -> None:
    data: bytes = (shots.DOCS / f"{name}.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) <= limit
    width, height = struct.unpack(">II", data[16:24])
    assert width >= shots.SIZE["width"] // 2
    assert height >= shots.SIZE["height"] // 2


def test_nothing_else_is_kept() -> None:
    assert {path.stem for path in shots.DOCS.iterdir()} == {*SHEETS, *shots.SINGLES}


@pytest.mark.parametrize("readme", README)
def test_the_readmes_show_the_single_ones_and_link_the_sheets(readme: str) -> None:
    text = (shots.ROOT / readme).read_text("utf-8")
    shown = re.findall(r"!\[[^\]]+\]\(docs/console/([a-z]+)\.png\)", text)
    assert sorted(shown) == sorted(shots.SINGLES)
    assert all(f"(docs/console/{sheet}.png)" in text for sheet in SHEETS)


def test_a_picture_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(shots.Trouble, match=r"too_large\.png has 3 bytes, 2 are allowed"):
        shots.write(tmp_path / "too_large.png", b"abc", 2)
    assert not list(tmp_path.iterdir())
