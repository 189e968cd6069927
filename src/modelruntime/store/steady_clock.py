"""Seconds since the epoch that never jump: the wall clock as it was when the process began, carried on by the monotonic one."""

from __future__ import annotations

import time

_OFFSET = time.time() - time.monotonic()


def steady_time() -> float:
    """Now."""
    return time.monotonic() + _OFFSET
