"""`modelruntime doctor`: what is unsafe or broken about a gateway's configuration and the machine it is to run on."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.cli.doctor_facts import Finding

_COLOURS = {"broken": "red", "unsafe": "yellow", "note": "dim"}


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "doctor",
        run,
        "say what is unsafe or broken about a gateway before it serves",
        ("doctor", "doctor --config gateway.yaml", "doctor --config gateway.yaml --json"),
    )
    parser.add_argument("--config", type=Path, help="the gateway's file (YAML or TOML)")
    parser.add_argument("--data", type=Path, help="the data directory, where the file names none")
    parser.set_defaults(host=None, port=None, workers=None, lame_duck=None, drain=None)
    parser.set_defaults(database=None, no_admin=False, base_path="", public_url=None)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """0 when nothing is broken or unsafe, else 1; notes do not count."""
    from modelruntime.entities.errors import ModelRuntimeError

    try:
        findings = examine(parsed)
    except ModelRuntimeError as error:
        from modelruntime.cli.doctor_facts import Finding

        findings = [
            Finding("broken", "config", error.message, "mend the file; modelruntime serve --check reads it as a start does")
        ]
    bad = [finding for finding in findings if finding.level != "note"]
    if console.as_json:
        console.result({"healthy": not bad, "findings": findings})
    else:
        _print(console, findings)
    return 1 if bad else 0


def examine(parsed: argparse.Namespace) -> list[Finding]:
    """Every finding, the worst first. Raises `ParameterInvalid` for a file that cannot be used."""
    from modelruntime.cli.doctor_checks import CHECKS
    from modelruntime.cli.doctor_facts import gather
    from modelruntime.cli.serve_plan import plan_of

    facts = gather(plan_of(parsed), parsed.data, os.environ)
    found = [finding for check in CHECKS for finding in check(facts)]
    return sorted(found, key=lambda finding: list(_COLOURS).index(finding.level))


def _print(console: Console, findings: list[Finding]) -> None:
    for finding in findings:
        console.line(f"{console.paint(finding.level, _COLOURS[finding.level])}  {finding.code}: {finding.message}")
        console.line(f"        {finding.remedy}")
    counts = {level: sum(finding.level == level for finding in findings) for level in _COLOURS}
    console.line(f"{counts['broken']} broken, {counts['unsafe']} unsafe, {counts['note']} notes")
