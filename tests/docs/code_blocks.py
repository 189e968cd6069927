"""Fenced code of a Markdown file, with the mark that says where it can run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^(?:<!-- run: (?P<place>\w+) -->\n)?```(?P<language>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class CodeBlock:
    """`place` is what the comment before it names (`local`, `loopback`), None without one; `line` is where the code begins."""

    language: str
    place: str | None
    code: str
    file: str
    line: int

    def run(self, names: dict[str, object]) -> None:
        """Execute it; a traceback shows the file and line of the document."""
        exec(compile("\n" * (self.line - 1) + self.code, self.file, "exec"), names)


def code_blocks(name: str) -> list[CodeBlock]:
    """All fenced blocks of a document of this repository, in order."""
    text = (ROOT / name).read_text("utf-8")
    return [
        CodeBlock(match["language"], match["place"], match["code"], name, text.count("\n", 0, match.start("code")) + 1)
        for match in _BLOCK.finditer(text)
    ]
