"""Embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelruntime.entities.call import EmbeddingInput
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.drive import Driver
from modelruntime.runtime.embedding_job import InputType, embedding_job
from modelruntime.runtime.model_handle import ModelHandle
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.token_count import TokenCount, count_texts_plan
from modelruntime.transports.contract import Timeouts

if TYPE_CHECKING:
    from modelruntime.runtime.blocking_runtime import Runtime


class TextEmbedding(ModelHandle):
    """Embeddings."""

    model_type = ModelType.TEXT_EMBEDDING

    def __init__(self, runtime: Runtime, reference: ModelReference) -> None:
        super().__init__(runtime.core, reference)
        self._runtime = runtime

    def invoke(
        self,
        texts: str | Sequence[EmbeddingInput],
        *,
        input_type: InputType | None = None,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> EmbeddingResult:
        """One float32 vector per text or media part, in order. `input_type` says what they are for.
        Raises `ParameterInvalid`, `CredentialsInvalid`, or an `InvokeError` of the vendor."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        job = embedding_job(texts, input_type, options, self._targets(options), self._core.settings.observers)
        return Driver(self._runtime.world).run(invoke_plan(job))

    def count_tokens(self, texts: str | Sequence[str]) -> list[TokenCount]:
        """Tokens of each text, counted offline; `estimated` says when the tokenizer is not public."""
        rows = (texts,) if isinstance(texts, str) else tuple(texts)
        return Driver(self._runtime.world).run(count_texts_plan(self._default_target(), rows))

    def __reduce__(self) -> tuple[Any, ...]:
        return TextEmbedding, (self._runtime, self._reference)
