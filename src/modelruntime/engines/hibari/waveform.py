"""From the network's spectrum to sound.

The network gives, for each frame of 12.5 ms and each of 601 frequencies, magnitudes (as logarithms) and phases of three
parts, and the pitch F0. The spectrum of the sound is their sum

    exp(harmonic) · exp(iπ·tanh(turn)) · STFT(pulses at F0)  +  exp(noise) · Z  +  exp(rest) · exp(i·phase)

with Z complex white noise; an inverse STFT (Hann window of 1,200 samples, hop 300, 24 kHz) makes it a waveform.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

SAMPLE_RATE = 24_000
_WINDOW, _HOP = 1200, 300
_OVERLAP = _WINDOW // _HOP
_VOICED_HZ, _TOP_HZ = 40.0, 11_000.0
_LOUDEST = 7.0


def make_waveform(outputs: list[Any], *, seed: int) -> Any:
    """Float32 samples of the network's outputs: harmonic, turn, noise, rest and phase of shape (601, frames), pitch in Hz of
    shape (frames,). `seed` fixes the noise."""
    harmonic, turn, noise, rest, phase, pitch = outputs
    np: Any = import_module("numpy")
    frames = harmonic.shape[1]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)).astype("f4")

    def magnitude(logarithm: Any) -> Any:
        return np.exp(np.minimum(logarithm, _LOUDEST))

    padded = np.pad(_pulses(np, pitch), _WINDOW // 2, mode="reflect")
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:frames]
    source = np.fft.rfft(pieces * (window / (_WINDOW / 4)), axis=1).T
    spectrum = source * magnitude(harmonic) * np.exp(1j * np.pi * np.tanh(turn))
    random = np.random.default_rng(seed).standard_normal((harmonic.shape[0], 2 * frames), dtype="f4").view("c8")
    spectrum += magnitude(noise) * random + magnitude(rest) * np.exp(1j * phase)
    return _overlap_add(np, np.fft.irfft(spectrum.T, _WINDOW, axis=1) * window, window)


def _pulses(np: Any, pitch: Any) -> Any:
    """All harmonics below 11 kHz of the pitch, each of amplitude 1, silent where unvoiced.

    Σ cos(h·t) for h = 1…H is sin((H+½)t) / (2·sin(t/2)) − ½.
    """
    frames = len(pitch)
    middles = np.arange(frames) * _HOP + (_HOP - 1) / 2
    hertz = np.interp(np.arange(frames * _HOP), middles, pitch)
    voiced = hertz > _VOICED_HZ
    hertz = np.maximum(hertz, _VOICED_HZ)
    angle = 2 * np.pi * (np.cumsum(hertz) / SAMPLE_RATE % 1.0)
    order = np.floor(_TOP_HZ / hertz) + 0.5
    half = 2 * np.sin(angle / 2)
    limit = np.abs(half) <= 2e-3
    train = np.where(limit, order, np.sin(order * angle) / np.where(limit, 1.0, half)) - 0.5
    return np.where(voiced, train, 0.0)


def _overlap_add(np: Any, frames: Any, window: Any) -> Any:
    count = len(frames)
    sound = np.zeros((count + _OVERLAP - 1, _HOP))
    weight = np.zeros_like(sound)
    for shift in range(_OVERLAP):
        block = slice(shift * _HOP, (shift + 1) * _HOP)
        sound[shift : shift + count] += frames[:, block]
        weight[shift : shift + count] += window[block] ** 2
    flat = (sound / np.maximum(weight, 1e-11)).reshape(-1)
    return flat[_WINDOW // 2 : _WINDOW // 2 + count * _HOP].astype("f4")
