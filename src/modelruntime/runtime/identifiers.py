"""Names for calls and requests. No secrets: drawn without asking the system each time, and of a generator of their own, so that a
program which seeds Python's does not get the same names in every run.

They begin with the time, as UUIDs of version 7 do (RFC 9562, section 5.7): rows that are kept under such names stand one after the
other. Under names that are random throughout each one lands somewhere else in every index.
"""

from __future__ import annotations

import os
import random
import time

_random = random.Random()  # noqa: S311 (no secret)
if hasattr(os, "register_at_fork"):  # Windows has none
    os.register_at_fork(after_in_child=_random.seed)


def new_name() -> str:
    """32 hexadecimal digits: 12 of the time in milliseconds, 20 by chance."""
    return "%032x" % (time.time_ns() // 10**6 << 80 | _random.getrandbits(80))
