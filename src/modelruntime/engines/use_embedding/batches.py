"""Which sentences run through the network together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

TOKENS_AT_ONCE = 512
"""Enough sentences to make good use of each read of the weights, few enough to stay in the cache."""


def batches(sentences: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Neighbours together up to the budget; a longer sentence alone."""
    batch: list[list[int]] = []
    tokens = 0
    for ids in sentences:
        if batch and tokens + len(ids) > TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
        batch.append(ids)
        tokens += len(ids)
    if batch:
        yield batch
