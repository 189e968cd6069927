"""How each stored credential did in this process: what the breakers of the data plane say, added up over its models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

import msgspec


class TargetHealth(Protocol):
    """What is known of one model under one credential (`HealthRow` of the gateway)."""

    @property
    def provider(self) -> str:
        """Its id."""
        ...

    @property
    def model(self) -> str:
        """Its id."""
        ...

    @property
    def credential_id(self) -> str:
        """Empty for one that is not stored."""
        ...

    @property
    def state(self) -> str:
        """`closed`, `open`, `half-open`."""
        ...

    @property
    def cooldown(self) -> float:
        """Seconds left."""
        ...

    @property
    def in_flight(self) -> int:
        """Calls under way."""
        ...

    @property
    def attempts(self) -> int:
        """Since the start."""
        ...

    @property
    def failures(self) -> int:
        """Since the start."""
        ...

    @property
    def last_error(self) -> str | None:
        """Its class."""
        ...


class CredentialHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One credential, as this process knows it."""

    credential_id: str
    state: str
    """`closed` (well), `half-open` (its next call decides), `open` (passed over while there are others); of several models the
    worst."""
    cooldown: float
    """Seconds until it is tried like the others again; 0 for a well one."""
    resting: tuple[str, ...]
    """The models that it is passed over for."""
    models: int
    """Of so many that it was used for."""
    in_flight: int
    attempts: int
    failures: int
    last_error: str | None
    """The class of the last failure of the model that rests longest, else of any."""


_WORSE = {"closed": 0, "half-open": 1, "open": 2}


def health_of(targets: Iterable[TargetHealth]) -> dict[str, CredentialHealth]:
    """By id; credentials that are not stored have none."""
    found: dict[str, list[TargetHealth]] = defaultdict(list)
    for target in targets:
        if target.credential_id:
            found[target.credential_id].append(target)
    return {name: _added_up(name, rows) for name, rows in found.items()}


def _added_up(name: str, rows: list[TargetHealth]) -> CredentialHealth:
    worst = max(rows, key=lambda row: (_WORSE.get(row.state, 0), row.cooldown, row.last_error is not None))
    return CredentialHealth(
        credential_id=name,
        state=worst.state,
        cooldown=round(worst.cooldown, 1),
        resting=tuple(sorted(row.model for row in rows if row.state == "open")),
        models=len(rows),
        in_flight=sum(row.in_flight for row in rows),
        attempts=sum(row.attempts for row in rows),
        failures=sum(row.failures for row in rows),
        last_error=worst.last_error or next((row.last_error for row in rows if row.last_error), None),
    )
