"""From one vector per token to one per text."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from modelruntime.entities.errors import CredentialsInvalid

Pooling = Literal["mean", "cls", "last"]
Floats = npt.NDArray[np.float32]

_POOLINGS: dict[str, Pooling] = {"mean": "mean", "cls": "cls", "last": "last"}


def parse_pooling(value: object) -> Pooling:
    """The option `pooling`; `mean` when it is not given. Raises `CredentialsInvalid` for another word."""
    known = _POOLINGS.get(str(value or "mean"))
    if known is None:
        raise CredentialsInvalid(f"pooling is one of {', '.join(_POOLINGS)}", field="pooling")
    return known


def pool(tokens: Floats, mask: npt.NDArray[np.int64], pooling: Pooling) -> Floats:
    """`tokens` has the shape (texts, tokens, dimensions), `mask` is 1 where a token is none of the padding."""
    if pooling == "cls":
        return tokens[:, 0]
    if pooling == "last":
        chosen: Floats = tokens[np.arange(len(tokens)), mask.sum(axis=1) - 1]
        return chosen
    weights: npt.NDArray[Any] = mask[:, :, None].astype(np.float32)
    mean: Floats = (tokens * weights).sum(axis=1) / weights.sum(axis=1)
    return mean


def normalize(vectors: Floats) -> Floats:
    """Unit length; a zero vector stays."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)
    return unit
