"""`modelruntime keys rotate|verify|export|import|drop`: the root keys."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from modelruntime.cli.arguments import Commands, command, text_argument
from modelruntime.cli.console import Console
from modelruntime.cli.store_options import add_store_options, directory_of, with_store
from modelruntime.cli.store_packages import needing_packages
from modelruntime.entities.errors import ParameterInvalid

if TYPE_CHECKING:
    from modelruntime.store.sealed_rows import RingReport
    from modelruntime.store.store import Store


def add(inner: Commands) -> None:
    """Declare the commands, beside those of clients' keys."""
    rotate = command(inner, "rotate", run_rotate, "make a new root key and seal everything under it; a running gateway follows")
    rotate.add_argument("--resume", action="store_true", help="make no new key: seal under the active one what is not yet")
    verify = command(inner, "verify", run_verify, "open everything that is sealed, and say which root keys it needs")
    drop = command(inner, "drop", run_drop, "remove a root key that nothing needs any more")
    drop.add_argument("kid", metavar="ID", help="as `keys verify` shows it")
    export = command(
        inner, "export", run_export, "write the root keys into a file, sealed by a passphrase", ("keys export ring.json",)
    )
    export.add_argument("file", type=Path, metavar="FILE")
    imported = command(inner, "import", run_import, "take the root keys of such a file beside those that are here")
    imported.add_argument("file", type=Path, metavar="FILE")
    for each in (export, imported):
        each.add_argument("--passphrase", metavar="@FILE", help="where the passphrase stands, @- for standard input (default: ask)")
    abandon = command(inner, "abandon", run_abandon, "begin anew where the root keys are lost for good: revokes every client's key")
    abandon.add_argument("--yes", action="store_true", help="no ring with the lost keys will ever turn up")
    for each in (rotate, verify, drop, export, imported, abandon):
        add_store_options(each)


def run_rotate(parsed: argparse.Namespace, console: Console) -> int:
    """A new root key, then everything under it."""

    async def work(store: Store) -> RingReport:
        from modelruntime.store.actor import COMMAND
        from modelruntime.store.sealed_rows import rewrap_all

        async with store.database.change(COMMAND) as change:
            await change.note("ring.rotated", store.roots.active)
        return await rewrap_all(store.database, store.roots)

    with needing_packages():
        if not parsed.resume and not _from_environment(console):
            from modelruntime.store.key_ring import load_key_ring, save_key_ring

            directory = directory_of(parsed)
            save_key_ring(directory, load_key_ring(directory, {}).with_new())
    return _reported(console, with_store(parsed, work))


def run_verify(parsed: argparse.Namespace, console: Console) -> int:
    """Look at everything; exit code 1 where something does not open."""

    async def work(store: Store) -> RingReport:
        from modelruntime.store.sealed_rows import verify

        return await verify(store.database, store.roots)

    return _reported(console, with_store(parsed, work))


def run_drop(parsed: argparse.Namespace, console: Console) -> int:
    """Remove a root key."""

    async def work(store: Store) -> int:
        from modelruntime.store.sealed_rows import verify

        return (await verify(store.database, store.roots)).references.get(parsed.kid, 0)

    from modelruntime.store.errors import KeyRingInvalid
    from modelruntime.store.key_ring import load_key_ring, save_key_ring

    if needed := with_store(parsed, work):
        raise KeyRingInvalid(f"{needed} rows still need {parsed.kid!r}: run `modelruntime keys rotate` first")
    directory = directory_of(parsed)
    ring = load_key_ring(directory, {})
    if parsed.kid not in ring.ids():
        raise KeyRingInvalid(f"there is no root key {parsed.kid!r} in the key ring")
    save_key_ring(directory, ring.without(parsed.kid))
    _said(console, {"dropped": parsed.kid}, f"{parsed.kid} is gone; backups that were made before the rotation need it still")
    return 0


def run_export(parsed: argparse.Namespace, console: Console) -> int:
    """Write the ring."""
    with needing_packages():
        from modelruntime.store.key_ring import load_key_ring
        from modelruntime.store.key_ring_export import export_ring
        from modelruntime.store.private_file import replace_private

        ring = load_key_ring(directory_of(parsed), os.environ)
        replace_private(parsed.file.absolute(), export_ring(ring, _passphrase(parsed, _asked_twice)))
    _said(console, {"written": str(parsed.file), "ids": ring.ids()}, f"wrote {len(ring.ids())} root keys to {parsed.file}")
    return 0


def run_import(parsed: argparse.Namespace, console: Console) -> int:
    """Take a ring in."""
    with needing_packages():
        from modelruntime.store.key_ring import FILE_NAME, load_key_ring, save_key_ring
        from modelruntime.store.key_ring_export import import_ring

        _from_environment(console)
        imported = import_ring(parsed.file.read_bytes(), _passphrase(parsed, _asked))
        directory = directory_of(parsed)
        ring = load_key_ring(directory, {}).joined(imported) if (directory / FILE_NAME).exists() else imported
        save_key_ring(directory, ring)
    _said(console, {"ids": ring.ids()}, f"the key ring has {len(ring.ids())} root keys now; {ring.active} is active")
    return 0


def run_abandon(parsed: argparse.Namespace, console: Console) -> int:
    """Give up what nobody can open."""

    async def work(store: Store) -> int:
        from modelruntime.store.actor import COMMAND
        from modelruntime.store.pepper import abandon_pepper

        async with store.database.change(COMMAND) as change:
            return await abandon_pepper(change, store.pepper)

    if not parsed.yes:
        raise ParameterInvalid("every client's key would be refused from then on, for good: add --yes to say so", field="--yes")
    count = with_store(parsed, work)
    told = f"{count} keys are revoked; restart the gateway, make new ones, and enter the secrets of locked credentials again"
    _said(console, {"revoked": count}, told)
    return 0


def _from_environment(console: Console) -> bool:
    from modelruntime.store.key_ring import KEYS_VARIABLE

    told = bool(os.environ.get(KEYS_VARIABLE))
    if told:
        console.note(f"{KEYS_VARIABLE} holds the root keys: put a new one first there; the file is not used while it is set")
    return told


def _passphrase(parsed: argparse.Namespace, ask: Callable[[], str]) -> str:
    if parsed.passphrase is not None:
        if not parsed.passphrase.startswith("@"):
            raise ParameterInvalid("--passphrase takes @FILE or @-: on the command line others could read it", field="--passphrase")
        return text_argument(parsed.passphrase).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise ParameterInvalid("give the passphrase by --passphrase @FILE or @-", field="--passphrase")
    return ask()


def _asked() -> str:
    return getpass.getpass("passphrase: ")


def _asked_twice() -> str:
    found = _asked()
    if getpass.getpass("once more: ") != found:
        raise ParameterInvalid("the two are not the same: nothing was written", field="--passphrase")
    return found


def _reported(console: Console, report: RingReport) -> int:
    bad = len(report.locked) + len(report.broken)
    if console.as_json:
        console.result(report)
        return 1 if bad else 0
    for line in (*report.locked, *report.broken):
        console.line(f"{console.paint('FAIL', 'red')} {line}")
    for kid, count in sorted(report.references.items()):
        console.line(f"{kid}: {count} rows")
    console.line(f"{report.opened} rows open, {report.rewrapped} sealed anew, {bad} do not open")
    return 1 if bad else 0


def _said(console: Console, value: object, text: str) -> None:
    if console.as_json:
        console.result(value)
    else:
        console.line(text)
