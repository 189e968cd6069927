"""What a parser must know about the call whose answer it reads."""

from __future__ import annotations

import msgspec

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.warning import CallWarning


class ReplyContext(msgspec.Struct, frozen=True):
    """The endpoint, and what the request did differently."""

    endpoint: Endpoint
    warnings: tuple[CallWarning, ...] = ()
    output_tool: str | None = None
    """The forced tool whose arguments are the answer's text."""
    audio_format: str | None = None
    """The format in which speech was asked for."""
    relayed: bool = False
    """The answer is for a client of the family, who gets it as it came."""
