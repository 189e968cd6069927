"""Two stages: a sentence encoder scores every document, a language model judges the best of them one by one.

There is no cross-encoder here: no weights of one are to be had without a hub. The score is

    log-odds that the passage contains the answer, by the judge  +  COSINE_WEIGHT × cosine, by the encoder

a raw number, higher is better, not calibrated; see benchmarks/rerank for how good it is. A document that the judge did
not see counts as if it had judged it as badly as the worst it saw, which keeps it below all that were judged. A model
that declares no judge ranks by the cosine alone (-1 to 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.pointwise_rerank.judge import log_odds, question_of
from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.entities.call import RerankCall, TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.errors import DeclarationInvalid, ParameterInvalid
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.rerank_result import RerankItem, RerankResult
from modelruntime.entities.usage import InputUsage, Usage

RETRIEVER, JUDGE = "retriever", "judge"
COSINE_WEIGHT = 0.5
"""Small on purpose: on the tune half of benchmarks/rerank/questions.json any weight costs a little, but the cosine has to
order what the judge did not see and break its ties."""
JUDGED = 10
"""Documents that the judge sees unless the parameter `judged` says otherwise."""


def load(spec: EngineSpec, context: EngineContext) -> PointwiseRerank:
    """Needs the part `retriever`; `judge` is optional. Parts are shared with direct callers of those models."""
    if RETRIEVER not in spec.parts:
        raise DeclarationInvalid(f"model {spec.schema.model!r} must name a part {RETRIEVER!r}: a text-embedding model")
    return PointwiseRerank(spec, context)


class PointwiseRerank:
    """A reranker made of other loaded models."""

    def __init__(self, spec: EngineSpec, context: EngineContext) -> None:
        self._context = context
        self._retriever = spec.parts[RETRIEVER].schema.model
        self._judge = spec.parts[JUDGE].schema.model if JUDGE in spec.parts else None

    def invoke(self, call: RerankCall) -> RerankResult:
        """Documents best first. Parameter `judged`: how many of the best by cosine the judge sees (default 10, 0 for none).

        Raises `ParameterInvalid` for an empty query, no documents, an empty document or a wrong number.
        """
        _check(call)
        warnings = unread_parameters(call.parameters, ("judged",), model=call.model, strict=call.strict)
        cosines = self._cosines(call)
        order = sorted(range(len(cosines)), key=lambda index: -cosines[index])
        judged = order[: _count("judged", call.parameters.get("judged"), JUDGED)] if self._judge else []
        odds, tokens = self._ask(call, judged)
        worst = min(odds.values(), default=0.0)
        scores = [COSINE_WEIGHT * cosine + odds.get(at, worst) if odds else cosine for at, cosine in enumerate(cosines)]
        items = [RerankItem(at, scores[at], call.documents[at]) for at in sorted(order, key=lambda index: -scores[index])]
        least = call.score_threshold
        kept = [item for item in items if least is None or item.score >= least][: call.top_n]
        return RerankResult(call.model, tuple(kept), Usage(InputUsage(tokens)), warnings=warnings)

    def close(self) -> None:
        """Nothing of its own to free."""

    def _cosines(self, call: RerankCall) -> list[float]:
        embedding = TextEmbeddingCall(self._retriever, (call.query, *call.documents))
        query, *documents = cast("EmbeddingResult", self._context.invoke_part(RETRIEVER, embedding)).vectors
        return [sum(a * b for a, b in zip(query, document, strict=True)) for document in documents]

    def _ask(self, call: RerankCall, judged: Iterable[int]) -> tuple[dict[int, float], int | None]:
        """Log-odds by document, and the judge's prompt tokens."""
        odds: dict[int, float] = {}
        tokens: int | None = None
        for index in judged:
            if self._judge is None or self._context.should_stop():
                break
            question = question_of(self._judge, call.query, call.documents[index])
            verdict = cast("LLMResult", self._context.invoke_part(JUDGE, question))
            odds[index] = log_odds(verdict.logprobs)
            tokens = (tokens or 0) + (verdict.usage.input.total or 0)
        return odds, tokens


def _check(call: RerankCall) -> None:
    if not call.query.strip():
        raise ParameterInvalid("query must not be empty", field="query", model=call.model)
    if not call.documents:
        raise ParameterInvalid("documents must hold at least one text", field="documents", model=call.model)
    if not all(document.strip() for document in call.documents):
        raise ParameterInvalid("documents must not hold an empty text", field="documents", model=call.model)
    if call.top_n is not None and call.top_n < 1:
        raise ParameterInvalid("top_n must be at least 1", field="top_n", model=call.model)


def _count(name: str, value: object, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ParameterInvalid(f"{name} must be a whole number of at least 0", field=name)
    return value
