"""`modelruntime local`: what is in the model store."""

from __future__ import annotations

import argparse

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("local", help="list or remove pulled models", description="The models pulled onto this machine.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command(inner, "list", run_list, "list what was pulled")
    remove = command(inner, "remove", run_remove, "delete models and the files that no other model needs")
    remove.add_argument("models", nargs="+", metavar="MODEL")


def run_list(parsed: argparse.Namespace, console: Console) -> int:
    """Print the store's content."""
    from modelruntime.cli.progress_bar import megabytes
    from modelruntime.engines.store.model_store import ModelStore

    rows = ModelStore().list()
    if console.as_json:
        console.result(rows)
    elif not rows:
        console.line("nothing is pulled yet; run: modelruntime pull")
    else:
        console.table(
            ("MODEL", "TYPE", "COMPLETE", "SIZE"),
            [
                (row.name, row.model_type, "yes" if row.complete else "no", megabytes(sum(file.size for file in row.files)))
                for row in rows
            ],
        )
    return 0


def run_remove(parsed: argparse.Namespace, console: Console) -> int:
    """Delete."""
    from modelruntime.cli.progress_bar import megabytes
    from modelruntime.engines.store.model_store import ModelStore

    report = ModelStore().remove(parsed.models)
    if console.as_json:
        console.result(report)
    else:
        console.line(f"removed {', '.join(report.removed) or 'nothing'}; {megabytes(report.freed)} freed")
    return 0
