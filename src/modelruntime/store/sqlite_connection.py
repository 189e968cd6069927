"""How this process opens an SQLite file."""

from __future__ import annotations

import sqlite3
from decimal import Context, Decimal
from typing import Any, cast

BUSY_SECONDS = 10.0
"""How long a writer waits for another one."""

PAGE_BYTES = 16384
"""Of a new file. Most of what is written are records of calls, one after the other, and each page costs two system calls. A file
that is there keeps what it has."""

_EXACT = Context(prec=1000)


class MoneySum:
    """The aggregate `money_sum(text)`: exact, where SQLite itself would add floats."""

    def __init__(self) -> None:
        self._sum: Decimal | None = None

    def step(self, value: str | None) -> None:
        """Add one amount; an unknown one is passed over."""
        if value is not None:
            self._sum = Decimal(value) if self._sum is None else _EXACT.add(self._sum, Decimal(value))

    def finalize(self) -> str | None:
        """The sum as text; None where nothing was known."""
        return None if self._sum is None else format(self._sum, "f")


class SqliteConnection(sqlite3.Connection):
    """A connection with a write-ahead log, foreign keys and exact sums. Transactions are begun by SQLAlchemy's events alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"timeout": BUSY_SECONDS, **kwargs, "isolation_level": None})
        self.create_aggregate("money_sum", 1, cast("Any", MoneySum))  # the stubs know aggregates of numbers only
        for pragma in (f"page_size = {PAGE_BYTES}", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self.execute(f"PRAGMA {pragma}").close()
