"""The user's home, as the runtime's environment names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def home_folder(environ: Mapping[str, str]) -> Path | None:
    """`HOME`, on Windows `USERPROFILE`; None where the environment names none."""
    named = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(named) if named else None
