"""Kokoro-82M (int8) speaking Chinese at 24 kHz.

The five voices come from Japanese recordings, the only ones whose data a registry carries: their Chinese is
intelligible and has an accent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import msgspec

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.kokoro.phonemes import ChinesePhonemes
from modelruntime.engines.kokoro.word_cutter import WordCutter, read_frequencies
from modelruntime.engines.onnx_session import open_session
from modelruntime.engines.speech.script import Script, read_script, share_of_letters
from modelruntime.engines.speech.sentences import split_sentences
from modelruntime.engines.speech.speaker import speech_result, speech_stream
from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import DeclarationInvalid, ParameterInvalid
from modelruntime.entities.speech_result import SpeechResult, Voice

FILES = ("model.onnx", "voices.npz", "vocab.json")
SAMPLE_RATE = 24_000
VOICES = (
    Voice("jm_kumo", "Kumo", ("zh-CN",)),
    Voice("jf_alpha", "Alpha", ("zh-CN",)),
    Voice("jf_gongitsune", "Gongitsune", ("zh-CN",)),
    Voice("jf_nezumi", "Nezumi", ("zh-CN",)),
    Voice("jf_tebukuro", "Tebukuro", ("zh-CN",)),
)
_SENTENCE = 60
"""Characters of the longest piece that is spoken at once."""
_TOKENS = 508
_LEAST_CHINESE = 0.3


def load(spec: EngineSpec, context: EngineContext) -> Kokoro:
    """Load the network and its voices. Raises `DeclarationInvalid` when one of `FILES` is not declared."""
    missing = [name for name in FILES if name not in spec.files]
    if missing:
        raise DeclarationInvalid(f"model {spec.schema.model!r} must declare the file {missing[0]!r}")
    network, voices, vocabulary = (spec.files[name] for name in FILES)
    np: Any = import_module("numpy")
    with np.load(voices, allow_pickle=False) as pack:
        styles = {voice.id: pack[voice.id] for voice in VOICES}
    table = msgspec.json.decode(vocabulary.read_bytes(), type=dict[str, dict[str, int]])["vocab"]
    return Kokoro(
        open_session(network, context.threads), styles, table, ChinesePhonemes(WordCutter(read_frequencies())), context.should_stop
    )


class Kokoro:
    """One loaded network with its voices."""

    def __init__(
        self,
        session: Any,
        styles: dict[str, Any],
        vocabulary: dict[str, int],
        phonemes: ChinesePhonemes,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._session = session
        self._styles = styles
        self._vocabulary = vocabulary
        self._phonemes = phonemes
        self._should_stop = should_stop

    def invoke(self, call: TTSCall) -> SpeechResult:
        """The whole text as WAV, or raw PCM with `response_format` `pcm`. Parameter: `speed` (0.5 to 2).

        Raises `ParameterInvalid`: field `text` for a text that is not Chinese, else the parameter.
        """
        script = self._read(call)
        return speech_result(call.model, script, SAMPLE_RATE, self._speak(script, self._should_stop))

    def stream(self, call: TTSCall, should_stop: Callable[[], bool]) -> Iterator[bytes]:
        """The same, sentence by sentence; the header leaves the size open."""
        script = self._read(call)
        return speech_stream(script, SAMPLE_RATE, self._speak(script, should_stop), should_stop)

    def voices(self, language: str | None = None) -> tuple[Voice, ...]:
        """All voices, or none for another language than Chinese."""
        return VOICES if language is None or language.lower().startswith("zh") else ()

    def close(self) -> None:
        """Free the network."""
        del self._session

    def _read(self, call: TTSCall) -> Script:
        script = read_script(call, voices=tuple(voice.id for voice in VOICES), default_voice=VOICES[0].id, languages=("zh",))
        if share_of_letters(call.text, "CJK") < _LEAST_CHINESE:
            raise ParameterInvalid(
                "this voice speaks Chinese only: choose a model for the text's language", field="text", model=call.model
            )
        return script

    def _speak(self, script: Script, should_stop: Callable[[], bool]) -> Iterator[Any]:
        np: Any = import_module("numpy")
        for sentence in split_sentences(script.text, _SENTENCE):
            if should_stop():
                return
            tokens = [self._vocabulary[sound] for sound in self._phonemes(sentence) if sound in self._vocabulary][:_TOKENS]
            if tokens:
                style = self._styles[script.voice][len(tokens) - 1].reshape(1, 256).astype(np.float32)
                speed = np.asarray([script.speed], np.float32)
                inputs = {"tokens": np.asarray([[0, *tokens, 0]], np.int64), "style": style, "speed": speed}
                yield self._session.run(None, inputs)[0].ravel()
