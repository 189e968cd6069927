"""The hibari voice: English text to 24 kHz speech, far faster than real time on one core.

Only data files of its package are used (network, dictionaries, tables); the code is ours, see docs/decisions/0004.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.hibari.lexicon import Lexicon
from modelruntime.engines.hibari.normal_text import NormalText
from modelruntime.engines.hibari.phonemes import EnglishPhonemes
from modelruntime.engines.hibari.tagger import Tagger
from modelruntime.engines.hibari.unknown_word import UnknownWord
from modelruntime.engines.hibari.waveform import SAMPLE_RATE, make_waveform
from modelruntime.engines.onnx_session import open_session
from modelruntime.engines.speech.script import Script, read_script, share_of_letters
from modelruntime.engines.speech.sentences import split_sentences
from modelruntime.engines.speech.speaker import speech_result, speech_stream
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import DeclarationInvalid, ParameterInvalid
from modelruntime.entities.speech_result import SpeechResult, Voice

FILES = (
    "hibari.onnx",
    "oov.onnx",
    "oov.json",
    "vocab.json",
    "normalize.json",
    "tagger.json.gz",
    "lexicon_us_gold.json.gz",
    "lexicon_us_silver.json.gz",
)
VOICES = (Voice("heart", "Heart", ("en-US",)),)
_SENTENCE = 300
"""Characters of the longest piece that is spoken at once."""
_PHONEMES = 480


def load(spec: EngineSpec, context: EngineContext) -> Hibari:
    """Load the network and the dictionaries. Raises `DeclarationInvalid` when one of `FILES` is not declared."""
    missing = [name for name in FILES if name not in spec.files]
    if missing:
        raise DeclarationInvalid(f"model {spec.schema.model!r} must declare the file {missing[0]!r}")
    files = {name: spec.files[name] for name in FILES}
    guess = UnknownWord(open_session(files["oov.onnx"], 1), _read_json(files["oov.json"]))
    lexicon = Lexicon(_read_json(files["lexicon_us_gold.json.gz"]), _read_json(files["lexicon_us_silver.json.gz"]))
    return Hibari(
        open_session(files["hibari.onnx"], context.threads),
        _read_json(files["vocab.json"]),
        NormalText(_read_json(files["normalize.json"])),
        EnglishPhonemes(lexicon, Tagger(_read_json(files["tagger.json.gz"])), guess.pronounce),
        context.should_stop,
    )


class Hibari:
    """One loaded voice."""

    def __init__(
        self,
        session: Any,
        vocabulary: dict[str, int],
        normal: NormalText,
        phonemes: EnglishPhonemes,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._normal = normal
        self._phonemes = phonemes
        self._should_stop = should_stop

    def invoke(self, call: TTSCall) -> SpeechResult:
        """The whole text as WAV, or raw PCM with `response_format` `pcm`. Parameters: `speed` (0.5 to 2), `seed` of the noise.

        Raises `ParameterInvalid`: field `text` for a text that is not English, else the parameter.
        """
        script = self._read(call)
        return speech_result(call.model, script, SAMPLE_RATE, self._speak(script, self._should_stop))

    def stream(self, call: TTSCall, should_stop: Callable[[], bool]) -> Iterator[bytes]:
        """The same, sentence by sentence; the header leaves the size open."""
        script = self._read(call)
        return speech_stream(script, SAMPLE_RATE, self._speak(script, should_stop), should_stop)

    def voices(self, language: str | None = None) -> tuple[Voice, ...]:
        """The one voice, or none for another language than English."""
        return VOICES if language is None or language.lower().startswith("en") else ()

    def phonemes(self, text: str) -> list[str]:
        """What is read for each sentence, in the voice's phoneme alphabet."""
        said = (self._phonemes(self._normal(sentence)) for sentence in split_sentences(text, _SENTENCE))
        return [piece for whole in said if whole for piece in split_sentences(whole, _PHONEMES)]

    def close(self) -> None:
        """Free the network."""
        del self._session

    def _read(self, call: TTSCall) -> Script:
        script = read_script(call, voices=tuple(voice.id for voice in VOICES), default_voice=VOICES[0].id, languages=("en",))
        if share_of_letters(call.text, "LATIN") < 0.5:
            raise ParameterInvalid(
                "this voice speaks English only: choose a model for the text's language", field="text", model=call.model
            )
        return script

    def _speak(self, script: Script, should_stop: Callable[[], bool]) -> Iterator[Any]:
        np: Any = import_module("numpy")
        for number, phonemes in enumerate(self.phonemes(script.text)):
            if should_stop():
                return
            ids = [0, *(self._vocabulary[sound] for sound in phonemes if sound in self._vocabulary), 0]
            if len(ids) > 2:
                inputs = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([script.speed], np.float32)}
                outputs = [output[0] for output in self._session.run(None, inputs)]
                yield make_waveform(outputs, seed=script.seed + number)


def _read_json(path: Path) -> Any:
    content = path.read_bytes()
    return msgspec.json.decode(gzip.decompress(content) if path.suffix == ".gz" else content)
