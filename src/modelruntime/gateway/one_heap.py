"""One heap for all threads of a serving process.

glibc gives threads heaps of their own (https://man7.org/linux/man-pages/man3/mallopt.3.html, read 2026-11-29). What one thread
makes and another frees leaves holes in them, and the process grows by a tenth and more over its first hundred thousand calls.
Python's threads take turns anyway, so they gain nothing by it.
"""

from __future__ import annotations

import os
import sys

_ARENA_MAX = -8
"""`M_ARENA_MAX` of malloc.h."""
CHOSEN = "MALLOC_ARENA_MAX"
"""The variable by which whoever starts the process chooses for themselves."""


def one_heap() -> None:
    """Call it before there are threads. Does nothing where the C library is another one."""
    if sys.platform != "linux" or CHOSEN in os.environ:
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
