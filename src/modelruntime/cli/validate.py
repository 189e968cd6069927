"""`modelruntime validate`: are these credentials good?"""

from __future__ import annotations

import argparse

from modelruntime.cli.arguments import Commands, add_credentials, command, credentials_of
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "validate",
        run,
        "check credentials: the form, then the vendor",
        ("validate deepseek", "validate deepseek -c api_key=@key.txt"),
    )
    parser.add_argument("target", metavar="PROVIDER[/MODEL]")
    parser.add_argument("--type", default="llm", metavar="TYPE", help="the model's type, when a model is named")
    add_credentials(parser, "a credential; without any the configured ones are checked")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Validate, and say what was checked."""
    from modelruntime import Runtime

    given = credentials_of(parsed)
    name, _, model = parsed.target.partition("/")
    with Runtime() as runtime:
        provider = runtime.provider(name)
        found = provider.validate_model_credentials(parsed.type, model, given) if model else provider.validate_credentials(given)
    if console.as_json:
        console.result({"provider": name, "model": model or None, "valid": True, "probed": found.probed})
        return 0
    how = "the vendor accepted them" if found.probed else "the form is complete; no probe is declared, so the vendor was not asked"
    console.line(f"{console.paint('ok', 'green')}: {parsed.target}: {how}")
    return 0
