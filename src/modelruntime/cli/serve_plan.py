"""What `modelruntime serve` is to do: the gateway's file, and the command line over it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from modelruntime.cli.store_options import database_of, directory_of

if TYPE_CHECKING:
    from modelruntime.gateway.file_schema import GatewayFile


class ServePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds."""

    path: Path | None
    file: GatewayFile
    host: str
    port: int
    workers: int
    lame_duck: float
    drain: float
    data: Path
    """The data directory."""
    database: str | None
    """A URL, which may hold a password; None for the directory's SQLite file."""
    valkey: str | None
    """A URL, which may hold a password; None: every process counts limits by itself."""
    admin: bool
    """Serve the admin API too."""
    base_path: str
    public_url: str | None

    def __repr__(self) -> str:
        return f"ServePlan({self.path})"


class Hello(msgspec.Struct, frozen=True):
    """What every worker of a run must know alike. It travels over a pipe, never through arguments or the environment."""

    key: str | None = None
    """The text of a key that was made for this run, because neither the file nor the store has one."""
    workers: int = 1
    """How many processes share what keys may use."""


def plan_of(parsed: argparse.Namespace) -> ServePlan:
    """Raises `ParameterInvalid` for a file, or an option, that cannot be used."""
    from modelruntime.entities.errors import ParameterInvalid
    from modelruntime.gateway.config_file import read_file
    from modelruntime.gateway.file_schema import GatewayFile

    file = read_file(parsed.config, os.environ) if parsed.config else GatewayFile()
    plan = ServePlan(
        path=parsed.config,
        file=file,
        host=file.listen.host if parsed.host is None else parsed.host,
        port=file.listen.port if parsed.port is None else parsed.port,
        workers=file.workers if parsed.workers is None else parsed.workers,
        lame_duck=file.drain.lame_duck if parsed.lame_duck is None else parsed.lame_duck,
        drain=file.drain.limit if parsed.drain is None else parsed.drain,
        data=directory_of(parsed) if parsed.data or file.data is None else Path(file.data).expanduser().absolute(),
        database=database_of(parsed) or (None if file.database is None else file.database.reveal()),
        valkey=None if file.valkey is None else file.valkey.reveal(),
        admin=not parsed.no_admin,
        base_path=_base_path(parsed.base_path),
        public_url=parsed.public_url,
    )
    metrics = file.telemetry.metrics
    if plan.workers < 1:
        raise ParameterInvalid("--workers must be at least 1", field="workers")
    if plan.workers > 1 and metrics is not None and metrics.port is None:
        raise ParameterInvalid("with several workers metrics need a port of their own: telemetry.metrics.port", field="workers")
    return plan


def _base_path(text: str) -> str:
    from modelruntime.entities.errors import ParameterInvalid

    path = text.rstrip("/")
    if path and not path.startswith("/"):
        raise ParameterInvalid("--base-path begins with a slash, e.g. /models", field="base_path")
    return path


def folders_of(plan: ServePlan) -> list[Path]:
    """The folders of further declarations; relative ones are beside the file."""
    base = plan.path.parent if plan.path is not None else Path()
    return [base / Path(folder).expanduser() for folder in plan.file.providers]
