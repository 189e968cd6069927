"""A stored credential as it is shown: never a secret."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.entities.model_type import ModelType


class SecretHint(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a stored secret."""

    set: bool = True
    hint: str
    """Such as `…ab12`."""
    fingerprint: str
    """Equal for equal secrets."""
    updated_at: float


class CredentialView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that may be shown of one. Times are seconds since the epoch."""

    id: str
    workspace: str
    provider: str
    model_type: ModelType | None = None
    model: str | None = None
    name: str
    enabled: bool
    active: bool
    weight: int
    position: int
    values: dict[str, Any] = {}
    """What is no secret."""
    secrets: dict[str, SecretHint] = {}
    locked: bool = False
    """Its root key is missing: it is used for nothing until the key is back, or every secret was entered again."""
    kid: str = ""
    """The root key that sealed it; empty where there is no secret."""
    verified_at: float | None = None
    last_error: str | None = None
    created_at: float
    updated_at: float
