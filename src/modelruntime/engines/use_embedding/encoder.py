"""The network of the Universal Sentence Encoder, multilingual v3: token ids in, one unit vector of 512 out.

Per token: a byte-quantized embedding; three n-gram convolutions (orders 2, 3, 5), each of two layers with a residual;
all four features normalized. Per sentence: their sum over the square root of its length, then a small deep averaging
network. Yang et al. 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval", https://arxiv.org/abs/1907.04307,
section 2.2; the shapes and names are those of the weight file.

The tokens of several sentences run through as one matrix, because a short sentence spends its time on reading weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indexes = npt.NDArray[np.int64]

DIMENSIONS = 512
_CHUNKS = 17
_WIDTH = 256
_ORDERS = ((2, 0), (3, 1), (5, 2))
"""n-gram order and how many tokens to the left of the current one it sees."""


class _Branch(msgspec.Struct, frozen=True):
    """One n-gram convolution of two layers."""

    order: int
    left: int
    kernels: tuple[Any, Any]
    biases: tuple[Any, Any]


class Encoder:
    """The weights, and `encode`."""

    def __init__(self, weights: Path) -> None:
        with np.load(weights, allow_pickle=False) as stored:
            self._table = np.empty((_CHUNKS * len(stored["q1"]), DIMENSIONS), dtype=np.uint8)
            for chunk in range(_CHUNKS):
                self._table[chunk::_CHUNKS] = stored[f"q{chunk + 1}"]
            small: dict[str, Any] = {name: stored[name] for name in stored.files if not name.startswith("q")}
        self._small = small
        self._epsilon = float(small["eps"])
        orders = [order for order, _ in _ORDERS]
        self._project = np.concatenate([small[f"proj{order}"] for order in orders], axis=1)
        self._project_bias = np.concatenate([small[f"proj_b{order}"] for order in orders])
        self._gain = np.concatenate([small[f"ln_g{order}"] for order in orders])
        self._shift = np.concatenate([small[f"ln_b{order}"] for order in orders])
        self._branches = tuple(
            _Branch(n, left, (small[f"w1_{n}"], small[f"w2_{n}"]), (small[f"b1_{n}"], small[f"b2_{n}"])) for n, left in _ORDERS
        )

    def encode(self, sentences: Sequence[Sequence[int]]) -> Floats:
        """One unit vector per sentence of token ids (each at least one token)."""
        lengths = np.array([len(ids) for ids in sentences], dtype=np.int64)
        ids = np.fromiter((number for ids in sentences for number in ids), dtype=np.int64, count=int(lengths.sum()))
        starts = np.cumsum(lengths) - lengths
        features = self._features(ids, starts, lengths)
        return self._average(np.add.reduceat(features, starts, axis=0), lengths)

    def _features(self, ids: Indexes, starts: Indexes, lengths: Indexes) -> Floats:
        small = self._small
        chunk = ids % _CHUNKS
        tokens = self._table[ids] * small["scale"][chunk, None] + small["lo"][chunk, None]
        projected = _normalized(tokens @ self._project + self._project_bias, self._gain, self._shift, self._epsilon)
        parts: list[Floats] = [tokens]
        for number, branch in enumerate(self._branches):
            window = _window(starts, lengths, branch.order, branch.left)
            x: Floats = projected[:, number * _WIDTH : (number + 1) * _WIDTH]
            for kernel, bias in zip(branch.kernels, branch.biases, strict=True):
                x = x + np.maximum(_gathered(x, window) @ kernel + bias, 0)
            parts.append(x)
        return _normalized(np.concatenate(parts, axis=1), small["ln_g"], small["ln_b"], self._epsilon)

    def _average(self, sums: Floats, lengths: Indexes) -> Floats:
        small = self._small
        counts = lengths.astype(np.float32)[:, None]
        mean = (sums @ small["cnn_W"] + counts * small["cnn_b"]) / np.sqrt(counts)
        first = np.maximum(mean @ small["d0"], 0)
        second = np.maximum(mean @ small["p1"] + first @ small["d1"], 0)
        third = np.maximum(second @ small["d2"], 0)
        out = np.tanh(second @ small["p3"] + third @ small["d3"])
        norms = np.sqrt(np.maximum((out * out).sum(axis=1, keepdims=True), self._epsilon))
        unit: Floats = (out / norms).astype(np.float32)
        return unit


def _normalized(x: Floats, gain: Floats, shift: Floats, epsilon: float) -> Floats:
    """Each row with mean 0 and variance 1, then scaled and shifted."""
    centred = x - x.mean(axis=1, keepdims=True)
    variance = (centred * centred).mean(axis=1, keepdims=True)
    scaled: Floats = centred / np.sqrt(variance + np.float32(epsilon)) * gain + shift
    return scaled


def _window(starts: Indexes, lengths: Indexes, order: int, left: int) -> Indexes:
    """For each token the places of its n-gram; a place outside its own sentence is the row after the last one."""
    total = int(lengths.sum())
    places = np.arange(total)[:, None] + np.arange(-left, order - left)
    first = np.repeat(starts, lengths)[:, None]
    last = np.repeat(starts + lengths, lengths)[:, None]
    return np.where((places >= first) & (places < last), places, total)


def _gathered(x: Floats, window: Indexes) -> Floats:
    """The rows of each n-gram side by side; outside a sentence there are zeros."""
    padded = np.concatenate([x, np.zeros((1, x.shape[1]), dtype=np.float32)])
    rows: Floats = padded[window].reshape(len(window), -1)
    return rows
