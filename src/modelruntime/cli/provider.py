"""`modelruntime provider new|lint|test`: for people who declare providers."""

from __future__ import annotations

import argparse
from pathlib import Path

from modelruntime.cli.arguments import Commands, add_credentials, command, credentials_of
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the commands."""
    parser = commands.add_parser("provider", help="scaffold, check and exercise a declaration", description="Declare a provider.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = command(inner, "new", run_new, "write a folder with a declaration to fill in")
    new.add_argument("id", metavar="ID", help="lower case letters, digits, - and _")
    new.add_argument("--endpoint", default="https://api.example.com/v1", metavar="URL", help="the vendor's base URL")
    new.add_argument("--directory", default=".", metavar="DIR", help="where the folder goes")
    lint = command(inner, "lint", run_lint, "check a provider's folder, or a folder of them")
    lint.add_argument("path", metavar="PATH")
    lint.add_argument(
        "--fleet", action="store_true", help="also demand the source of every fact, as this project's own providers do"
    )
    test = command(inner, "test", run_test, "check a declaration, then validate credentials and call one model of each type")
    test.add_argument("path", metavar="PATH|ID", help="a folder with a declaration, or the id of a known provider")
    add_credentials(test, "a credential; repeat it")


def run_new(parsed: argparse.Namespace, console: Console) -> int:
    """Scaffold."""
    from modelruntime.cli.provider_scaffold import scaffold

    written = scaffold(parsed.id, parsed.endpoint, Path(parsed.directory))
    if console.as_json:
        console.result({"written": [str(path) for path in written]})
        return 0
    for path in written:
        console.line(f"wrote {path}")
    console.line(f"next: modelruntime provider lint {written[0].parent}")
    return 0


def run_lint(parsed: argparse.Namespace, console: Console) -> int:
    """Lint; exit code 1 only on errors."""
    from modelruntime.codecs.registry import CODECS
    from modelruntime.schema.lint import lint_fleet, lint_path
    from modelruntime.signers.registry import auth_problem

    report = (lint_fleet if parsed.fleet else lint_path)(Path(parsed.path), tuple(CODECS), auth_problem)
    if console.as_json:
        console.result(report.as_dict())
        return 1 if report.errors else 0
    for colour, word, problems in (("yellow", "warning", report.warnings), ("red", "error", report.errors)):
        for problem in problems:
            console.line(f"{problem.file}:{problem.line}: {console.paint(word, colour)}: {problem.message} [{problem.code}]")
    counts = f"{len(report.errors)} errors, {len(report.warnings)} warnings"
    console.line(f"{report.providers} providers, {report.models} models: {counts}")
    return 1 if report.errors else 0


def run_test(parsed: argparse.Namespace, console: Console) -> int:
    """Lint, validate, and one smallest call per model type."""
    from modelruntime.cli.provider_exercise import exercise

    steps = exercise(parsed.path, credentials_of(parsed))
    if console.as_json:
        console.result(steps)
    else:
        for step in steps:
            word = {True: console.paint("ok  ", "green"), False: console.paint("FAIL", "red"), None: console.paint("skip", "dim")}[
                step.ok
            ]
            console.line(f"{word} {step.name}: {step.detail}")
    return 0 if all(step.ok is not False for step in steps) else 1
