"""The vendor's body as it came, kept for what no field holds."""

from __future__ import annotations

from typing import Any

import msgspec


class RawReply(msgspec.Struct, frozen=True):
    """Bytes of a reply; parsed only when asked."""

    body: bytes

    def json(self) -> Any:
        """The body parsed as JSON. Raises `msgspec.DecodeError` when it is none."""
        return msgspec.json.decode(self.body)
