"""How English words sound: two dictionaries that come with the voice, and rules for their endings.

An entry is a phoneme string, or one string per part of speech (`DEFAULT`, `VERB`, `NOUN`, `VBD`, …; `None` before a pause).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_PARENTS = {"VB": "VERB", "NN": "NOUN", "RB": "ADV", "JJ": "ADJ"}
_VOICELESS, _SIBILANT = "ptkfθ", "szʃʒʧʤ"
_BEFORE_FLAP = frozenset("AIOWYiuæɑəɛɪɹʊʌ")
_STRESS = "ˈˌ"
_VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")

Entry = str | dict[str, str | None]


class Lexicon:
    """`gold` is checked by hand, `silver` is not."""

    def __init__(self, gold: dict[str, Any], silver: dict[str, Any]) -> None:
        self._books: tuple[dict[str, Entry], ...] = (gold, silver)

    def pronounce(self, word: str, tag: str, *, pause: bool) -> str | None:
        """Phonemes of a word with that Penn tag; `pause` says that one follows. None for a word nobody knows."""
        bare = word.removesuffix("'s")
        if bare.isupper() and len(bare) > 1 and not self._entry(bare) and (tag.startswith("NNP") or not self._entry(bare.lower())):
            said = self.spell(bare) if len(bare) <= 5 else self._derived(bare.lower(), tag, pause)
            return _with_s(said) if said and bare != word else said
        return self._exact(word, tag, pause) or self._derived(word, tag, pause) or self._derived(word.lower(), tag, pause)

    def spell(self, letters: str) -> str | None:
        """Letter by letter, the last one stressed."""
        names = [self._exact(letter.upper(), "NN", False) for letter in letters if letter.isalpha()]
        if not names or None in names:
            return None
        *first, last = [(name or "").replace("ˈ", "ˌ") for name in names]
        return "".join(first) + ("ˈ" + last.replace("ˌ", "") if len(last) == 1 else last.replace("ˌ", "ˈ"))

    def _entry(self, word: str) -> Entry | None:
        for book in self._books:
            for form in (word, word.lower() if word.istitle() else word.capitalize() if word.islower() else word):
                if (entry := book.get(form)) is not None:
                    return entry
        return None

    def _exact(self, word: str, tag: str, pause: bool) -> str | None:
        entry = self._entry(word)
        if not isinstance(entry, dict):
            return entry
        choices = (*(("None",) if pause else ()), tag, _PARENTS.get(tag[:2], tag), "DEFAULT")
        return next((said for choice in choices if (said := entry.get(choice))), None)

    def _derived(self, word: str, tag: str, pause: bool) -> str | None:
        if said := self._exact(word, tag, pause):
            return said
        for ending, stems, attach in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                root = word.removesuffix(ending)
                for stem in stems(root):
                    if said := self._exact(stem, tag, False):
                        return attach(said)
        return None


def _with_s(stem: str) -> str:
    if stem[-1] in _SIBILANT:
        return f"{stem}ᵻz"
    return stem + ("s" if stem[-1] in _VOICELESS else "z")


def _with_ed(stem: str) -> str:
    if stem[-1] == "t":
        return (f"{stem[:-1]}ɾ" if stem[-2:-1] in _BEFORE_FLAP else stem) + "ᵻd"
    if stem[-1] == "d":
        return f"{stem}ᵻd"
    return stem + ("t" if stem[-1] in "pkfθʃsʧ" else "d")


def _with_ing(stem: str) -> str:
    return (f"{stem[:-1]}ɾ" if stem[-1] == "t" and stem[-2:-1] in _BEFORE_FLAP else stem) + "ɪŋ"


def _undoubled(root: str) -> tuple[str, ...]:
    return (root, f"{root}e", *((root[:-1],) if len(root) > 2 and root[-1] == root[-2] else ()))


_ENDINGS: tuple[tuple[str, Callable[[str], tuple[str, ...]], Callable[[str], str]], ...] = (
    ("'s", lambda root: (root,), _with_s),
    ("s'", lambda root: (root, f"{root}s"), _with_s),
    ("ies", lambda root: (f"{root}y",), _with_s),
    ("es", lambda root: (f"{root}e", root), _with_s),
    ("s", lambda root: (root,), _with_s),
    ("ied", lambda root: (f"{root}y",), _with_ed),
    ("ed", _undoubled, _with_ed),
    ("ing", _undoubled, _with_ing),
)


def starts_with_vowel(phonemes: str) -> bool:
    """Whether the first sound is a vowel."""
    return phonemes.lstrip(_STRESS)[:1] in _VOWELS
