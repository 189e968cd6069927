"""Pinyin syllables in Kokoro's phoneme alphabet: IPA letters, and arrows for the tones.

The alphabet is the one that the model was trained on: an affricate is one letter, tone marks follow the vowel, the
third tone is ↓ and the neutral one is unmarked.
"""

from __future__ import annotations

TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_INITIALS = {
    "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k",
    "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
_FINALS = {
    "a": "a*", "ai": "ai*", "an": "a*n", "ang": "a*ŋ", "ao": "au*", "e": "ɤ*", "ei": "ei*", "en": "ə*n", "eng": "ə*ŋ", "er": "ɚ*",
    "i": "i*", "ia": "ja*", "ian": "jɛ*n", "iang": "ja*ŋ", "iao": "jau*", "ie": "je*", "in": "i*n", "ing": "i*ŋ", "iong": "jʊ*ŋ",
    "iu": "jou*", "o": "wo*", "ong": "ʊ*ŋ", "ou": "ou*", "u": "u*", "ua": "wa*", "uai": "wai*", "uan": "wa*n", "uang": "wa*ŋ",
    "ui": "wei*", "un": "wə*n", "uo": "wo*", "v": "y*", "ve": "ɥe*", "van": "ɥɛ*n", "vn": "y*n",
}  # fmt: skip
_WHOLE = {
    "o": "ɔ*", "yo": "wo*", "wo": "wo*", "wong": "ʊ*ŋ", "wu": "u*", "yi": "i*", "yin": "i*n", "ying": "i*ŋ", "yu": "y*",
    "yue": "ɥe*", "yuan": "ɥɛ*n", "yun": "y*n", "yong": "jʊ*ŋ", "you": "jou*", "yan": "jɛ*n", "ye": "je*", "wei": "wei*",
    "wen": "wə*n", "weng": "wə*ŋ", "m": "m*", "n": "n*", "ng": "ŋ*", "hm": "hm*", "hng": "hŋ*",
}  # fmt: skip
_AFTER_FRONT = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
_BUZZ = frozenset(("zh", "ch", "sh", "r", "z", "c", "s"))


def sound_of(syllable: str) -> str | None:
    """`zhong1` → ꭧʊ→ŋ. The tone is a digit, 5 for neutral; ü is `v`. None for what is no syllable."""
    base, tone = syllable[:-1], TONES.get(syllable[-1:])
    pattern = _WHOLE.get(base) or _spelled(base)
    return None if tone is None or pattern is None else pattern.replace("*", tone)


def _spelled(base: str) -> str | None:
    if base[:1] in ("y", "w") and (glide := _FINALS.get(base[1:])):
        return ("j" if base[0] == "y" else "w") + glide
    initial = next((letters for letters in _INITIALS if base.startswith(letters)), "")
    final = base.removeprefix(initial)
    if initial in _BUZZ and final == "i":
        return f"{_INITIALS[initial]}ɨ*"
    if initial in ("j", "q", "x"):
        final = _AFTER_FRONT.get(final, final)
    elif initial in ("l", "n") and final == "ue":
        final = "ve"
    pattern = _FINALS.get(final)
    return None if pattern is None else _INITIALS.get(initial, "") + pattern
