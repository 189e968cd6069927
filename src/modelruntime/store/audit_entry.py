"""An entry of the audit log, and the chain that makes a changed or missing one show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.entities.secret import Secret
from modelruntime.store.actor import Actor

BEGINNING = ""
"""The digest before the first entry."""


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, when."""

    number: int
    at: float
    actor: Actor
    workspace: str = ""
    action: str
    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def chained(entry: AuditEntry, previous: str) -> dict[str, Any]:
    """The row of an entry that follows the one with the digest `previous`."""
    row: dict[str, Any] = {
        "number": entry.number,
        "at": entry.at,
        "actor": _text(entry.actor),
        "workspace": entry.workspace,
        "action": entry.action,
        "subject": entry.subject,
        "before": _text(entry.before),
        "after": _text(entry.after),
        "previous": previous,
    }
    return {**row, "hash": digest_of(row)}


def digest_of(row: Mapping[str, Any]) -> str:
    """The digest of a row with its predecessor's in it."""
    names = ("number", "at", "actor", "workspace", "action", "subject", "before", "after", "previous")
    return hashlib.sha256(msgspec.json.encode([row[name] for name in names])).hexdigest()


def entry_of(row: Mapping[str, Any]) -> AuditEntry:
    """The entry of a row."""
    return AuditEntry(
        number=row["number"],
        at=row["at"],
        actor=msgspec.json.decode(row["actor"], type=Actor),
        workspace=row["workspace"],
        action=row["action"],
        subject=row["subject"],
        before=msgspec.json.decode(row["before"]),
        after=msgspec.json.decode(row["after"]),
    )


def _text(value: object) -> str:
    return msgspec.json.encode(value, enc_hook=_masked, order="sorted").decode()


def _masked(value: object) -> object:
    if isinstance(value, Secret):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} does not belong into the audit log")
