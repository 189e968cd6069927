"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from modelruntime.entities.errors import ParameterInvalid

Commands = Any
"""What `ArgumentParser.add_subparsers` gives."""


def command(commands: Commands, name: str, run: Any, help_text: str, **more: Any) -> argparse.ArgumentParser:
    """A new command with `--json`."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text, **more)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def add_call_options(parser: argparse.ArgumentParser) -> None:
    """Model parameters, credentials, timeout, strictness."""
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="a model parameter; repeat it")
    parser.add_argument("-c", "--credential", action="append", default=[], metavar="NAME=VALUE", help="a credential; repeat it")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="limit of the whole call")
    parser.add_argument("--strict", action="store_true", help="refuse what would only be warned about")


def call_options(parsed: argparse.Namespace) -> dict[str, Any]:
    """The keywords of a call from `add_call_options`. Raises `ParameterInvalid` for a pair without `=`."""
    return {
        "parameters": {name: value_of(text) for name, text in pairs(parsed.parameter, "--parameter").items()},
        "credentials": pairs(parsed.credential, "--credential") or None,
        "timeout": parsed.timeout,
        "strict": parsed.strict,
    }


def pairs(given: list[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` arguments as a dict; a value `@file` is read from that file, `@-` from standard input."""
    found: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise ParameterInvalid(f"{option} takes NAME=VALUE, not {item!r}", field=option)
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
        return sys.stdin.read()
    if text.startswith("@"):
        try:
            return Path(text[1:]).expanduser().read_text("utf-8")
        except (OSError, UnicodeDecodeError) as cause:
            raise ParameterInvalid(f"{text[1:]} cannot be read as text", field="text") from cause
    return text


def model_name(given: str | None, model_type: str) -> str:
    """`provider/model`; a bare provider means its first installed or active model of the type, nothing means `local`."""
    wanted = given or "local"
    if "/" in wanted:
        return wanted
    from modelruntime import Runtime
    from modelruntime.entities.errors import ModelNotFound

    rows = Runtime().provider(wanted).models(model_type)
    usable = [row for row in rows if row.status.code == "active"] or rows
    if not usable:
        raise ModelNotFound(f"{wanted} declares no {model_type} model; name one as {wanted}/MODEL", provider=wanted)
    return f"{wanted}/{usable[0].model}"


def print_warnings(console: Any, warnings: Any) -> None:
    """Warnings of a result, for a person."""
    for warning in warnings:
        console.note(f"{console.paint('warning', 'yellow')}: {warning.message}")
