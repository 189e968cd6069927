"""Keys derived from a root key: one label for each purpose, so that no key serves two."""

from __future__ import annotations

from typing import Literal

from modelruntime.store.root_keys import RootKeys

Purpose = Literal["credentials", "gateway-values", "configuration", "session", "csrf", "cursor"]
"""`credentials`: wraps the keys of credentials; `gateway-values`: wraps the gateway's own secrets, such as the pepper of its
keys; `configuration`: seals the last configuration on disk; the rest for the admin API."""


def derived_key(roots: RootKeys, kid: str, purpose: Purpose) -> bytes:
    """32 bytes by HKDF-SHA256 (RFC 5869). Raises `KeyMissing`."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    label = f"modelruntime/1/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(roots.root(kid))
