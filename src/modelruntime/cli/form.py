"""`modelruntime form`: the credential form of a provider, as declared."""

from __future__ import annotations

import argparse

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(commands, "form", run, "show the credential form of a provider or of its customizable models")
    parser.add_argument("provider", metavar="PROVIDER")
    parser.add_argument("--model", action="store_true", help="the form of a customizable model")
    parser.add_argument("--language", default="en_US", metavar="TAG", help="language of the labels")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the form's fields."""
    from modelruntime import Runtime
    from modelruntime.schema.form import FormSchema
    from modelruntime.schema.i18n import pick

    provider = Runtime().provider(parsed.provider)
    form = provider.model_credential_schema if parsed.model else provider.credential_schema
    if console.as_json:
        console.result(form if form is not None else FormSchema())
        return 0
    if form is None:
        other = "" if parsed.model or provider.model_credential_schema is None else "; its models have one: add --model"
        console.line(f"{provider.id} has no such form{other}")
        return 0
    console.table(
        ("VARIABLE", "TYPE", "REQUIRED", "DEFAULT", "ENVIRONMENT", "LABEL"),
        [
            (
                field.variable,
                field.type,
                "yes" if field.required else "",
                field.default or "",
                " ".join(field.env),
                pick(field.label, parsed.language),
            )
            for field in form.credential_form_schemas
        ],
    )
    if provider.schema.help:
        console.line(pick(provider.schema.help.title, parsed.language) + ": " + pick(provider.schema.help.url, parsed.language))
    return 0
