"""`modelruntime catalogue refresh|status|reset`: newer models and prices without a new release."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console
from modelruntime.entities.errors import DeclarationInvalid, ParameterInvalid

_LARGEST = 64 * 2**20


def add(commands: Commands) -> None:
    """Declare the commands."""
    text = "take newer models and prices between releases"
    parser = commands.add_parser("catalogue", help=text, description=f"{text[0].upper()}{text[1:]}.")
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    refresh = command(
        inner,
        "refresh",
        run_refresh,
        "take the catalogue of a file or an https URL; it can change no endpoint, form or code",
        ("catalogue refresh catalogue.yaml --dry-run", "catalogue refresh https://example.com/catalogue.yaml --sha256 3f1b…"),
    )
    refresh.add_argument("source", metavar="FILE|URL")
    refresh.add_argument("--sha256", metavar="HEX", help="refuse anything else than this content")
    refresh.add_argument("--dry-run", action="store_true", help="check it and say what it holds; change nothing")
    command(inner, "status", run_status, "show whether a newer catalogue is in use, and where it stands")
    command(inner, "reset", run_reset, "go back to the installed catalogue")


def run_refresh(parsed: argparse.Namespace, console: Console) -> int:
    """Fetch, check, install."""
    from modelruntime.schema.catalogue import Catalogue
    from modelruntime.schema.refreshed_catalogue import install_refresh, read_refresh

    content = _content(parsed.source)
    refresh, texts = read_refresh(content, Catalogue.load((), {}).provider_ids(), parsed.source)
    if parsed.sha256 and refresh.sha256 != parsed.sha256.lower():
        raise DeclarationInvalid(f"{parsed.source} has the SHA-256 {refresh.sha256}, not the one given; nothing was changed")
    if not parsed.dry_run:
        install_refresh(texts, _folder())
    if console.as_json:
        console.result({"installed": not parsed.dry_run, **_as_dict(refresh)})
        return 0
    for warning in refresh.warnings:
        console.note(warning)
    if refresh.unknown:
        console.note(f"left out, as this version does not have them: {', '.join(refresh.unknown)}")
    done = "would be taken" if parsed.dry_run else "taken"
    console.line(f"{sum(refresh.models.values())} models of {len(refresh.models)} providers {done} (SHA-256 {refresh.sha256})")
    return 0


def run_status(parsed: argparse.Namespace, console: Console) -> int:
    """What is in use."""
    folder = _folder()
    providers = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if console.as_json:
        console.result({"folder": str(folder), "providers": providers})
    elif providers:
        console.line(f"a newer catalogue of {len(providers)} providers is in use: {', '.join(providers)} ({folder})")
    else:
        console.line("the installed catalogue is in use")
    return 0


def run_reset(parsed: argparse.Namespace, console: Console) -> int:
    """Remove it."""
    from modelruntime.schema.refreshed_catalogue import remove_refresh

    removed = remove_refresh(_folder())
    if console.as_json:
        console.result({"removed": removed})
    else:
        console.line("back to the installed catalogue" if removed else "the installed catalogue was in use already")
    return 0


def _folder() -> Path:
    from modelruntime.schema.data_home import HOME_VARIABLE
    from modelruntime.schema.refreshed_catalogue import refreshed_folder

    folder = refreshed_folder(os.environ)
    if folder is None:
        raise ParameterInvalid(f"there is no place for a user's data here: set {HOME_VARIABLE}", field=HOME_VARIABLE)
    return folder


def _content(source: str) -> bytes:
    if "://" not in source:
        with Path(source).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise DeclarationInvalid(f"{source} is larger than {_LARGEST // 2**20} MB: no catalogue is")
        return content
    from urllib.parse import urlsplit

    from modelruntime.entities.http import HttpRequest
    from modelruntime.transports.blocking import BlockingTransport
    from modelruntime.transports.contract import Timeouts, TransportOptions

    address = urlsplit(source)
    if address.scheme != "https" and address.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ParameterInvalid("a catalogue is fetched by https only: anybody on the way could change its prices", field="source")
    transport = BlockingTransport(TransportOptions(max_response_bytes=_LARGEST))
    try:
        response = transport.send(HttpRequest("GET", source), Timeouts(total=120.0))
    finally:
        transport.close()
    if response.head.status != 200:
        raise DeclarationInvalid(f"{source} answered with status {response.head.status}: give the address of the file itself")
    return response.body


def _as_dict(refresh: object) -> dict[str, object]:
    import msgspec

    found: dict[str, object] = msgspec.to_builtins(refresh)
    return found
