"""Seconds since the epoch that never jump: the wall clock as it was when the process began, carried on by the monotonic one."""

from __future__ import annotations

import time

MONOTONIC_ZERO = time.time() - time.monotonic()
"""When the monotonic clock said 0."""


def steady_time() -> float:
    """Now."""
    return time.monotonic() + MONOTONIC_ZERO
