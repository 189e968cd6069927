"""What is wrong with a posted declaration: everything that the linter says, with its lines, and what no posted text may do."""

from __future__ import annotations

import tempfile
from pathlib import Path

from modelruntime.admin.refusal import ErrorReply, LineProblem, Refusal
from modelruntime.codecs.registry import CODECS
from modelruntime.schema.codec_choice import codec_names
from modelruntime.schema.lint import lint_path
from modelruntime.schema.loading.read_folder import read_document
from modelruntime.schema.problem import ProblemLog
from modelruntime.signers.registry import auth_problem

NAME = "provider.yaml"


def lint_text(text: str) -> tuple[LineProblem, ...]:
    """Errors and warnings, by line. Touches the disk: the linter reads files."""
    with tempfile.TemporaryDirectory(prefix="modelruntime-lint-") as folder:
        file = Path(folder, NAME)
        file.write_text(text, "utf-8", "surrogatepass")
        report = lint_path(file, tuple(CODECS), auth_problem)
    found = [*report.errors, *report.warnings]
    problems = [LineProblem(each.line, each.severity, each.code, each.message.replace(folder, "")) for each in found]
    return tuple(sorted((*problems, *_code_of_ones_own(text)), key=lambda each: (each.line, each.severity)))


def require_clean(problems: tuple[LineProblem, ...]) -> None:
    """Raises `Refusal` (422) with every problem when one of them is an error."""
    first = next((each for each in problems if each.severity == "error"), None)
    if first is not None:
        message = f"the declaration cannot be used: line {first.line}: {first.message}"
        raise Refusal(422, ErrorReply(code="declaration_invalid", message=message, field="text", problems=problems))


def _code_of_ones_own(text: str) -> list[LineProblem]:
    """Python that is loaded by name: what is installed is an operator's to decide, not a text's."""
    declaration = read_document(text, ProblemLog())
    if declaration is None:
        return []
    schema = declaration.schema
    named = [codec for choice in schema.codec.values() for codec in codec_names(choice)] if schema else []
    named += [codec for model in declaration.models for codec in codec_names(model.codec)]
    found = [f"the codec {codec!r} is Python, which a posted declaration may not name" for codec in named if ":" in codec]
    if schema is not None and schema.python:
        found.append("python: a posted declaration may not name any; install it as a package")
    return [LineProblem(declaration.line, "error", "code-refused", message) for message in found]
