"""Which refusals are kept in the log of calls: so many a minute of each key, so that a flood of them fills no disk."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelruntime.routing import gcra

EACH_MINUTE = 30
"""Of one key. All are counted in the metrics."""
KEYS_AT_MOST = 4096


class RefusalLog:
    """Asked before a refusal is written down."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._keys: dict[str, float] = {}

    def keeps(self, key_id: str) -> bool:
        """Is this one kept? Counts it."""
        after = gcra.admit(self._keys.get(key_id, 0.0), EACH_MINUTE, self._clock())
        if after is None:
            return False
        if len(self._keys) >= KEYS_AT_MOST:
            self._keys.clear()
        self._keys[key_id] = after
        return True
