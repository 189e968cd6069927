"""Text cut where a speaker would breathe."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+|(?<=[。！？；…])[”’」』）]*\s*|\n+")
_CLAUSE = re.compile(r"(?<=[,;:—])\s+|(?<=[，、；：])\s*")
_TITLES = frozenset(
    {
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Prof",
        "St",
        "Mt",
        "Gen",
        "Gov",
        "Sen",
        "Rep",
        "Capt",
        "Lt",
        "Col",
        "Sgt",
        "Rev",
        "No",
        "vs",
        "approx",
    }
)


def split_sentences(text: str, limit: int) -> list[str]:
    """Sentences in order; one of more than `limit` characters is cut at clauses, then at spaces, then anywhere.

    Every character but white space at a cut is kept.
    """
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(text):
        cut = match.start() + len(match.group().rstrip())
        if _is_end(text, start, match):
            pieces.append(text[start:cut].strip())
            start = match.end()
    pieces.append(text[start:].strip())
    return [part for piece in pieces if piece for part in _cut(piece, limit)]


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    """False after a title or an initial ("Dr. Smith", "J. Doe") and before a word in lower case."""
    before, after = text[start : match.start()], text[match.end() : match.end() + 1]
    if "\n" in match.group() or not before.endswith("."):
        return True
    word = before[:-1].split()[-1:] or [""]
    return not (after.islower() or word[0].lstrip("(\"“'") in _TITLES or (len(word[0]) == 1 and word[0].isupper()))


def _cut(sentence: str, limit: int) -> list[str]:
    for pattern in (None, _CLAUSE, re.compile(r"\s+")):
        if len(sentence) <= limit:
            return [sentence]
        if pattern is not None and (parts := _packed([part for part in pattern.split(sentence) if part], limit)):
            return [piece for part in parts for piece in _cut(part, limit)]
    return [sentence[at : at + limit] for at in range(0, len(sentence), limit)]


def _packed(parts: list[str], limit: int) -> list[str]:
    """Neighbours joined up to the limit; empty when nothing was cut."""
    if len(parts) < 2:
        return []
    packed = [parts[0]]
    for part in parts[1:]:
        glue = " " if packed[-1][-1:].isascii() else ""
        if len(packed[-1]) + len(glue) + len(part) <= limit:
            packed[-1] += glue + part
        else:
            packed.append(part)
    return packed
