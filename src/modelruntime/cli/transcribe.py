"""`modelruntime transcribe`: the text of a recording."""

from __future__ import annotations

import argparse
import sys

from modelruntime.cli.arguments import Commands, add_call_options, call_options, command, model_name, print_warnings
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "transcribe",
        run,
        "write down a recording",
        ("transcribe local talk.mp3 --times", "transcribe local - < talk.wav"),
    )
    parser.add_argument("model", metavar="PROVIDER[/MODEL]")
    parser.add_argument("file", metavar="FILE", help="wav, mp3, flac, ogg, m4a, …; - reads standard input")
    parser.add_argument("--translate", action="store_true", help="into English")
    parser.add_argument("--times", action="store_true", help="print each segment with its times")
    add_call_options(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the text."""
    from modelruntime import Runtime

    file = sys.stdin.buffer.read() if parsed.file == "-" else parsed.file
    with Runtime() as runtime:
        model = runtime.speech2text(model_name(runtime, parsed.model, "speech2text"))
        result = model.invoke(file, task="translate" if parsed.translate else "transcribe", **call_options(parsed))
    if console.as_json:
        console.result(
            {
                "model": result.model,
                "text": result.text,
                "language": result.language,
                "duration": result.duration,
                "segments": result.segments,
                "usage": result.usage,
                "cost": result.cost,
                "warnings": result.warnings,
            }
        )
        return 0
    print_warnings(console, result.warnings)
    if not parsed.times or not result.segments:
        console.line(result.text)
    for segment in result.segments if parsed.times else ():
        console.line(f"{segment.start:8.2f} – {segment.end:8.2f}  {segment.text.strip()}")
    return 0
