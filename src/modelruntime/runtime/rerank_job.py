"""From a query and documents to a rerank job."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from modelruntime.entities.call import RerankCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.rerank_result import RerankItem, RerankResult
from modelruntime.runtime.billing import billed
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.features import model_warnings
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.listed import listed
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.target import Target
from modelruntime.schema.parameter_policy import apply_rules


def rerank_job(
    query: Any,
    documents: Any,
    top_n: int | None,
    score_threshold: float | None,
    normalise: bool,
    options: CallOptions,
    targets: Sequence[Callable[[], Target]],
    observers: Sequence[Observer],
) -> Job[RerankResult]:
    """Raises `ParameterInvalid` that names the argument at fault."""
    call_of = _checked(query, documents, top_n, score_threshold)

    def prepare(target: Target) -> Plan[Prepared]:
        applied = apply_rules(target.schema, options.parameters, strict=options.strict)
        call = replace(
            call_of,
            model=target.schema.model,
            parameters=applied.parameters,
            strict=options.strict,
            extra={**target.extra, **options.extra},
        )
        return Prepared(call, applied.warnings + model_warnings(target))
        yield  # a plan without effects

    def finish(target: Target, prepared: Prepared, result: RerankResult) -> RerankResult:
        result = billed(target, prepared, result)
        return replace(result, items=normalised(result.items)) if normalise else result

    return Job(ModelType.RERANK, targets, prepare, finish, options.timeout, observers)


def normalised(items: tuple[RerankItem, ...]) -> tuple[RerankItem, ...]:
    """Scores moved linearly to 0 … 1 within this ranking; all equal scores become 1."""
    if not items:
        return items
    low, high = min(item.score for item in items), max(item.score for item in items)
    span = high - low
    return tuple(replace(item, score=(item.score - low) / span if span else 1.0) for item in items)


def _checked(query: Any, documents: Any, top_n: int | None, score_threshold: float | None) -> RerankCall:
    if not isinstance(query, str) or not query.strip():
        raise ParameterInvalid("query must be a text that is not empty", field="query")
    if isinstance(documents, str):
        raise ParameterInvalid("documents must be a list of texts, not one text", field="documents")
    rows = listed(documents, "documents")
    if not rows:
        raise ParameterInvalid("documents is empty: give at least one", field="documents")
    for index, row in enumerate(rows):
        if not isinstance(row, str):
            raise ParameterInvalid(f"documents[{index}] is a {type(row).__name__}, not a text", field=f"documents[{index}]")
    if top_n is not None and (not isinstance(top_n, int) or isinstance(top_n, bool) or top_n < 1):
        raise ParameterInvalid("top_n must be a whole number of at least 1", field="top_n")
    if score_threshold is not None and (not isinstance(score_threshold, int | float) or math.isnan(score_threshold)):
        raise ParameterInvalid("score_threshold must be a number", field="score_threshold")
    return RerankCall("", query, rows, top_n, score_threshold)
