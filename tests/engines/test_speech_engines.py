"""Voices and Whisper on real weights: what is spoken is heard again."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from modelruntime.engines.contract import EngineSpec
from modelruntime.engines.hibari.engine import Hibari
from modelruntime.engines.hibari.engine import load as load_hibari
from modelruntime.engines.kokoro.engine import load as load_kokoro
from modelruntime.engines.speech.wave_file import pcm_of, wave_header
from modelruntime.engines.whisper.engine import Whisper
from modelruntime.engines.whisper.engine import load as load_whisper
from modelruntime.engines.whisper.recording import SAMPLE_RATE, decode_recording
from modelruntime.entities.call import Speech2TextCall, TTSCall
from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid, ModelNotFound, ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelSchema
from tests.engines.loaded import OneThread, never
from tests.engines.weights import local_spec

ENGLISH = "Welcome to the model runtime. All six model types are running on this machine."
CHINESE = "今天天气很好，我们去公园散步吧。"


@pytest.fixture(scope="module")
def hibari() -> Iterator[Hibari]:
    engine = load_hibari(local_spec("tts", "hibari"), OneThread())
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def whisper() -> Iterator[Whisper]:
    engine = load_whisper(local_spec("speech2text", "whisper-base"), OneThread())
    yield engine
    engine.close()


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", text.lower())


def heard(whisper: Whisper, audio: bytes, **parameters: object) -> str:
    return whisper.invoke(Speech2TextCall("w", audio, parameters={"temperature": 0, **parameters})).text


@pytest.mark.proves("real weights", "local", "tts", "speak")
@pytest.mark.proves("real weights", "local", "speech2text", "transcribe")
@pytest.mark.local
def test_english_is_heard_as_it_was_spoken(hibari: Hibari, whisper: Whisper) -> None:
    spoken = hibari.invoke(TTSCall("h", ENGLISH))
    assert (spoken.media_type, spoken.sample_rate, spoken.usage.characters) == ("audio/wav", 24_000, len(ENGLISH))
    result = whisper.invoke(Speech2TextCall("w", spoken.audio, parameters={"temperature": 0}))
    assert words(result.text) == words(ENGLISH)
    assert result.language == "en"
    assert result.duration == result.usage.seconds == pytest.approx((len(spoken.audio) - 44) / 48_000, abs=0.01)
    assert [segment.start < segment.end for segment in result.segments] == [True] * len(result.segments)
    assert words(" ".join(segment.text for segment in result.segments)) == words(ENGLISH)


@pytest.mark.proves("real weights", "local", "tts", "stream")
@pytest.mark.local
def test_a_streamed_speech_is_the_same_and_starts_with_its_header(hibari: Hibari) -> None:
    whole = hibari.invoke(TTSCall("h", ENGLISH)).audio
    header, *sentences = hibari.stream(TTSCall("h", ENGLISH), never)
    assert header == wave_header(24_000, None)
    assert len(sentences) == 2
    assert b"".join(sentences) == whole[44:]


@pytest.mark.local
def test_a_streamed_file_can_be_transcribed(hibari: Hibari, whisper: Whisper) -> None:
    assert words(heard(whisper, b"".join(hibari.stream(TTSCall("h", ENGLISH), never)), language="en")) == words(ENGLISH)


@pytest.mark.local
def test_stopping_ends_a_stream_after_its_sentence(hibari: Hibari) -> None:
    call = TTSCall("h", "One. Two. Three. Four.")
    answers = iter([False] * 3)
    assert len(list(hibari.stream(call, never))) == 5
    assert 1 < len(list(hibari.stream(call, lambda: next(answers, True)))) < 4


@pytest.mark.local
def test_speed_changes_the_length_and_pcm_has_no_header(hibari: Hibari) -> None:
    slow, fast = (hibari.invoke(TTSCall("h", ENGLISH, parameters={"speed": speed})).audio for speed in (0.7, 1.5))
    assert len(slow) > 1.5 * len(fast)
    raw = hibari.invoke(TTSCall("h", "Hello.", parameters={"response_format": "pcm"}))
    assert raw.media_type == "audio/pcm"
    assert raw.audio[:4] != b"RIFF"


@pytest.mark.local
@pytest.mark.parametrize(
    "text, phonemes",
    [
        ("I read the book yesterday.", "ˌI ɹˈɛd ðə bˈʊk jˈɛstəɹdˌA."),
        ("The apple costs $2.", "ði ˈæpᵊl kˈɔsts tˈu dˈɑləɹz."),
        ("a zorbing gradgrind", "ɐ zˈɔɹbɪŋ ɡɹˈædɡɹInd"),
    ],
)
def test_english_phonemes(hibari: Hibari, text: str, phonemes: str) -> None:
    assert hibari.phonemes(text) == [phonemes]


@pytest.mark.local
def test_voices_and_other_languages(hibari: Hibari) -> None:
    assert [voice.id for voice in hibari.voices()] == [voice.id for voice in hibari.voices("en")] == ["heart"]
    assert hibari.voices("zh") == ()
    with pytest.raises(ParameterInvalid, match="English only") as caught:
        hibari.invoke(TTSCall("h", CHINESE))
    assert caught.value.field == "text"
    with pytest.raises(ParameterInvalid):
        hibari.stream(TTSCall("h", CHINESE), never)


@pytest.mark.local
def test_chinese_is_heard_as_it_was_spoken(whisper: Whisper) -> None:
    try:
        spec = local_spec("tts", "kokoro-82m-zh")
    except ModelNotFound:
        print("not present: the weights of kokoro-82m-zh (profile standard)")
        return
    kokoro = load_kokoro(spec, OneThread())
    try:
        spoken = kokoro.invoke(TTSCall("k", CHINESE))
        result = whisper.invoke(Speech2TextCall("w", spoken.audio, parameters={"temperature": 0}))
        assert words(result.text) == words(CHINESE)
        assert result.language == "zh"
        assert kokoro.voices("zh-CN")[0].id == "jm_kumo"
        assert kokoro.voices("en") == ()
        with pytest.raises(ParameterInvalid, match="Chinese only"):
            kokoro.invoke(TTSCall("k", ENGLISH))
    finally:
        kokoro.close()


@pytest.mark.local
def test_a_prompt_of_ones_own_replaces_the_chinese_one_and_unknown_parameters_warn(hibari: Hibari, whisper: Whisper) -> None:
    audio = hibari.invoke(TTSCall("h", "Hello there.")).audio
    result = whisper.invoke(Speech2TextCall("w", audio, parameters={"prompt": "Greetings.", "language": "en-US", "mood": 1}))
    assert "hello" in result.text.lower()
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "mood")]


@pytest.mark.proves("real weights", "local", "speech2text", "errors")
@pytest.mark.local
@pytest.mark.parametrize(
    "name, value", [("language", "klingon"), ("temperature", 7), ("temperature", "hot"), ("vad_filter", "yes"), ("beam_size", 0)]
)
def test_a_wrong_parameter_is_named(whisper: Whisper, name: str, value: object) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        whisper.invoke(Speech2TextCall("w", tone(1.0), parameters={name: value}))
    assert caught.value.field == name


@pytest.mark.local
def test_silence_left_out_leaves_nothing(whisper: Whisper) -> None:
    silence = wave_header(16_000, 64_000) + bytes(64_000)
    result = whisper.invoke(Speech2TextCall("w", silence, parameters={"vad_filter": True, "language": "en"}))
    assert (result.text, result.segments, result.duration) == ("", (), 2.0)


def tone(seconds: float, rate: int = 24_000) -> bytes:
    pcm = pcm_of(0.5 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 440 / rate))
    return wave_header(rate, len(pcm)) + pcm


def encoded(container: str, codec: str, seconds: float = 3.0) -> bytes:
    """The tone in another container."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=48_000, layout="mono")
        with wave.open(io.BytesIO(tone(seconds, 48_000))) as source:
            samples = np.frombuffer(source.readframes(source.getnframes()), "<i2")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 48_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize("container, codec", [("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("flac", "flac"), ("ogg", "libopus")])
def test_common_containers_are_read(container: str, codec: str) -> None:
    samples = decode_recording(encoded(container, codec))
    assert len(samples) == pytest.approx(3 * SAMPLE_RATE, rel=0.03)
    assert 0.3 < float(np.abs(samples).max()) < 0.7


@pytest.mark.parametrize(
    "audio",
    [
        b"",
        b"no sound at all",
        bytes(5000),
        wave_header(16_000, 0),
        tone(4.0)[:60_000],
        encoded("flac", "flac", 6.0)[:20_000],
        b"%PDF-1.7\n" + bytes(300),
    ],
    ids=["empty", "text", "zeros", "header only", "cut wav", "cut flac", "another format"],
)
def test_audio_that_cannot_be_used_is_told_as_the_file(audio: bytes) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        decode_recording(audio)
    assert caught.value.field == "file"


@pytest.mark.parametrize("load", [load_hibari, load_kokoro, load_whisper])
def test_a_declaration_without_its_files_is_refused(load: object) -> None:
    assert callable(load)
    schema = ModelSchema(provider="local", model="m", model_type=ModelType.TTS)
    with pytest.raises(DeclarationInvalid, match="declare the file"):
        load(EngineSpec(schema, {}), OneThread())


def test_a_users_folder_without_a_model_is_told(tmp_path: Path) -> None:
    schema = ModelSchema(provider="local", model="m", model_type=ModelType.SPEECH2TEXT)
    with pytest.raises(CredentialsInvalid, match="CTranslate2"):
        load_whisper(EngineSpec(schema, {}, {"model_path": str(tmp_path)}), OneThread())
