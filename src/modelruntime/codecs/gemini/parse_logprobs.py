"""Log probabilities (https://ai.google.dev/api/generate-content#LogprobsResult, read 2026-11-22): the chosen tokens in a list, and
beside it for each step the likeliest ones."""

from __future__ import annotations

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.llm_result import TokenLogprob


def parse_logprobs(candidate: JSON) -> tuple[TokenLogprob, ...]:
    """Those of an answer, or of a piece of it; empty when there are none."""
    result = as_object(candidate.get("logprobsResult"))
    steps = [as_array(as_object(step).get("candidates")) for step in as_array(result.get("topCandidates"))]
    chosen = [as_object(row) for row in as_array(result.get("chosenCandidates"))]
    return tuple(
        TokenLogprob(row["token"], row["logProbability"], tuple(map(_pair, steps[at] if at < len(steps) else ())))
        for at, row in enumerate(chosen)
    )


def _pair(row: JSON) -> tuple[str, float]:
    return row["token"], row["logProbability"]
