"""A guide as a script: sections of code blocks that can be run.

A block's info string says what it is:

    ```yaml file=PATH     a file, written into the working folder (any language)
    ```python             run in the section's namespace
    ```sh                 lines `export NAME=VALUE`, `pip install ./FOLDER` or `modelruntime …`
    ```text               what the block before it printed

Each `##` section starts anew: environment, import path and names; files stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

_FENCE = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    language: str
    file: str | None
    text: str
    line: int


@dataclass(frozen=True)
class Section:
    """What stands under one heading."""

    title: str
    blocks: tuple[Block, ...]


def read_guide(path: Path) -> list[Section]:
    """The sections that have blocks."""
    text = path.read_text("utf-8")
    starts = [0, *(match.start() for match in re.finditer(r"^## .*$", text, re.MULTILINE)), len(text)]
    sections: list[Section] = []
    for start, end in pairwise(starts):
        blocks = tuple(
            Block(match[1], match[2].removeprefix("file=") or None, match[3], text[: start + match.start()].count("\n") + 1)
            for match in _FENCE.finditer(text[start:end])
        )
        if blocks:
            title = text[start:end].partition("\n")[0].lstrip("# ") or path.stem
            sections.append(Section(title, blocks))
    return sections
