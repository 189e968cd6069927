"""`modelruntime speak`: text to sound."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from modelruntime.cli.arguments import Commands, add_call_options, call_options, command, model_name, print_warnings, text_argument
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "speak",
        run,
        "speak a text into a file",
        ('speak local "Good morning" -o morning.wav', "speak local @letter.txt > letter.wav", "speak local --voices"),
    )
    parser.add_argument("model", metavar="PROVIDER[/MODEL]")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="- or nothing reads standard input, @FILE a file")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the sound goes (default: standard output when piped)")
    parser.add_argument("--voice", metavar="ID", help="see --voices")
    parser.add_argument("--voices", action="store_true", help="list the voices and end")
    add_call_options(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Write the sound."""
    from modelruntime import ParameterInvalid, Runtime

    with Runtime() as runtime:
        model = runtime.tts(model_name(runtime, parsed.model, "tts"))
        if parsed.voices:
            voices = model.voices()
            if console.as_json:
                console.result(voices)
            else:
                console.table(("VOICE", "NAME", "LANGUAGES"), [(v.id, v.name, " ".join(v.languages)) for v in voices])
            return 0
        if parsed.output is None and (sys.stdout.isatty() or console.as_json):
            raise ParameterInvalid("say where the sound goes: -o FILE", field="--output")
        if parsed.output is not None and not Path(parsed.output).absolute().parent.is_dir():
            raise ParameterInvalid(f"{parsed.output}: there is no such folder", field="--output")
        text = text_argument(parsed.text if parsed.text is not None else "-")
        if parsed.output is None:
            for piece in model.stream(text, voice=parsed.voice, **call_options(parsed)):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return 0
        result = model.invoke(text, voice=parsed.voice, **call_options(parsed))
        Path(parsed.output).write_bytes(result.audio)
    if console.as_json:
        console.result(
            {
                "model": result.model,
                "file": parsed.output,
                "bytes": len(result.audio),
                "media_type": result.media_type,
                "sample_rate": result.sample_rate,
                "usage": result.usage,
                "cost": result.cost,
                "warnings": result.warnings,
            }
        )
    else:
        print_warnings(console, result.warnings)
        console.line(f"{parsed.output}: {len(result.audio):,} bytes, {result.media_type}")
    return 0
