"""`modelruntime providers`: every provider with its status."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.runtime.listing import ProviderInfo


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(commands, "providers", run, "list the providers and whether they are configured")
    parser.add_argument("--type", metavar="TYPE", help="only those with models of this type")
    parser.add_argument("--language", default="en_US", metavar="TAG", help="language of the labels (en_US, zh_Hans, …)")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the list."""
    from modelruntime import Runtime
    from modelruntime.cli.declaration_note import note_broken_declarations
    from modelruntime.runtime.model_reference import model_type_of
    from modelruntime.schema.i18n import pick

    runtime = Runtime()
    rows = runtime.providers()
    note_broken_declarations(runtime, console)
    if parsed.type:
        wanted = model_type_of(parsed.type)
        rows = [row for row in rows if wanted in row.supported_model_types]
    if console.as_json:
        console.result([_as_dict(row) for row in rows])
        return 0
    console.table(
        ("PROVIDER", "LABEL", "TYPES", "STATUS"),
        [(row.provider, pick(row.label, parsed.language), " ".join(row.supported_model_types), row.status.code) for row in rows],
    )
    return 0


def _as_dict(row: ProviderInfo) -> dict[str, Any]:
    return {
        "provider": row.provider,
        "label": row.label,
        "description": row.description,
        "supported_model_types": row.supported_model_types,
        "configurate_methods": row.configurate_methods,
        "status": row.status.code,
        "reason": row.status.reason,
        "action": row.status.action,
        "verified_at": row.status.verified_at,
        "help": row.schema.help,
        "provider_credential_schema": row.schema.provider_credential_schema,
        "model_credential_schema": row.schema.model_credential_schema,
    }
