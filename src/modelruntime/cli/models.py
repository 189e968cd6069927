"""`modelruntime models`: every model of a type, unconfigured ones with the reason."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.runtime.listing import ModelInfo
    from modelruntime.runtime.remote_models import RemoteModels


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "models",
        run,
        "list models with status, features, limits and price",
        ("models --type llm", "models --provider local --json"),
    )
    parser.add_argument("--type", metavar="TYPE", help="llm, text-embedding, rerank, speech2text, tts or moderation")
    parser.add_argument("--provider", metavar="ID", help="only this provider's")
    parser.add_argument("--remote", action="store_true", help="ask the provider's own list first (needs --provider)")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the list."""
    from modelruntime import Runtime
    from modelruntime.cli.declaration_note import note_broken_declarations
    from modelruntime.entities.errors import ParameterInvalid

    if parsed.remote and not parsed.provider:
        raise ParameterInvalid("--remote needs --provider ID: say whose list to fetch", field="--provider")
    with Runtime() as runtime:
        if parsed.provider:
            provider = runtime.provider(parsed.provider)
            if parsed.remote:
                _note_list(provider.fetch_models(refresh=True), parsed.provider, console)
        rows = runtime.models(parsed.type, parsed.provider)
        note_broken_declarations(runtime, console)
    if console.as_json:
        console.result([_as_dict(row) for row in rows])
        return 0
    console.table(
        ("MODEL", "TYPE", "STATUS", "CONTEXT", "PRICE IN/OUT", "FEATURES"),
        [
            (f"{row.provider}/{row.model}", row.model_type, row.status.code, _context(row), _price(row), _features(row))
            for row in rows
        ],
    )
    return 0


def _note_list(found: RemoteModels, provider: str, console: Console) -> None:
    """What the vendor's list says beside the declarations; on standard error."""
    if found.outage is not None:
        console.note(f"{provider} could not be asked ({found.outage.message}); this is the list fetched before")
    untyped = f" ({len(found.untyped)} of a type that it does not state)" if found.untyped else ""
    counts = f"{len(found.added)} not declared{untyped}, {len(found.missing)} declared but not listed"
    console.note(f"{provider} lists {len(found.models)} models: {counts}")


def _as_dict(row: ModelInfo) -> dict[str, Any]:
    return {
        "provider": row.provider,
        "model": row.model,
        "model_type": row.model_type,
        "label": row.label,
        "status": row.status.code,
        "reason": row.status.reason,
        "action": row.status.action,
        "features": row.features,
        "limits": row.limits,
        "model_properties": row.model_properties,
        "parameter_rules": row.parameter_rules,
        "pricing": row.pricing,
        "fetch_from": row.fetch_from,
        "deprecated": row.deprecated,
    }


def _context(row: ModelInfo) -> str:
    size = row.limits.context or row.model_properties.get("context_size")
    return f"{size:,}" if isinstance(size, int) else "?"


def _price(row: ModelInfo) -> str:
    price = row.pricing
    if price is None:
        return "?"
    shown = ["?" if amount is None else f"{amount:f}" for amount in (price.input, price.output)]
    return f"{shown[0]}/{shown[1]} {price.currency} per {price.per}"


def _features(row: ModelInfo) -> str:
    return "?" if row.features is None else " ".join(row.features)
