"""A sentence in place of a traceback where the gateway's packages are not installed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

PACKAGES = frozenset(("sqlalchemy", "alembic", "aiosqlite", "psycopg", "cryptography", "argon2"))


@contextmanager
def needing_packages() -> Generator[None]:
    """Raises `ParameterInvalid` for a package of the extra `server` that is missing."""
    from modelruntime.entities.errors import ParameterInvalid

    try:
        yield
    except ModuleNotFoundError as cause:
        if (cause.name or "").partition(".")[0] not in PACKAGES:
            raise
        raise ParameterInvalid("the store needs more packages: pip install 'modelruntime[server]'", field="store") from cause
