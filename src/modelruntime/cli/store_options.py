"""Commands that work on the gateway's store, and on which one."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from modelruntime.cli.store_packages import needing_packages

if TYPE_CHECKING:
    from modelruntime.store.store import Store

DATABASE_VARIABLE = "MODELRUNTIME_DATABASE"
T = TypeVar("T")


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """`--data` and `--database`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="the gateway's data directory (default MODELRUNTIME_DATA)")
    parser.add_argument(
        "--database",
        metavar="URL",
        help=f"postgresql://… or sqlite:///FILE (default {DATABASE_VARIABLE}, else a file of the data directory)",
    )


def directory_of(parsed: argparse.Namespace) -> Path:
    """The data directory that is meant."""
    from modelruntime.store.data_directory import data_directory

    return data_directory(parsed.data, os.environ)


def database_of(parsed: argparse.Namespace) -> str | None:
    """The database that is named, None for the directory's own. A URL may hold a password: better in the environment."""
    named: str | None = parsed.database or os.environ.get(DATABASE_VARIABLE)
    return named


def with_store(parsed: argparse.Namespace, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store, work, close it."""

    async def run() -> T:
        from modelruntime.store.store import Store

        store = await Store.open(directory_of(parsed), os.environ, database_of(parsed))
        try:
            return await work(store)
        finally:
            await store.aclose()

    with needing_packages():
        return asyncio.run(run())
