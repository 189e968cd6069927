"""Keys with which the playground calls the data plane of its own process: one a workspace, in memory alone."""

from __future__ import annotations

import secrets
from typing import Protocol

import msgspec

from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import PREFIX, GatewayKey, NewKey, digest_of


class Source(Protocol):
    """Gives the configuration in force."""

    def current(self) -> Configuration:
        """The configuration to serve this request by."""
        ...


class InternalKeys:
    """A source of configurations that adds its own keys to another's."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._made: dict[str, NewKey] = {}
        self._seen: Configuration | None = None
        self._with_keys: Configuration | None = None

    def text(self, workspace: str) -> str:
        """The key of a workspace, made when first asked for."""
        if workspace not in self._made:
            self._made[workspace] = _new(workspace, self._source.current().pepper)
            self._with_keys = None
        return self._made[workspace].text

    def current(self) -> Configuration:
        """The other's configuration with these keys; the same object until one of them changes."""
        found = self._source.current()
        if found is not self._seen or self._with_keys is None:
            self._seen = found
            self._with_keys = self._added(found) if self._made else found
        return self._with_keys

    def _added(self, found: Configuration) -> Configuration:
        keys = {made.id: _key(workspace, made, found.pepper) for workspace, made in self._made.items()}
        return msgspec.structs.replace(found, keys={**found.keys, **keys})


def _new(workspace: str, pepper: bytes) -> NewKey:
    """One whose id says what it is, so that its calls are found under one name whichever process made them."""
    identifier, secret = f"playground-{workspace}", secrets.token_urlsafe(32)
    return NewKey(f"{PREFIX}{identifier}.{secret}", identifier, digest_of(secret, pepper))


def _key(workspace: str, made: NewKey, pepper: bytes) -> GatewayKey:
    secret = made.text.partition(".")[2]
    return GatewayKey(id=made.id, digest=digest_of(secret, pepper), name="playground", workspace=workspace)
