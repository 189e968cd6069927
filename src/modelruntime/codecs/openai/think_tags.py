"""Reasoning that stands in the text between tags, as bytes of a stream may cut it."""

from __future__ import annotations

from typing import Literal

Piece = tuple[Literal["text", "reasoning"], str]


class ThinkTags:
    """Splits text at an opening and a closing tag. A tag may be cut anywhere; white space after either tag means nothing.

    Any split of the same text gives pieces that join to the same texts. A tag that never closes leaves all after it
    reasoning. A text may also begin inside the tags, because the opening one stood in the prompt; should it come all the
    same, it is dropped.
    """

    __slots__ = ("_begins_inside", "_close", "_inside", "_kept", "_open", "_strip")

    def __init__(self, tags: tuple[str, str], *, begins_inside: bool = False) -> None:
        self._open, self._close = tags
        self._begins_inside = begins_inside
        self._inside = begins_inside
        self._kept = ""
        self._strip = begins_inside

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are certain by now; what may be half a tag is kept."""
        self._kept += text
        pieces: list[Piece] = []
        if self._begins_inside and not self._drop_opening():
            return pieces
        while True:
            tag = self._close if self._inside else self._open
            before, found, after = self._kept.partition(tag)
            if not found:
                certain = len(self._kept) - _half_tag(self._kept, tag)
                self._say(pieces, self._kept[:certain])
                self._kept = self._kept[certain:]
                return pieces
            self._say(pieces, before)
            self._kept = after
            self._inside = not self._inside
            self._strip = True

    def begin_outside(self) -> None:
        """The endpoint took the reasoning out itself: the text does not begin inside after all."""
        if self._begins_inside:
            self._begins_inside = self._inside = self._strip = False

    def _drop_opening(self) -> bool:
        """Drops an opening tag that the endpoint repeats. False while it cannot be told yet."""
        begun = self._kept.lstrip()
        if len(begun) < len(self._open) and self._open.startswith(begun):
            return False
        self._begins_inside = False
        self._kept = begun.removeprefix(self._open)
        return True

    def close(self) -> list[Piece]:
        """What was kept, now that no more text comes."""
        pieces: list[Piece] = []
        self._say(pieces, self._kept)
        self._kept = ""
        return pieces

    def _say(self, pieces: list[Piece], text: str) -> None:
        if self._strip:
            text = text.lstrip()
        if text:
            self._strip = False
            pieces.append(("reasoning" if self._inside else "text", text))


def _half_tag(text: str, tag: str) -> int:
    """How many of the last letters of `text` may begin `tag`."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)
