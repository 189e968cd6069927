"""Lists of every provider and model are megabytes of text that says the same words again and again: they travel compressed."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict

SMALLEST = 4096
"""Bytes below which it is not worth while."""
LEVEL = 5
KEPT = 8
"""Answers that are kept compressed, the last used ones."""


class CompressedAnswers:
    """Each content is compressed once, beside the event loop, for as long as it is asked for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def of(self, tag: str, content: bytes) -> bytes:
        """The content, whose validator is `tag`, as gzip."""
        found = self._kept.get(tag)
        if found is None:
            found = self._kept[tag] = await asyncio.to_thread(gzip.compress, content, LEVEL, mtime=0)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(tag)
        return found


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client that sends this header takes gzip."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        try:
            weights[coding.strip()] = float(weight.partition("=")[2] or 1)
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
