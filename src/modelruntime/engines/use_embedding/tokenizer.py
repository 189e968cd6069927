"""A SentencePiece unigram tokenizer in plain Python.

Normalize (character map, longest match first; spaces squeezed and written as ▁, one in front), then choose the pieces
whose log probabilities add up to most (Viterbi). Equal sums go to the split whose last piece is longest, as in the
reference implementation.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from modelruntime.engines.use_embedding.charsmap import read_charsmap
from modelruntime.engines.use_embedding.sentencepiece_model import SentencePieceModel, read_model

UNKNOWN, BEGIN, END = 0, 1, 2
SPACE = "▁"
_UNKNOWN_PENALTY = 10.0


class Tokenizer:
    """Text to ids. Deterministic and safe to share between threads."""

    def __init__(self, model: SentencePieceModel) -> None:
        self._ids = {piece: number for number, piece in enumerate(model.pieces)}
        self._scores = model.scores
        self._unknown_score = min(model.scores) - _UNKNOWN_PENALTY
        self._longest = _longest_by_start(model.pieces, 2)
        self._map = read_charsmap(model.charsmap)
        self._longest_key = _longest_by_start(self._map, 1)

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """From a SentencePiece model file."""
        return cls(read_model(path))

    def encode(self, text: str) -> list[int]:
        """Ids with the marks for begin and end."""
        return [BEGIN, *self._pieces_of(self.normalize(text)), END]

    def normalize(self, text: str) -> str:
        """The text as the pieces see it; empty when nothing but space is left."""
        words = [word for word in self._mapped(text).split(" ") if word]
        joined = (SPACE + SPACE.join(words)) if words else ""
        return joined.rstrip(SPACE)

    def _mapped(self, text: str) -> str:
        out: list[str] = []
        position, end = 0, len(text)
        longest_key, replacements = self._longest_key, self._map
        while position < end:
            char = text[position]
            for length in range(longest_key.get(char, 0), 0, -1):
                replacement = replacements.get(text[position : position + length])
                if replacement is not None:
                    out.append(replacement)
                    position += length
                    break
            else:
                out.append(char)
                position += 1
        return "".join(out)

    def _pieces_of(self, text: str) -> list[int]:
        if not text:
            return [UNKNOWN]
        end = len(text)
        best = [0.0] + [float("-inf")] * end
        begins = [0] * (end + 1)
        chosen = [UNKNOWN] * (end + 1)
        find, scores, longest = self._ids.get, self._scores, self._longest.get
        for begin in range(end):
            so_far = best[begin]
            single = False
            for stop in range(begin + 1, min(begin + (longest(text[begin : begin + 2]) or 1), end) + 1):
                piece = find(text[begin:stop])
                if piece is None:
                    continue
                single = single or stop == begin + 1
                score = so_far + scores[piece]
                if score > best[stop]:
                    best[stop], begins[stop], chosen[stop] = score, begin, piece
            if not single and so_far + self._unknown_score > best[begin + 1]:
                best[begin + 1], begins[begin + 1], chosen[begin + 1] = so_far + self._unknown_score, begin, UNKNOWN
        return _walk_back(begins, chosen)


def _walk_back(begins: list[int], chosen: list[int]) -> list[int]:
    ids: list[int] = []
    position = len(begins) - 1
    while position > 0:
        ids.append(chosen[position])
        position = begins[position]
    ids.reverse()
    return ids


def _longest_by_start(words: Iterable[str], size: int) -> dict[str, int]:
    """For each beginning of at most `size` characters the length of the longest word that has it."""
    longest: dict[str, int] = {}
    for word in words:
        start = word[:size]
        if len(word) > longest.get(start, 0):
            longest[start] = len(word)
    return longest
