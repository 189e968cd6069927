"""Parts of speech (Penn tags) by the averaged perceptron that comes with the voice.

The features are part of the file format: weights are stored under these very strings.
"""

from __future__ import annotations

from typing import Any

_BEFORE, _AFTER = ("-START2-", "-START-"), ("-END-", "-END2-")


class Tagger:
    """`tags(words)`; the model is the JSON object of `tagger.json.gz`."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._known: dict[str, str] = model["tagdict"]
        self._tags: list[str] = model["tags"]
        self._weights: dict[str, dict[str, float]] = model["weights"]
        self._vocabulary = frozenset(model["vocab"]) if "vocab" in model else None

    def tags(self, words: list[str]) -> list[str]:
        """One tag per word."""
        window = [*_BEFORE, *(self._normal(word) for word in words), *_AFTER]
        tags: list[str] = []
        last, second = _BEFORE[1], _BEFORE[0]
        for at, word in enumerate(words):
            tag = self._known.get(word) or self._best(_features(at, word, window, last, second))
            tags.append(tag)
            last, second = tag, last
        return tags

    def _normal(self, word: str) -> str:
        """The word as the weights know it; rare ones by their shape."""
        if "-" in word[1:]:
            normal = "!HYPHEN"
        elif word.isdigit() and len(word) == 4:
            normal = "!YEAR"
        else:
            normal = "!DIGITS" if word[0].isdigit() else word.lower()
        return normal if self._vocabulary is None or normal in self._vocabulary else f"<{_shape(word)}>"

    def _best(self, features: tuple[str, ...]) -> str:
        scores: dict[str, float] = {}
        for feature in features:
            for tag, weight in self._weights.get(feature, {}).items():
                scores[tag] = scores.get(tag, 0.0) + weight
        return max(self._tags, key=lambda tag: (scores.get(tag, 0.0), tag)) if scores else "NN"


def _features(at: int, word: str, window: list[str], last: str, second: str) -> tuple[str, ...]:
    here = at + 2
    return (
        "b",
        f"s3={word[-3:]}",
        f"p1={word[0]}",
        f"w={window[here]}",
        f"sh={_shape(word)}",
        "i+" if at else "i0",
        f"t-1={last}",
        f"t-2={second}",
        f"t-12={last},{second}",
        f"w-1={window[here - 1]}",
        f"s3-1={window[here - 1][-3:]}",
        f"w-2={window[here - 2]}",
        f"w+1={window[here + 1]}",
        f"s3+1={window[here + 1][-3:]}",
        f"w+2={window[here + 2]}",
    )


def _shape(word: str) -> str:
    if word.isdigit():
        return "d"
    if not word.isalpha():
        return "".join("d" if c.isdigit() else "x" if c.isalpha() else c for c in word[:4])
    if word.islower():
        return "x"
    if word.isupper():
        return "XX" if len(word) > 1 else "X1"
    return "Xx" if word[1:].islower() else "xX"
