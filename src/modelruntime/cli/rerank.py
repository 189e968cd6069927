"""`modelruntime rerank`: documents in the order in which they answer a query."""

from __future__ import annotations

import argparse

from modelruntime.cli.arguments import (
    Commands,
    add_call_options,
    call_options,
    command,
    line_arguments,
    model_name,
    print_warnings,
    text_argument,
)
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "rerank",
        run,
        "order documents by how well they answer a query",
        ('rerank local "how to brew coffee" "tea is hot" "grind the beans"', 'rerank local "refund" --top-n 3 < paragraphs.txt'),
    )
    parser.add_argument("model", metavar="PROVIDER[/MODEL]")
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument(
        "documents", nargs="*", metavar="DOCUMENT", help="@FILE reads a file; without any, each line of standard input"
    )
    parser.add_argument("--top-n", type=int, metavar="N", help="only the best N")
    parser.add_argument("--score-threshold", type=float, metavar="SCORE", help="only scores of at least this")
    parser.add_argument("--normalise", action="store_true", help="move the scores to 0 … 1")
    add_call_options(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the ranking."""
    from modelruntime import Runtime

    query, documents = text_argument(parsed.query), line_arguments(parsed.documents)
    with Runtime() as runtime:
        result = runtime.rerank(model_name(runtime, parsed.model, "rerank")).invoke(
            query,
            documents,
            top_n=parsed.top_n,
            score_threshold=parsed.score_threshold,
            normalise=parsed.normalise,
            **call_options(parsed),
        )
    if console.as_json:
        console.result(
            {"model": result.model, "items": result.items, "usage": result.usage, "cost": result.cost, "warnings": result.warnings}
        )
        return 0
    print_warnings(console, result.warnings)
    for item in result.items:
        console.line(f"{item.score:+9.4f}  [{item.index}] {item.document}")
    return 0
