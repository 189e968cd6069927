"""A call for speech, checked: what every voice engine asks of it."""

from __future__ import annotations

import unicodedata
from typing import Literal

import msgspec

from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning

Container = Literal["wav", "pcm"]
MEDIA_TYPES: dict[Container, str] = {"wav": "audio/wav", "pcm": "audio/pcm"}
_KNOWN = ("speed", "response_format", "language", "seed")


class Script(msgspec.Struct, frozen=True):
    """What to speak and how. `speed` is a factor, 1 the voice's own pace."""

    text: str
    voice: str
    speed: float
    container: Container
    seed: int
    warnings: tuple[CallWarning, ...]


def read_script(call: TTSCall, *, voices: tuple[str, ...], default_voice: str, languages: tuple[str, ...]) -> Script:
    """Check voice, `speed` (0.5 to 2), `response_format` (`wav`, `pcm`), `language` and `seed`.

    Raises `ParameterInvalid` that names the field; under strict also for a parameter that is unknown.
    """
    if not any(character.isalnum() for character in call.text):
        raise ParameterInvalid("text holds nothing to speak", field="text", model=call.model)
    voice = call.voice or default_voice
    if voice not in voices:
        raise ParameterInvalid(f"no voice {voice[:40]!r}: choose one of {', '.join(voices)}", field="voice", model=call.model)
    given = {name: value for name, value in call.parameters.items() if value is not None}
    warnings = unread_parameters(given, _KNOWN, model=call.model, strict=call.strict)
    language = str(given.get("language") or languages[0])
    if language.replace("_", "-").partition("-")[0].lower() not in languages:
        raise ParameterInvalid(
            f"this voice speaks {', '.join(languages)}, not {language[:20]!r}", field="language", model=call.model
        )
    return Script(
        call.text,
        voice,
        _speed(given.get("speed", 1.0)),
        _container(given.get("response_format", "wav")),
        _seed(given.get("seed", 0)),
        warnings,
    )


def share_of_letters(text: str, script: str) -> float:
    """Which share of the letters has a Unicode name that starts with `script` (`LATIN`, `CJK`); 1 without letters."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 1.0
    return sum(unicodedata.name(letter, "").startswith(script) for letter in letters) / len(letters)


def _speed(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.5 <= value <= 2.0:
        raise ParameterInvalid("speed must be a number from 0.5 to 2", field="speed")
    return float(value)


def _container(value: object) -> Container:
    if value == "wav" or value == "pcm":
        return "wav" if value == "wav" else "pcm"
    raise ParameterInvalid(f"this voice writes wav or pcm, not {str(value)[:20]!r}", field="response_format")


def _seed(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ParameterInvalid("seed must be a whole number of at least 0", field="seed")
    return value
