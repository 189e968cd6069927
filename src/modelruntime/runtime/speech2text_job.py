"""From a recording to a transcription job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from modelruntime.entities.call import Speech2TextCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.stored_bytes import StoredBytes
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.runtime.attachments import media_type_of, read_file
from modelruntime.runtime.billing import billed
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.features import model_warnings
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.target import Target
from modelruntime.schema.parameter_policy import apply_rules

AudioFile = bytes | str | Path | BinaryIO | StoredBytes
Task = Literal["transcribe", "translate"]
_HEAD = 4096
"""Bytes of a stored file that its type is told by."""
ENDINGS = {
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


def speech2text_job(
    file: AudioFile,
    task: Task,
    options: CallOptions,
    targets: Sequence[Callable[[], Target]],
    observers: Sequence[Observer],
) -> Job[TranscriptionResult]:
    """Raises `ParameterInvalid` for a file that is missing, empty or no audio by its first bytes and name."""
    if task not in ("transcribe", "translate"):
        raise ParameterInvalid("task must be 'transcribe' or 'translate'", field="task")
    audio, filename, media_type = _read(file)

    def prepare(target: Target) -> Plan[Prepared]:
        applied = apply_rules(target.schema, options.parameters, strict=options.strict)
        stored = audio if isinstance(audio, StoredBytes) and getattr(target.codec, "streams_audio", False) else None
        call = Speech2TextCall(
            model=target.schema.model,
            audio=b"" if stored is not None else audio.read() if isinstance(audio, StoredBytes) else audio,
            filename=filename,
            media_type=media_type,
            task=task,
            parameters=applied.parameters,
            strict=options.strict,
            extra={**target.extra, **options.extra},
            stored=stored,
        )
        return Prepared(call, applied.warnings + model_warnings(target))
        yield  # a plan without effects

    return Job(ModelType.SPEECH2TEXT, targets, prepare, billed, options.timeout, observers)


def _read(file: Any) -> tuple[bytes | StoredBytes, str, str]:
    """Bytes, file name, media type."""
    name: str | None = None
    audio: bytes | StoredBytes
    if isinstance(file, StoredBytes):
        audio, name = file, file.name
    elif isinstance(file, bytes | bytearray | memoryview):
        audio = bytes(cast("bytes", file))
    elif isinstance(file, str | Path):
        path = Path(file)
        audio, name = read_file(path), path.name
    elif hasattr(file, "read"):
        try:
            audio = file.read()
        except (OSError, ValueError) as cause:
            raise ParameterInvalid(f"file cannot be read: {type(cause).__name__}", field="file") from cause
        name = Path(str(getattr(file, "name", "") or "audio")).name
        if not isinstance(audio, bytes):
            raise ParameterInvalid("file must be opened in binary mode", field="file")
    else:
        raise ParameterInvalid("file must be bytes, a path or a binary file", field="file")
    if not audio:
        raise ParameterInvalid("file is empty", field="file")
    media_type = media_type_of(audio.head(_HEAD) if isinstance(audio, StoredBytes) else audio, name)
    if media_type is None or media_type.split("/")[0] not in ("audio", "video"):
        if name is None or media_type is not None:
            raise ParameterInvalid("file is no audio that is known here: give wav, mp3, flac, ogg, m4a, mp4 or webm", field="file")
        media_type = "application/octet-stream"
    return audio, name or f"audio.{ENDINGS.get(media_type, 'wav')}", media_type
