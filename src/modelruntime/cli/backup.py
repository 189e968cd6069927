"""`modelruntime backup FILE` and `modelruntime restore FILE`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console
from modelruntime.cli.store_options import add_store_options, database_of, directory_of, with_store
from modelruntime.cli.store_packages import needing_packages


def add(commands: Commands) -> None:
    """Declare both."""
    backup = command(
        commands,
        "backup",
        run_backup,
        "write the gateway's database into one file; the key ring is exported by itself",
        ("backup gateway.jsonl",),
    )
    backup.add_argument("--contents", action="store_true", help="what was said in calls too, where it is kept")
    restore = command(
        commands,
        "restore",
        run_restore,
        "put such a file into an empty database, SQLite or PostgreSQL",
        ("restore gateway.jsonl --database postgresql://gateway@db/gateway",),
    )
    for each in (backup, restore):
        each.add_argument("file", type=Path, metavar="FILE")
        add_store_options(each)


def run_backup(parsed: argparse.Namespace, console: Console) -> int:
    """Write it, readable by this user alone; a file that is there already is replaced at the end, whole."""
    with needing_packages():
        from modelruntime.store.backup import EVERYTHING, WITHOUT_CONTENTS, back_up
        from modelruntime.store.database_url import database_url

        tables = EVERYTHING if parsed.contents else WITHOUT_CONTENTS
        target: Path = parsed.file.absolute()
        partial = target.with_name(f".{target.name}.partial")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                count = back_up(database_url(database_of(parsed), directory_of(parsed)), file, tables)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    if console.as_json:
        console.result({"written": str(parsed.file), "rows": count})
    else:
        console.line(f"wrote {count} rows to {parsed.file}")
        console.note("secrets in it are sealed: keep the key ring too (modelruntime keys export)")
    return 0


def run_restore(parsed: argparse.Namespace, console: Console) -> int:
    """Read it, then look whether the key ring here opens what it holds."""
    with needing_packages():
        from modelruntime.store.backup import restore
        from modelruntime.store.database_url import database_url
        from modelruntime.store.sealed_rows import verify

        with parsed.file.open("rb") as file:
            count = restore(database_url(database_of(parsed), directory_of(parsed)), file)
        report = with_store(parsed, lambda store: verify(store.database, store.roots))
    missing = len(report.locked) + len(report.broken)
    if console.as_json:
        console.result({"rows": count, "locked": [*report.locked, *report.broken]})
    else:
        console.line(f"restored {count} rows")
    if missing:
        console.note(
            f"{missing} rows do not open with the key ring here: take in the one that sealed them (modelruntime keys import)"
        )
    return 0
