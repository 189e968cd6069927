"""Where a gateway keeps its files: database, key ring, outbox, the last configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelruntime.schema.data_home import data_home

DATA_VARIABLE = "MODELRUNTIME_DATA"


def data_directory(named: Path | None, environ: Mapping[str, str]) -> Path:
    """The directory named, else `MODELRUNTIME_DATA`, else `gateway` in the user's data home. It need not exist yet."""
    if named is not None:
        return named.expanduser().absolute()
    if told := environ.get(DATA_VARIABLE):
        return Path(told).expanduser().absolute()
    return data_home(environ) / "gateway"
