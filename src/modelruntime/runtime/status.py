"""May a provider or a model be used, and if not, what to do. Never asks the network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

StatusCode = Literal["active", "no-configure", "disabled", "not-installed", "deprecated"]


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """`reason` and `action` are sentences for people; `verified_at` is when a probe last passed (ISO 8601, UTC)."""

    code: StatusCode
    reason: str | None = None
    action: str | None = None
    verified_at: str | None = None


def active(verified: float | None = None) -> Status:
    """The form is complete and valid; `verified` is the Unix time of the last passed probe."""
    stamp = None if verified is None else datetime.fromtimestamp(verified, UTC).isoformat(timespec="seconds")
    return Status("active", verified_at=stamp)
