"""What a prediction used: tokens of language models, and the seconds that a machine worked."""

from __future__ import annotations

from modelruntime.codecs.json_value import as_count
from modelruntime.codecs.replicate.family import JSON, metrics_of
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def usage_of(body: JSON) -> Usage:
    """`metrics.input_token_count`, `output_token_count` and `predict_time`; unknown where a model counts none."""
    metrics = metrics_of(body)
    seconds = metrics.get("predict_time")
    return Usage(
        InputUsage(as_count(metrics.get("input_token_count"))),
        OutputUsage(as_count(metrics.get("output_token_count"))),
        seconds=float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None,
        raw=metrics or None,
    )
