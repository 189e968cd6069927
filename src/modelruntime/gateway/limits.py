"""Limits of the edge, against clients that send too much, too slowly or too many at once."""

from __future__ import annotations

import msgspec


class EdgeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes, times in seconds."""

    json_bytes: int = 32 * 2**20
    upload_bytes: int = 256 * 2**20
    body_seconds: float = 60.0
    """From the head of a request to the end of its body; uploads get a minute for each 8 MiB on top."""
    header_seconds: float = 10.0
    send_seconds: float = 60.0
    """A client that takes nothing for so long has gone."""
    comment_seconds: float = 15.0
    """A stream that is silent for so long gets a comment, so that nothing between here and the client takes it for dead."""
    depth: int = 64
    """Nesting of a JSON body."""
    calls: int = 1000
    """Calls under way at once in this process."""
    waiting: int = 1000
    """Calls that wait for a place."""
    waiting_seconds: float = 10.0
    """How long one waits at most."""
    cache_bytes: int = 64 * 2**20
    """Answers that are kept for equal calls, where a policy says so."""
