"""Random names for calls and requests. No secrets: drawn without asking the system each time, and of a generator of their own, so
that a program which seeds Python's does not get the same names in every run."""

from __future__ import annotations

import os
import random

_random = random.Random()  # noqa: S311 (no secret)
if hasattr(os, "register_at_fork"):  # Windows has none
    os.register_at_fork(after_in_child=_random.seed)


def random_hex(digits: int) -> str:
    """So many hexadecimal digits, an even number of them."""
    return _random.getrandbits(4 * digits).to_bytes(digits // 2, "big").hex()
