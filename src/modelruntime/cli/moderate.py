"""`modelruntime moderate`: is a text harmful?"""

from __future__ import annotations

import argparse

from modelruntime.cli.arguments import Commands, add_call_options, call_options, command, model_name, print_warnings, text_argument
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands, "moderate", run, "judge a text by categories", ('moderate local "have a nice day"', "moderate local @comment.txt")
    )
    parser.add_argument("model", metavar="PROVIDER[/MODEL]")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- or nothing reads standard input, @FILE a file")
    add_call_options(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the judgement."""
    from modelruntime import Runtime

    text = text_argument(parsed.text if parsed.text is not None else "-")
    with Runtime() as runtime:
        result = runtime.moderation(model_name(runtime, parsed.model, "moderation")).invoke(text, **call_options(parsed))
    if console.as_json:
        console.result(
            {
                "model": result.model,
                "flagged": result.flagged,
                "categories": result.categories,
                "usage": result.usage,
                "cost": result.cost,
                "warnings": result.warnings,
            }
        )
        return 0
    print_warnings(console, result.warnings)
    console.line(console.paint("flagged", "red") if result.flagged else console.paint("not flagged", "green"))
    for name, category in sorted(result.categories.items(), key=lambda item: -(item[1].score or 0)):
        score = "" if category.score is None else f"{category.score:.3f}"
        console.line(f"  {'!' if category.flagged else ' '} {score:>6}  {name}")
    return 0
