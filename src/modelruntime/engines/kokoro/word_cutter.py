"""Chinese text cut into words: the likeliest cut by word frequencies.

The frequencies are jieba's dictionary (MIT, 349,000 words), read as a file. The package itself is not imported: it would
keep a cache in the system's shared temporary folder and load it with `marshal`, which trusts whoever wrote there.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

_LONGEST = 8


def read_frequencies() -> dict[str, int]:
    """Word → how often it was counted. Raises `ImportError` when the package that carries the dictionary is missing."""
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ImportError("no package carries the Chinese dictionary", name="jieba")
    rows = (line.split(" ") for line in Path(found.origin).with_name("dict.txt").read_text("utf-8").splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and len(row[0]) <= _LONGEST}


class WordCutter:
    """`cut(text)` gives words that join to the text. A character that no word holds is a word of its own."""

    def __init__(self, frequencies: dict[str, int]) -> None:
        total = math.log(sum(frequencies.values()) or 1)
        self._weights = {word: math.log(count) - total for word, count in frequencies.items() if count > 0}
        self._rare = -total

    def cut(self, text: str) -> list[str]:
        """The words, found from the end: the best cut of each tail follows from the best cuts of shorter ones."""
        best: list[tuple[float, int]] = [(0.0, len(text))] * (len(text) + 1)
        for start in range(len(text) - 1, -1, -1):
            ends = range(start + 1, min(start + _LONGEST, len(text)) + 1)
            best[start] = max((best[end][0] + self._weight(text[start:end]), end) for end in ends)
        words: list[str] = []
        at = 0
        while at < len(text):
            words.append(text[at : best[at][1]])
            at = best[at][1]
        return words

    def _weight(self, word: str) -> float:
        return self._weights.get(word, self._rare if len(word) == 1 else -math.inf)
