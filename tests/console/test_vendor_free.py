"""The front end names no vendor: what it draws comes from the declarations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.check_house import ROOT, provider_ids

SOURCE = ROOT / "console" / "src"
SUFFIXES = (".ts", ".css", ".json", ".html")


def words_of(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Za-z0-9_-]+", text)}


def test_no_file_of_the_console_names_a_provider() -> None:
    names = provider_ids(ROOT)
    files = [path for path in SOURCE.rglob("*") if path.suffix in SUFFIXES]
    assert len(names) > 80
    assert len(files) > 50
    found = {(path.relative_to(SOURCE).as_posix(), word) for path in files for word in words_of(path.read_text("utf-8")) & names}
    assert found == set()


@pytest.mark.parametrize("text", ['icon["openai"]', "// as openai does", '{"openai": 1}', "--x-openai: 1; /* openai */"])
def test_a_name_would_be_found(text: str, tmp_path: Path) -> None:
    assert "openai" in words_of(text) & provider_ids(ROOT)
