"""`modelruntime demo`: all six model types on real local models, with what went in, what came out, and how long it took."""

from __future__ import annotations

import argparse
from typing import Any

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands, "demo", run, "call each of the six model types on the local models; no key, no network", ("demo --json",)
    )
    parser.add_argument("--profile", choices=("auto", "standard", "small"), default="auto", help="which local models to use")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Run the acts one after another; exit code 1 when one of them failed."""
    from modelruntime import ModelRuntimeError, Runtime
    from modelruntime.cli.demo_acts import ACTS, Stage
    from modelruntime.cli.demo_cast import Cast

    report: dict[str, Any] = {}
    with Runtime() as runtime:
        stage = Stage(runtime, console, Cast(runtime, parsed.profile))
        for model_type, act in ACTS.items():
            try:
                if not console.as_json:
                    console.line(console.paint(f"— {model_type}: {', '.join(stage.cast[model_type])}", "bold"))
                report[model_type] = act(stage)
            except ModelRuntimeError as error:
                report[model_type] = {"ok": False, "input": None, "output": None, "seconds": 0.0, "error": error.message}
            if not console.as_json:
                _show_end(report[model_type], console)
    if console.as_json:
        console.result(report)
    return 0 if all(act["ok"] for act in report.values()) else 1


def _show_end(act: dict[str, Any], console: Console) -> None:
    word = console.paint("ok", "green") if act["ok"] else console.paint("failed", "red")
    tokens = "" if not act.get("tokens") else f", {act['tokens']} tokens"
    console.line(f"  {word} in {act['seconds']:.1f} s{tokens}" + (f": {act['error']}" if "error" in act else ""))
    console.line()
