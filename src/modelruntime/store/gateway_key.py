"""Keys that clients of the gateway present: `mr_<id>.<secret>`.

The secret has 256 random bits, so one HMAC is enough: there is nothing to guess. The store keeps the digest alone.
"""

from __future__ import annotations

import hmac
import secrets
from decimal import Decimal
from fnmatch import fnmatchcase

import msgspec

PREFIX = "mr_"


class KeyLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a key may use; None is no limit. A minute and a period slide."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrent: int | None = None
    budget: Decimal | None = None
    currency: str = "USD"
    period_days: float = 30.0
    unpriced: bool = False
    """With a budget: whether models may be called whose price in its currency nobody knows. They are not counted then."""
    fail_closed: bool = False
    """Whether calls are refused while the server that counts for all replicas, or the ledger, cannot be asked."""

    @property
    def limits_anything(self) -> bool:
        """Is anything limited?"""
        rates = self.requests_per_minute is not None or self.tokens_per_minute is not None
        return rates or self.concurrent is not None or self.budget is not None


class GatewayKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as the data plane knows it. `models` are patterns of names it may call, such as `local/*`; empty: all."""

    id: str
    digest: bytes
    name: str = ""
    workspace: str = "default"
    models: tuple[str, ...] = ()
    expires_at: float | None = None
    """Seconds since the epoch."""
    disabled: bool = False
    limits: KeyLimits | None = None
    may_delete_models: bool = False
    """Whether it may have models deleted at their vendors."""

    def allows(self, model: str) -> bool:
        """May it call this name?"""
        return not self.models or any(fnmatchcase(model, pattern) for pattern in self.models)


class NewKey(msgspec.Struct, frozen=True):
    """A key that was just made. `text` is shown once and kept nowhere."""

    text: str
    id: str
    digest: bytes


def new_key(pepper: bytes) -> NewKey:
    """A random key."""
    identifier, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return NewKey(f"{PREFIX}{identifier}.{secret}", identifier, digest_of(secret, pepper))


def digest_of(secret: str, pepper: bytes) -> bytes:
    """What is kept of a secret."""
    return hmac.digest(pepper, secret.encode(), "sha256")


def split_key(text: str) -> tuple[str, str] | None:
    """Id and secret of a presented key; None for what is none."""
    identifier, dot, secret = text.removeprefix(PREFIX).partition(".")
    return (identifier, secret) if text.startswith(PREFIX) and dot and identifier and secret else None


def matches(key: GatewayKey, secret: str, pepper: bytes) -> bool:
    """Is it this key's secret? Takes the same time whatever differs."""
    return hmac.compare_digest(digest_of(secret, pepper), key.digest)
