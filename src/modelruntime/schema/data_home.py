"""Where this user's data stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HOME_VARIABLE = "MODELRUNTIME_HOME"


def data_home(environ: Mapping[str, str]) -> Path:
    """`MODELRUNTIME_HOME`, else `modelruntime` in the XDG data directory (`~/.local/share` unless told otherwise).

    See the XDG Base Directory Specification 0.8: a relative `XDG_DATA_HOME` is ignored.
    """
    if named := environ.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    data = Path(environ.get("XDG_DATA_HOME", ""))
    base = data if data.is_absolute() else Path("~/.local/share").expanduser()
    return base / "modelruntime"
