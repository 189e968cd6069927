"""Where a command's words go: results to standard output, notes and progress to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

COLOURS = {"green": "32", "red": "31", "yellow": "33", "dim": "2", "bold": "1"}


class Console:
    """Prints for a person, or JSON with `--json`. Colours only on a terminal, and never when NO_COLOR is set."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        plain_wanted = as_json or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self._coloured = sys.stdout.isatty() and not plain_wanted
        self._notes_coloured = sys.stderr.isatty() and not plain_wanted
        self._line_open = False

    def result(self, value: Any) -> None:
        """One JSON document on standard output, at once: whoever reads a pipe may wait for it while the command goes on."""
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(value, enc_hook=plain), indent=2).decode() + "\n")
        sys.stdout.flush()

    def flush(self) -> None:
        """Hand on what is buffered. Raises `BrokenPipeError` where nobody reads it."""
        sys.stdout.flush()

    def forget_output(self) -> None:
        """Whoever read standard output has gone (`… | head`): what is buffered, and what comes, is for nobody and no error."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)

    def line(self, text: str = "") -> None:
        """A line on standard output."""
        sys.stdout.write(text + "\n")
        self._line_open = False

    def piece(self, text: str) -> None:
        """Text without a line end, shown at once."""
        sys.stdout.write(text)
        sys.stdout.flush()
        self._line_open = not text.endswith("\n") if text else self._line_open

    def note(self, text: str) -> None:
        """A line for the person, not for a pipe. It begins on a line of its own."""
        if self._line_open:
            self.line()
        sys.stdout.flush()
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def warn(self, text: str) -> None:
        """A warning, as a note."""
        self.note(f"{_painted('warning', 'yellow', self._notes_coloured)}: {text}")

    def fail(self, message: str, *, kind: str, field: str | None = None, details: Iterable[str] = ()) -> None:
        """An error: one sentence; with `--json` also an object on standard output."""
        if self.as_json:
            self.result({"error": {"type": kind, "message": message, "field": field, "details": list(details)}})
        self.note(f"{_painted('error', 'red', self._notes_coloured)}: {message}")
        for detail in details:
            self.note(f"  {detail}")

    def paint(self, text: str, colour: str) -> str:
        """The text, for standard output, in a colour where colours are on."""
        return _painted(text, colour, self._coloured)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as their widest cell."""
        widths = [max(width_of(row[at]) for row in (head, *rows)) for at in range(len(head))]
        self.line(self.paint("  ".join(padded(cell, width) for cell, width in zip(head, widths, strict=True)).rstrip(), "bold"))
        for row in rows:
            self.line("  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _painted(text: str, colour: str, coloured: bool) -> str:
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m" if coloured else text


def width_of(text: str) -> int:
    """Columns on a terminal: East Asian wide characters take two, combining marks none."""
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int) -> str:
    """The text filled with spaces to a width."""
    return text + " " * (width - width_of(text))


def plain(value: Any) -> Any:
    """How values that JSON does not know are written: vectors as lists, secrets as a mask, paths as text."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)
