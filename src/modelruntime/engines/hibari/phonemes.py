"""English text to the phoneme string that the voice reads."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from modelruntime.engines.hibari.lexicon import Lexicon, starts_with_vowel
from modelruntime.engines.hibari.tagger import Tagger

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?|[.,;:!?…—()\"“”]|\s+|[-–/]")
_PAUSES = frozenset(".,;:!?…—()")
_VERB_TAGS = ("VBD", "VBN", "JJ")


class _Token(msgspec.Struct):
    text: str
    tag: str = ""
    said: str | None = None


class EnglishPhonemes:
    """Call it with normalized text (`normal_text.py`). `guess` reads a word that the lexicon does not know."""

    def __init__(self, lexicon: Lexicon, tagger: Tagger, guess: Callable[[str], str]) -> None:
        self._lexicon = lexicon
        self._tagger = tagger
        self._guess = guess

    def __call__(self, text: str) -> str:
        """Phonemes with the punctuation that makes pauses; empty when nothing can be said."""
        tokens = [_Token(match[0]) for match in _TOKEN.finditer(text)]
        spoken = [token for token in tokens if not token.text.isspace()]
        for token, tag in zip(spoken, self._tagger.tags([token.text for token in spoken]), strict=True):
            token.tag = tag
        following: _Token | None = None
        for token in reversed(spoken):  # a word may depend on the sound after it
            token.said = self._say(token, following)
            following = token
        return re.sub(r"\s+", " ", "".join(" " if token.said is None else token.said for token in tokens)).strip()

    def _say(self, token: _Token, following: _Token | None) -> str:
        word = token.text
        if not word[0].isalpha():
            return {"-": " ", "–": "—", "/": " "}.get(word, word)
        pause = following is None or following.text in _PAUSES
        said = _function_word(word, token.tag, following, pause)
        said = said or self._lexicon.pronounce(word.removesuffix("'") if word.endswith("s'") else word, token.tag, pause=pause)
        return (said or self._guess(word) or self._lexicon.spell(word) or "").replace("ɾ", "T").replace("ʔ", "t")


def _function_word(word: str, tag: str, following: _Token | None, pause: bool) -> str | None:
    """Little words that change with their neighbours."""
    vowel = not pause and following is not None and starts_with_vowel(following.said or "")
    match word.lower() if word != "A" and not word.isupper() else word:
        case "a" | "A":
            return "ɐ" if tag == "DT" and not pause else "ˈA"
        case "an":
            return "ɐn"
        case "the":
            return "ði" if vowel else "ðə"
        case "to" if not pause:
            return "tʊ" if vowel else "tə"
        case "in":
            return "ˈɪn" if pause or tag != "IN" else "ɪn"
        case "I" | "i":
            return "ˌI"
        case "used" if following is not None and following.text == "to" and tag in _VERB_TAGS:
            return "jˈust"
        case _:
            return None
