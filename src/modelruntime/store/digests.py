"""Random texts that are shown once, of which a digest alone is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_text(prefix: str = "") -> str:
    """256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def digest_of_text(text: str) -> bytes:
    """What is kept of it. One hash is enough for 256 random bits: there is nothing to guess."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
