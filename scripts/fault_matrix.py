"""Write docs/reference/fault-matrix.md, in both languages, from the tests of the fault matrix.

python scripts/fault_matrix.py            writes the pages
python scripts/fault_matrix.py --check    writes nothing; exits 1 when one of them is not what the tests say
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.faults.gateway.cell import CELLS  # noqa: E402
from tests.faults.gateway.fault import Pair  # noqa: E402
from tests.faults.gateway.other_faults import OTHERS  # noqa: E402
from tests.faults.gateway.upstream_faults import FAULTS  # noqa: E402

TESTS = ROOT / "tests/faults/gateway"
PAGES = {"en": ROOT / "docs/reference/fault-matrix.md", "zh": ROOT / "docs/reference/zh/fault-matrix.md"}
WORDS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("fault_matrix_words.yaml").read_text("utf-8"))
MODES = ("whole", "stream", "alone", "backup")
STORES = "SQLite, PostgreSQL, PostgreSQL + Valkey"


@dataclass
class Row:
    """What is known of one row."""

    tests: list[str] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)


def rows() -> dict[int, Row]:
    """Every row that has a test."""
    found: dict[int, Row] = {}
    for cell in CELLS:
        row = found.setdefault(cell.fault.row, Row())
        _add(row.modes, "stream" if cell.stream else "whole", "backup" if cell.backup else "alone")
        _add(row.tests, f"test_cell[{cell.fault.key}-…]")
    for other in OTHERS:
        row = found.setdefault(other.row, Row())
        _add(row.modes, "stream" if other.asks.path.endswith("speech") else "whole", "alone", "backup")
        _add(row.tests, f"test_other_type[{other}-…]")
    for number, function in own_tests():
        row = found.setdefault(number, Row())
        names = {argument.arg for argument in function.args.args}
        if names & {"mode", "options"}:
            _add(row.modes, STORES)
        elif number > 52:
            stores = [word for word, names_of in _STORES_OF.items() if names & names_of]
            _add(row.modes, *stores)
        else:
            _add(row.modes, *(("whole", "stream") if "stream" in names else ()), *(("alone", "backup") if "model" in names else ()))
        _add(row.tests, function.name)
    return found


_STORES_OF = {"PostgreSQL": {"stopping", "postgres"}, "Valkey": {"losing", "valkey"}}


def own_tests() -> Iterator[tuple[int, ast.FunctionDef]]:
    """The functions `test_row_NN_…`, by their row."""
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_row_"):
                yield int(node.name[9:11]), node


def page(language: str) -> str:
    """The page."""
    words, texts, known = WORDS[language], yaml.safe_load((TESTS / "rows.yaml").read_text("utf-8")), rows()
    counted = {"rows": len(known), "cells": len(CELLS), "others": 2 * len(OTHERS), "own": sum(1 for _ in own_tests())}
    lines = [f"# {words['title']}", "", words["other"], "", words["intro"].strip(), "", words["count"].format(**counted), ""]
    for chapter, numbers in (("upstream", range(1, 46)), ("client", range(46, 53)), ("storage", range(53, 67))):
        lines += [words[chapter], "", words["head"], "|---|---|---|---|---|"]
        lines += [_line(number, texts[number], known.get(number), words, language) for number in numbers]
        lines.append("")
    lines += [
        words["notes"],
        "",
        *(f"- {number}: {text['note'][language]}" for number, text in texts.items() if "note" in text),
        "",
    ]
    lines += [words["missing"], ""]
    lines += [f"- {fault.key}, {words[kind]}: {reason}" for fault in FAULTS for kind, reason in _reasons(fault)]
    return "\n".join(lines) + "\n"


def _line(number: int, text: dict[str, Any], row: Row | None, words: dict[str, str], language: str) -> str:
    fault, behaviour = text[language]
    if row is None:
        return f"| {number} | {fault} | {behaviour} | {words['open']} | |"
    ordered = [mode for mode in MODES if mode in row.modes] or row.modes
    modes = ", ".join(words.get(mode, mode) for mode in ordered)
    return f"| {number} | {fault} | {behaviour} | {modes} | {' '.join(f'`{name}`' for name in row.tests)} |"


def _reasons(fault: Any) -> Iterator[tuple[str, str]]:
    for kind in ("whole", "stream"):
        found = getattr(fault, kind)
        if not isinstance(found, Pair):
            yield kind, found


def _add(held: list[str], *words: str) -> None:
    held += [word for word in words if word not in held]


def main() -> int:
    """Write the pages, or check them."""
    stale = [path for language, path in PAGES.items() if not path.exists() or path.read_text("utf-8") != page(language)]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the tests say: run python scripts/fault_matrix.py")
        return 1 if stale else 0
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
