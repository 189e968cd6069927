"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelruntime.entities.errors import ModelNotFound, ParameterInvalid

if TYPE_CHECKING:
    from modelruntime.cli.console import Console
    from modelruntime.entities.warning import CallWarning
    from modelruntime.runtime.blocking_runtime import Runtime

Commands = Any
"""What `ArgumentParser.add_subparsers` gives."""
Run = Callable[[argparse.Namespace, "Console"], int]


def command(commands: Commands, name: str, run: Run, help_text: str, examples: Iterable[str] = ()) -> argparse.ArgumentParser:
    """A new command with `--json`; `examples` stand at the end of its help."""
    shown = "\n".join(f"  modelruntime {example}" for example in examples)
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=f"examples:\n{shown}" if shown else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def add_call_options(parser: argparse.ArgumentParser) -> None:
    """Model parameters, credentials, timeout, strictness."""
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="a model parameter; repeat it")
    add_credentials(parser, "a credential; repeat it")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="limit of the whole call")
    parser.add_argument("--strict", action="store_true", help="refuse what would only be warned about")


def add_credentials(parser: argparse.ArgumentParser, help_text: str) -> None:
    """The repeated option `-c NAME=VALUE`."""
    parser.add_argument(
        "-c",
        "--credential",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"{help_text} (VALUE may be @FILE, or @- for standard input, so that a key stays out of the shell's history)",
    )


def call_options(parsed: argparse.Namespace) -> dict[str, Any]:
    """The keywords of a call from `add_call_options`. Raises `ParameterInvalid` for a pair without `=`."""
    return {
        "parameters": {name: value_of(text) for name, text in pairs(parsed.parameter, "--parameter").items()},
        "credentials": credentials_of(parsed),
        "timeout": parsed.timeout,
        "strict": parsed.strict,
    }


def credentials_of(parsed: argparse.Namespace) -> dict[str, str] | None:
    """What `-c` gave, without the line end a file may have; None when nothing was given."""
    return {name: value.strip() for name, value in pairs(parsed.credential, "--credential").items()} or None


def pairs(given: list[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` arguments as a dict; a value `@file` is read from that file, `@-` from standard input."""
    found: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            shown = f"not {name!r}" if option == "--parameter" else "with a name before the ="
            raise ParameterInvalid(f"{option} takes NAME=VALUE, {shown}", field=option)
        found[name] = text_argument(value) if value.startswith("@") else value
    return found


def value_of(text: str) -> Any:
    """JSON where it is JSON (`0.2`, `true`, `["a"]`), else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def text_argument(text: str) -> str:
    """The text; `-` or `@-` reads standard input, `@file` a file. Raises `ParameterInvalid` for one that cannot be read."""
    if text in ("-", "@-"):
        return _standard_input()
    if text.startswith("@"):
        try:
            return Path(text[1:]).expanduser().read_text("utf-8")
        except (OSError, UnicodeDecodeError) as cause:
            raise ParameterInvalid(f"{text[1:]} cannot be read as text: {_reason(cause)}", field="text") from cause
    return text


def line_arguments(given: list[str]) -> list[str]:
    """The texts given (`-` and `@file` are read); without any, each line of standard input that is not empty."""
    if given:
        return [text_argument(text) for text in given]
    return [line for line in text_argument("-").splitlines() if line.strip()]


def _standard_input() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("reading from the terminal; end with Ctrl-D\n")
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as cause:
        raise ParameterInvalid("standard input cannot be read as text: it is not UTF-8", field="text") from cause


def _reason(cause: Exception) -> str:
    return (cause.strerror or type(cause).__name__) if isinstance(cause, OSError) else "it is not UTF-8"


def model_name(runtime: Runtime, given: str | None, model_type: str) -> str:
    """`provider/model`; a bare provider means its first installed or active model of the type, nothing means `local`.

    Raises `ModelNotFound` for a provider that nobody declares, or one that declares no such model.
    """
    wanted = given or "local"
    if "/" in wanted:
        return wanted
    if any(letter.isspace() for letter in wanted):
        raise ParameterInvalid("name the model first, then the text: modelruntime COMMAND PROVIDER/MODEL TEXT", field="model")
    rows = runtime.provider(wanted).models(model_type)
    usable = [row for row in rows if row.status.code == "active"] or rows
    if not usable:
        raise ModelNotFound(f"{wanted} declares no {model_type} model; name one as {wanted}/MODEL", provider=wanted)
    return f"{wanted}/{usable[0].model}"


def print_warnings(console: Console, warnings: Iterable[CallWarning]) -> None:
    """Warnings of a result, for a person; with `--json` they stand in the result."""
    for warning in () if console.as_json else warnings:
        console.warn(warning.message)
