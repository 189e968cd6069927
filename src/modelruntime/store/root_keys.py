"""The port to the root keys: whoever holds them (environment, file, a key service) gives them by id."""

from __future__ import annotations

from typing import Protocol


class RootKeys(Protocol):
    """Root keys of 32 bytes. Every other key is derived from one of them, under a label of its own: see `derived_key.py`."""

    @property
    def active(self) -> str:
        """The id of the key that new things are sealed with."""
        ...

    def ids(self) -> tuple[str, ...]:
        """Every id, the active one first."""
        ...

    def root(self, kid: str) -> bytes:
        """The key. Raises `KeyMissing` for an id that is not there."""
        ...
