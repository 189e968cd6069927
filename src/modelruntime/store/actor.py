"""Who changes something, as the audit log names it."""

from __future__ import annotations

from typing import Literal

import msgspec


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person, a program with a token, a client with its key, the command line, or the gateway itself."""

    kind: Literal["account", "token", "key", "command", "gateway"]
    id: str = ""
    name: str = ""
    address: str = ""
    """Where the request came from."""


GATEWAY = Actor("gateway")
COMMAND = Actor("command")
