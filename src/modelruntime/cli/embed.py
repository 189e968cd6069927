"""`modelruntime embed`: vectors of texts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from modelruntime.cli.arguments import Commands, add_call_options, call_options, command, line_arguments, model_name, print_warnings
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands, "embed", run, "turn texts into vectors", ('embed local "good morning" "早上好"', "embed local --json < lines.txt")
    )
    parser.add_argument("model", metavar="PROVIDER[/MODEL]")
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="@FILE reads a file; without any, each line of standard input")
    parser.add_argument("--input-type", choices=("query", "document"), help="what the vectors are for")
    add_call_options(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the vectors, or their size and how alike the texts are."""
    from modelruntime import Runtime

    texts = line_arguments(parsed.texts)
    with Runtime() as runtime:
        model = runtime.text_embedding(model_name(runtime, parsed.model, "text-embedding"))
        result = model.invoke(texts, input_type=parsed.input_type, **call_options(parsed))
    if console.as_json:
        console.result(
            {
                "model": result.model,
                "vectors": result.vectors,
                "usage": result.usage,
                "cost": result.cost,
                "warnings": result.warnings,
            }
        )
        return 0
    print_warnings(console, result.warnings)
    console.line(f"{len(result.vectors)} vectors of {len(result.vectors[0])} numbers")
    for text, vector in zip(texts, result.vectors, strict=True):
        shown = " ".join(f"{number:+.3f}" for number in vector[:6])
        console.line(f"  {shown} …  {text[:60]}")
    for at, vector in enumerate(result.vectors[1:], 1):
        console.line(f"  cosine to the first text: {cosine(result.vectors[0], vector):+.3f}  {texts[at][:60]}")
    return 0


def cosine(left: Sequence[float], right: Sequence[float]) -> float:
    """How alike two vectors are, −1 to 1."""
    from math import sqrt

    a, b = list(left), list(right)
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return float(dot / (sqrt(sum(x * x for x in a)) * sqrt(sum(y * y for y in b)) or 1.0))
