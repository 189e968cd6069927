"""A logistic head over sentence vectors, fitted to the seed sentences when the model loads.

Softmax regression with an L2 penalty: convex, so the fit depends on nothing but the seeds. It takes tens of
milliseconds; embedding the seeds takes longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelruntime.engines.moderation.seeds import NEUTRAL

Floats = npt.NDArray[np.floating[Any]]

PENALTY = 1e-4
"""Chosen on the seeds alone, by leaving parts of them out; see docs/decisions/0005-local-moderation.md."""
_STEPS = 400


class CategoryHead:
    """`fit` it, then ask for `scores`."""

    def __init__(self, categories: tuple[str, ...], weights: Floats, bias: Floats) -> None:
        self.categories = categories
        """Without the neutral class."""
        self._weights = weights
        self._bias = bias

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str], penalty: float = PENALTY) -> CategoryHead:
        """From unit vectors with one label each; `neutral` is the class of what is harmless. Classes weigh alike."""
        categories = (*dict.fromkeys(label for label in labels if label != NEUTRAL), NEUTRAL)
        target = np.array([[label == category for category in categories] for label in labels], dtype=np.float64)
        importance = target @ (1 / target.sum(axis=0)) / len(categories)
        weights, bias = _minimise(vectors.astype(np.float64), target, importance[:, None], penalty)
        return cls(categories[:-1], weights, bias)

    def scores(self, vectors: Floats) -> Floats:
        """The probability of each category, one row per vector."""
        return _softmax(vectors @ self._weights + self._bias)[:, :-1]


def _minimise(x: Floats, target: Floats, importance: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Nesterov's accelerated gradient; the step is safe because unit vectors bound the curvature."""
    weights = ahead = np.zeros((x.shape[1], target.shape[1]))
    bias = ahead_bias = np.zeros(target.shape[1])
    step = 1 / (1 + penalty)
    for number in range(_STEPS):
        error = (_softmax(x @ ahead + ahead_bias) - target) * importance
        new = ahead - step * (x.T @ error + penalty * ahead)
        new_bias = ahead_bias - step * error.sum(axis=0)
        momentum = number / (number + 3)
        ahead, ahead_bias = new + momentum * (new - weights), new_bias + momentum * (new_bias - bias)
        weights, bias = new, new_bias
    return weights, bias


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
