"""Bytes of an audio file as samples: WAV, MP3, FLAC, Ogg, M4A, WebM, by FFmpeg's libraries inside PyAV."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import Any

from modelruntime.entities.errors import ParameterInvalid

SAMPLE_RATE = 16_000
_MISSING_SECONDS = 1.0
"""How much less than a container declares may be there before the file counts as cut off."""


def decode_recording(audio: bytes) -> Any:
    """Mono float32 samples at 16 kHz. Raises `ParameterInvalid` (field `file`) for what is empty, no audio, or cut off."""
    if not audio:
        raise ParameterInvalid("the audio file is empty: send a recording", field="file")
    av: Any = import_module("av")
    numpy: Any = import_module("numpy")
    try:
        with av.open(BytesIO(audio), mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise ParameterInvalid("the file holds no sound: send a recording", field="file")
            declared = _declared_seconds(container, audio)
            frames = list(_resampled(av, container))
    except av.error.FFmpegError as cause:
        message = "the file cannot be read as audio (damaged, or of an unknown format): send WAV, MP3, FLAC or Ogg"
        raise ParameterInvalid(message, field="file") from cause
    samples = numpy.concatenate(frames) if frames else numpy.zeros(0, "<i2")
    if not len(samples):
        raise ParameterInvalid("the file holds no sound: send a recording", field="file")
    if declared is not None and len(samples) / SAMPLE_RATE < declared - _MISSING_SECONDS:
        raise ParameterInvalid(
            f"the file is cut off: it declares {declared:.1f} s and holds {len(samples) / SAMPLE_RATE:.1f} s", field="file"
        )
    return samples.astype(numpy.float32) / 32768.0


def _resampled(av: Any, container: Any) -> Any:
    resampler = av.audio.resampler.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    for frame in container.decode(audio=0):
        frame.pts = None
        for piece in resampler.resample(frame):
            yield piece.to_ndarray().reshape(-1)
    for piece in resampler.resample(None):
        yield piece.to_ndarray().reshape(-1)


def _declared_seconds(container: Any, audio: bytes) -> float | None:
    """What the file says of its own length; None where it says nothing (a WAV that was streamed)."""
    if audio[:4] == b"RIFF":
        return _wave_seconds(audio)
    return container.duration / 1_000_000 if container.duration else None


def _wave_seconds(audio: bytes) -> float | None:
    at, rate = 12, 0
    while at + 8 <= len(audio):
        name, size = audio[at : at + 4], int.from_bytes(audio[at + 4 : at + 8], "little")
        if name == b"fmt ":
            rate = int.from_bytes(audio[at + 16 : at + 20], "little")
        elif name == b"data":
            return size / rate if rate and 0 < size < 0xFFFF_0000 else None
        at += 8 + size + size % 2
    return None
