"""Secrets as Dify shows them, and how its forms say "as it was"."""

from __future__ import annotations

HIDDEN = "[__HIDDEN__]"
"""Sent in place of a secret that shall stay as it is. Accepted on these paths only."""


def obfuscated(hint: str) -> str:
    """Twenty asterisks and nothing more where little is known; else asterisks and the end. The original shows six letters of the
    beginning too: ours are not kept in the clear, so they cannot be."""
    end = hint.lstrip("…*.")[-2:]
    return f"{'*' * 18}{end}" if end else "*" * 20
