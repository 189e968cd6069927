"""The servers themselves are tested here."""

from tests.servers.fixtures import postgres, valkey

__all__ = ["postgres", "valkey"]
