"""`modelruntime …`: parses the command line and runs one command.

Exit codes: 0 done; 1 the work failed (one sentence says why, and what to do); 2 the command line was wrong; 130 interrupted.
Each command is a module with `add(subparsers)` and a function that takes the parsed arguments; modules of commands that
are not run are not loaded beyond their argument list.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from modelruntime import __version__
from modelruntime.cli import (
    backup,
    catalogue,
    chat,
    demo,
    doctor,
    embed,
    form,
    keys,
    local,
    models,
    moderate,
    provider,
    providers,
    pull,
    rerank,
    serve,
    speak,
    transcribe,
    validate,
)
from modelruntime.cli.console import Console
from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid, ModelRuntimeError, ParameterInvalid

COMMANDS = (
    providers,
    models,
    form,
    validate,
    chat,
    embed,
    rerank,
    transcribe,
    speak,
    moderate,
    pull,
    local,
    provider,
    catalogue,
    serve,
    keys,
    backup,
    doctor,
    demo,
)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="modelruntime",
        description="Every AI model behind one declared schema: six model types, local and remote.",
        epilog="Start with: modelruntime demo",
    )
    parser.add_argument("--version", action="version", version=f"modelruntime {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    _mend_streams()
    parsed = build_parser().parse_args(arguments)
    console = Console(as_json=parsed.json)
    try:
        code: int = parsed.run(parsed, console)
        sys.stdout.flush()
    except KeyboardInterrupt:
        console.note("interrupted")
        return 130
    except BrokenPipeError:
        console.forget_output()
        return 0
    except ModelRuntimeError as error:
        console.fail(error.message, kind=type(error).__name__, field=_field_of(error), details=_details_of(error))
        return 1
    except OSError as error:
        console.fail(f"{error.filename or 'the system'}: {error.strerror or type(error).__name__}", kind="OSError")
        return 1
    return code


def _mend_streams() -> None:
    """A terminal that cannot show a letter shows `?` in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _field_of(error: ModelRuntimeError) -> str | None:
    return error.field if isinstance(error, CredentialsInvalid | ParameterInvalid) else None


def _details_of(error: ModelRuntimeError) -> tuple[str, ...]:
    return error.problems if isinstance(error, DeclarationInvalid) else ()


if __name__ == "__main__":
    sys.exit(main())
