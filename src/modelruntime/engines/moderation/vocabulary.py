"""The words of the toxicity network, out of a pickle that is never unpickled.

The file is a pickled tokenizer whose first dictionary counts every word of the training texts. Its opcodes are read as
data, up to the end of that dictionary: nothing is imported, called or built. Words are numbered from 1 by how often
they occur; of equally frequent ones the earlier comes first (as Keras' Tokenizer numbers them).
"""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FIRST_KEY = "word_counts"
_KEEPS = ("BINPUT", "LONG_BINPUT")
_OPENS = ("GLOBAL", "EMPTY_TUPLE", "REDUCE", "MARK", "SETITEMS")
_TEXTS = ("BINUNICODE", "SHORT_BINUNICODE")
_NUMBERS = ("BININT", "BININT1", "BININT2")


def read_vocabulary(path: Path, size: int) -> dict[str, int]:
    """Word → number, for the `size` - 1 most frequent words. Raises `ValueError` for another kind of file."""
    counts = list(_counts(path.read_bytes()))
    if not counts:
        raise ValueError("the file holds no word counts")
    counts.sort(key=lambda item: -item[1])
    return {word: number for number, (word, _) in enumerate(counts[: size - 1], start=1)}


def _counts(pickled: bytes) -> Iterator[tuple[str, int]]:
    opcodes = ((opcode.name, value) for opcode, value, _ in pickletools.genops(pickled))
    for name, value in opcodes:
        if name in _TEXTS and value == _FIRST_KEY:
            break
    word: str | None = None
    for name, value in opcodes:
        if name in _TEXTS and word is None:
            word = _checked(value, str)
        elif name in _NUMBERS and word is not None:
            yield word, _checked(value, int)
            word = None
        elif name not in _KEEPS and (word is not None or name not in _OPENS):
            return  # what follows is no word with its count: the dictionary is over


def _checked(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value
