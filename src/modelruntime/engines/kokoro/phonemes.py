"""Chinese text to the phoneme string that Kokoro reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from modelruntime.engines.kokoro.number_words import speak_numbers
from modelruntime.engines.kokoro.pinyin_sound import sound_of
from modelruntime.engines.kokoro.word_cutter import WordCutter

_PIECES = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df]+|[A-Za-z]+|.", re.S)
_MARKS = str.maketrans({
    "，": ", ", "、": ", ", "。": ". ", "．": ". ", "！": "! ", "：": ": ", "；": "; ", "？": "? ", "（": " (", "）": ") ",
    "《": " “", "》": "” ", "「": " “", "」": "” ", "『": " “", "』": "” ", "【": " “", "】": "” ", "‘": "", "’": "", "\n": " ",
})  # fmt: skip
_LETTERS = {
    "A": "ˈA", "B": "bˈi", "C": "sˈi", "D": "dˈi", "E": "ˈi", "F": "ˈɛf", "G": "ʤˈi", "H": "ˈAʧ", "I": "ˈI", "J": "ʤˈA", "K": "kˈA",
    "L": "ˈɛl", "M": "ˈɛm", "N": "ˈɛn", "O": "ˈO", "P": "pˈi", "Q": "kjˈu", "R": "ˈɑɹ", "S": "ˈɛs", "T": "tˈi", "U": "jˈu",
    "V": "vˈi", "W": "dˈʌbᵊlju", "X": "ˈɛks", "Y": "wˈI", "Z": "zˈi",
}  # fmt: skip


class ChinesePhonemes:
    """Call it with a text. Latin letters in it are spelled, since the model has no other reading for them here."""

    def __init__(self, cutter: WordCutter) -> None:
        self._pinyin: Any = import_module("pypinyin")
        self._cutter = cutter

    def __call__(self, text: str) -> str:
        """Phonemes, words apart, with the punctuation that makes pauses."""
        text = speak_numbers(text).translate(_MARKS)
        said = "".join(self._say(piece) for piece in _PIECES.findall(text))
        return re.sub(r"\s+", " ", re.sub(r"\s+([,.!?:;”)])", r"\1", said)).strip()

    def _say(self, piece: str) -> str:
        if piece.isascii() and piece.isalpha():
            return " " + " ".join(_LETTERS[letter] for letter in piece.upper()) + " "
        return " ".join(self._words(piece)) if len(piece) > 1 or piece.isalpha() else piece

    def _words(self, run: str) -> Iterator[str]:
        """Each word's sounds. A word is read whole, so that a character of several readings gets the right one."""
        style = self._pinyin.Style.TONE3
        for word in self._cutter.cut(run):
            syllables = self._pinyin.lazy_pinyin(word, style=style, neutral_tone_with_five=True, tone_sandhi=True)
            yield "".join(sound_of(syllable) or "" for syllable in syllables)
