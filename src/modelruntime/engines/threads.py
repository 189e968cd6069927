"""How many threads an engine may use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from modelruntime.entities.errors import CredentialsInvalid

THREADS_VARIABLE = "MODELRUNTIME_THREADS"


def usable_cores() -> int:
    """Cores this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def threads_for(options: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Option `threads`, else `MODELRUNTIME_THREADS`, else cores - 1 and at least 1.

    One core stays free: an engine that spins on every core of a busy machine is several times slower, not faster.
    Raises `CredentialsInvalid` for a value that is no positive whole number.
    """
    for field, value in (("threads", options.get("threads")), (THREADS_VARIABLE, environ.get(THREADS_VARIABLE))):
        if value is not None and value != "":
            return _positive(field, value)
    return max(1, usable_cores() - 1)


def _positive(field: str, value: object) -> int:
    text = str(value).strip()
    if not text.isdecimal() or int(text) < 1:
        raise CredentialsInvalid(f"{field} must be a whole number of at least 1, not {text[:20]!r}", field=field)
    return int(text)
