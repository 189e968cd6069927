"""Which key a request presents."""

from __future__ import annotations

import hashlib
import os
import time

from modelruntime.gateway.asgi import Fields
from modelruntime.gateway.refused import refused
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey, matches, split_key

_KEPT_AT_MOST = 4096


class KeyCheck:
    """Keys that were found right are remembered while the configuration stays: by a digest with a salt of this object, never as
    they came."""

    __slots__ = ("_configuration", "_right", "_salt")

    def __init__(self) -> None:
        self._salt = os.urandom(16)
        self._configuration: Configuration | None = None
        self._right: dict[bytes, GatewayKey] = {}

    def authenticated(self, fields: Fields, configuration: Configuration) -> GatewayKey:
        """The key that a request presents as `Authorization: Bearer …` or `x-api-key`. Raises `Refused` (401)."""
        presented = fields.get(b"authorization", b"")
        text = presented[7:] if presented[:7].lower() == b"bearer " else fields.get(b"x-api-key", b"")
        if configuration is not self._configuration or len(self._right) >= _KEPT_AT_MOST:
            self._configuration, self._right = configuration, {}
        seen = hashlib.blake2b(self._salt + text).digest()
        key = self._right.get(seen)
        if key is None:
            key = self._right[seen] = _found(text, configuration)
        if key.expires_at is not None and key.expires_at <= time.time():
            raise refused(401, "expired_api_key", "this key has expired: ask for a new one")
        return key


def _found(text: bytes, configuration: Configuration) -> GatewayKey:
    parts = split_key(text.strip().decode("latin-1"))
    key = configuration.keys.get(parts[0]) if parts else None
    if parts is None or key is None or key.disabled or not matches(key, parts[1], configuration.pepper):
        message = "this key is not known here: send a key of this gateway as Authorization: Bearer …"
        raise refused(401, "invalid_api_key", message)
    return key
