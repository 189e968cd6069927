"""What is wrong with a declaration, and where."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True):
    """One finding.

    `error`: the provider or model it stands in is left out. `warning`: it was taken, repaired as the message says.
    `line` counts from 1 and is 0 where the whole file, or a missing one, is meant. `code` is stable; `message` is one
    sentence for people.
    """

    file: str
    line: int
    severity: Severity
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message} [{self.code}]"


class ProblemLog:
    """Collects problems in the order they are met."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.error_count = 0

    def error(self, file: str, line: int, code: str, message: str) -> None:
        """Note what keeps a provider or model from being used."""
        self.error_count += 1
        self.problems.append(Problem(file, line, "error", code, message))

    def warning(self, file: str, line: int, code: str, message: str) -> None:
        """Note what was repaired or ignored."""
        self.problems.append(Problem(file, line, "warning", code, message))
