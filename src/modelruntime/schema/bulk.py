"""Much made at once: the collector of cycles walks over what is being made again and again, and finds nothing, for a third of
the time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")


def in_bulk(make: Callable[[], R]) -> R:
    """What `make` makes, some milliseconds' work without cycles, with no collection before it is done."""
    if not gc.isenabled():
        return make()
    gc.disable()
    try:
        return make()
    finally:
        gc.enable()
