"""Whisper through faster-whisper (CTranslate2, int8): about a hundred languages, segments with times."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.engines.whisper.recording import SAMPLE_RATE, decode_recording
from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid, ParameterInvalid
from modelruntime.entities.transcription_result import TranscriptionResult, TranscriptionSegment
from modelruntime.entities.usage import Usage

FILES = ("model.bin", "config.json", "tokenizer.json")
SIMPLIFIED_CHINESE = "以下是普通话的句子。"
"""As a prompt it makes Whisper write simplified characters; without it traditional ones are as likely."""
_KNOWN = ("language", "prompt", "temperature", "vad_filter", "beam_size")


def load(spec: EngineSpec, context: EngineContext) -> Whisper:
    """Load the CTranslate2 folder that holds the declared files `model.bin`, `config.json`, `tokenizer.json` and the vocabulary.

    Raises `DeclarationInvalid` for a declared model, `CredentialsInvalid` for a user's folder without one of them.
    """
    missing = [name for name in FILES if name not in spec.files]
    if missing and spec.options.get("model_path"):
        raise CredentialsInvalid(f"the folder holds no {missing[0]!r}: choose a CTranslate2 Whisper model", field="model_path")
    if missing:
        raise DeclarationInvalid(f"model {spec.schema.model!r} must declare the file {missing[0]!r}")
    maker: Any = import_module("faster_whisper").WhisperModel
    folder = spec.files["model.bin"].parent
    model = maker(str(folder), device="cpu", compute_type="int8", cpu_threads=context.threads, local_files_only=True)
    return Whisper(model, context.should_stop)


class Whisper:
    """One loaded model."""

    def __init__(self, model: Any, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._model = model
        self._should_stop = should_stop

    def invoke(self, call: Speech2TextCall) -> TranscriptionResult:
        """The text of a recording. Parameters: `language` (ISO 639 or BCP 47; detected when absent), `prompt`,
        `temperature` (0 to 1), `vad_filter` (leave silence out), `beam_size`.

        Raises `ParameterInvalid`, with field `file` for audio that cannot be used.
        """
        warnings = unread_parameters(call.parameters, _KNOWN, model=call.model, strict=call.strict)
        options = self._options(call)
        samples = decode_recording(call.audio)
        language = options.pop("language") or self._model.detect_language(samples)[0]
        if language == "zh" and call.task == "transcribe" and not options.get("initial_prompt"):
            options["initial_prompt"] = SIMPLIFIED_CHINESE
        found, info = self._model.transcribe(samples, language=language, task=call.task, **options)
        segments: list[TranscriptionSegment] = []
        for segment in found:
            segments.append(TranscriptionSegment(segment.start, segment.end, segment.text.strip()))
            if self._should_stop():
                break
        seconds = len(samples) / SAMPLE_RATE
        return TranscriptionResult(
            call.model,
            _joined(segments, info.language),
            info.language,
            seconds,
            tuple(segments),
            Usage(seconds=seconds),
            warnings=warnings,
        )

    def close(self) -> None:
        """Free the model."""
        del self._model

    def _options(self, call: Speech2TextCall) -> dict[str, Any]:
        given = {name: value for name, value in call.parameters.items() if value is not None}
        options: dict[str, Any] = {
            "language": self._language(given.get("language")),
            "vad_filter": _flag("vad_filter", given.get("vad_filter", False)),
            "beam_size": int(_number("beam_size", given.get("beam_size", 5), 1, 10)),
        }
        if "prompt" in given:
            options["initial_prompt"] = str(given["prompt"])
        if "temperature" in given:
            options["temperature"] = _number("temperature", given["temperature"], 0, 1)
        return options

    def _language(self, value: object) -> str | None:
        if value in (None, "", "auto"):
            return None
        language = str(value).replace("_", "-").partition("-")[0].lower()
        if language not in self._model.supported_languages:
            raise ParameterInvalid(f"this model does not know the language {str(value)[:20]!r}", field="language")
        return language


def _joined(segments: list[TranscriptionSegment], language: str) -> str:
    return ("" if language in ("zh", "ja", "yue", "th") else " ").join(segment.text for segment in segments)


def _number(name: str, value: object, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ParameterInvalid(f"{name} must be a number from {least:g} to {most:g}", field=name)
    return float(value)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ParameterInvalid(f"{name} must be true or false", field=name)
    return value
