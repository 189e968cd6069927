"""A hint at declarations of the user's own that could not be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelruntime.cli.console import Console
    from modelruntime.runtime.blocking_runtime import Runtime


def note_broken_declarations(runtime: Runtime, console: Console) -> None:
    """Warn of each file with an error, on standard error: what it declares is missing from every listing."""
    errors: dict[str, list[str]] = {}
    for problem in runtime.core.catalogue.problems:
        if problem.severity == "error":
            errors.setdefault(problem.file, []).append(problem.message)
    for file, messages in errors.items():
        more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
        console.warn(f"{file}: {messages[0]}{more}; see: modelruntime provider lint {file}")
