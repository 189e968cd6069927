"""Rerank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.rerank_result import RerankResult
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.drive import Driver
from modelruntime.runtime.model_handle import ModelHandle
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.rerank_job import rerank_job
from modelruntime.transports.contract import Timeouts

if TYPE_CHECKING:
    from modelruntime.runtime.blocking_runtime import Runtime


class Rerank(ModelHandle):
    """Rerank."""

    model_type = ModelType.RERANK

    def __init__(self, runtime: Runtime, reference: ModelReference) -> None:
        super().__init__(runtime.core, reference)
        self._runtime = runtime

    def invoke(
        self,
        query: str,
        documents: Sequence[str],
        *,
        top_n: int | None = None,
        score_threshold: float | None = None,
        normalise: bool = False,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> RerankResult:
        """Documents best first with the vendor's raw scores, moved to 0 … 1 only with `normalise`.
        Raises `ParameterInvalid`, `CredentialsInvalid`, or an `InvokeError` of the vendor."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        job = rerank_job(
            query, documents, top_n, score_threshold, normalise, options, self._targets(options), self._core.settings.observers
        )
        return Driver(self._runtime.world).run(invoke_plan(job))

    def __reduce__(self) -> tuple[Any, ...]:
        return Rerank, (self._runtime, self._reference)
