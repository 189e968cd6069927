"""The toxicity network of tox-block 0.1.2 in numpy: word embedding, one bidirectional LSTM, two dense layers.

English; six labels of the Jigsaw Toxic Comment set. The arrays are read at declared offsets of the pinned HDF5 file
(they lie there uncompressed and in one piece), so no HDF5 package is needed. Gate functions and padding are those of
the Keras version it was trained with: hard sigmoid, gates in the order input, forget, cell, output; the last 100 words,
zeros in front.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelruntime.engines.moderation.vocabulary import read_vocabulary

Floats = npt.NDArray[np.float32]

LABELS = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
WORDS = 100
_RANGES = np.array(
    [[2.116e-3, 0.999858], [1.1e-5, 0.648682], [3.47e-4, 0.997533], [4.0e-5, 0.918887], [3.73e-4, 0.986303], [7.4e-5, 0.901117]],
    dtype=np.float32,
)
"""Lowest and highest output of each label over the training set; the published scores are rescaled to it."""

_SEPARATORS = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~\t\n ]+""")


class ToxicityNetwork:
    """Scores of 0 to 1 for `LABELS`, and how much of a text is made of words it knows."""

    def __init__(self, weights: Path, vocabulary: Path, tensors: Mapping[str, Any]) -> None:
        arrays = {name: _read_array(weights, place) for name, place in tensors.items()}
        self._embedding = arrays["embedding"]
        self._forward = [arrays[f"forward_{part}"] for part in ("kernel", "recurrent", "bias")]
        self._backward = [arrays[f"backward_{part}"] for part in ("kernel", "recurrent", "bias")]
        self._hidden = (arrays["hidden_kernel"], arrays["hidden_bias"])
        self._output = (arrays["output_kernel"], arrays["output_bias"])
        self._numbers = read_vocabulary(vocabulary, len(self._embedding))

    def scores(self, texts: Sequence[str]) -> Floats:
        """One row of six scores per text."""
        x = self._embedding[np.array([self._padded(text) for text in texts])]
        both = [_lstm(x, *self._forward), _lstm(x[:, ::-1], *self._backward)[:, ::-1]]
        pooled = np.concatenate(both, axis=2).max(axis=1)
        hidden = np.maximum(pooled @ self._hidden[0] + self._hidden[1], 0)
        raw = 1 / (1 + np.exp(-(hidden @ self._output[0] + self._output[1])))
        low, high = _RANGES[:, 0], _RANGES[:, 1]
        rescaled: Floats = np.clip((raw - low) / (high - low), 0, 1).astype(np.float32)
        return rescaled

    def known_share(self, text: str) -> float:
        """Which part of the words it has learned, 0 to 1; 0 for a text without words."""
        words = _words(text)
        return sum(word in self._numbers for word in words) / len(words) if words else 0.0

    def _padded(self, text: str) -> list[int]:
        numbers = [self._numbers[word] for word in _words(text) if word in self._numbers][-WORDS:]
        return [0] * (WORDS - len(numbers)) + numbers


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text.lower()) if word]


def _read_array(path: Path, place: Mapping[str, Any]) -> Floats:
    shape = tuple(place["shape"])
    flat = np.fromfile(path, dtype="<f4", count=int(np.prod(shape)), offset=place["offset"])
    return flat.reshape(shape)


def _lstm(x: Floats, kernel: Floats, recurrent: Floats, bias: Floats) -> Floats:
    """All outputs of one direction, shape (texts, words, units)."""
    texts, words, _ = x.shape
    units = len(recurrent)
    inputs: Floats = x @ kernel + bias
    outputs: Floats = np.empty((texts, words, units), dtype=np.float32)
    state: Floats = np.zeros((texts, units), dtype=np.float32)
    cell: Floats = np.zeros((texts, units), dtype=np.float32)
    for word in range(words):
        gates = inputs[:, word] + state @ recurrent
        into, forget, new, out = (gates[:, number * units : (number + 1) * units] for number in range(4))
        cell = _hard_sigmoid(forget) * cell + _hard_sigmoid(into) * np.tanh(new)
        state = (_hard_sigmoid(out) * np.tanh(cell)).astype(np.float32)
        outputs[:, word] = state
    return outputs


def _hard_sigmoid(x: npt.NDArray[np.floating[Any]]) -> Floats:
    gate: Floats = np.clip(0.2 * x + 0.5, 0, 1).astype(np.float32)
    return gate
