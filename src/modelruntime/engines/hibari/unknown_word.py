"""Words that no dictionary knows, read by a small network that comes with the voice (`oov.onnx`)."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class UnknownWord:
    """`meta` is the JSON object beside the network: its letters `in`, its phonemes `out`, and `maxlen`."""

    def __init__(self, session: Any, meta: dict[str, Any]) -> None:
        self._session = session
        self._letters = {letter: number for number, letter in enumerate(meta["in"], 1)}
        self._phonemes = ["", *meta["out"]]
        self._longest = int(meta["maxlen"])

    def pronounce(self, word: str) -> str:
        """Phonemes of a word; empty when it has no letter that the network knows."""
        numpy: Any = import_module("numpy")
        known = [self._letters[letter] for letter in word if letter in self._letters][: self._longest]
        if not known:
            return ""
        row: list[int] = self._session.run(None, {"chars": numpy.asarray([known], numpy.int64)})[0][0].tolist()
        pairs = zip([0, *row], row, strict=False)  # the network repeats itself; 0 is its blank
        return "".join(self._phonemes[now] for before, now in pairs if now != before)
