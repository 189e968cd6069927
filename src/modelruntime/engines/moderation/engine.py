"""Moderation in process: is this text harmful, and how?

Two views, of which the higher score counts:
  - a category head over sentence vectors (16 languages): harassment, hate, violence, sexual, self-harm, illicit;
  - a toxicity network (English; asked only about texts made mostly of words it knows): its `insult`, `identity_hate`
    and `threat` join harassment, hate and violence, its other labels stand for themselves.

A long text is judged piece by piece; its score in a category is that of its worst piece. This is a demonstration-grade
filter and not a safety product: how often it errs stands in docs/decisions/0005-local-moderation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from modelruntime.engines.blas_threads import BlasThreads
from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.moderation.category_head import CategoryHead
from modelruntime.engines.moderation.pieces import split_pieces
from modelruntime.engines.moderation.seeds import read_seeds
from modelruntime.engines.moderation.toxicity import LABELS, ToxicityNetwork
from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.entities.call import ModerationCall, TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.errors import ContextLengthExceeded, ParameterInvalid
from modelruntime.entities.moderation_result import Category, ModerationResult
from modelruntime.entities.parts import TextPart
from modelruntime.entities.usage import InputUsage, Usage

THRESHOLD = 0.5
KNOWN_SHARE = 0.5
"""The toxicity network judges texts of which it knows at least this share of the words."""

_CATEGORY_OF_LABEL = {"insult": "harassment", "identity_hate": "hate", "threat": "violence"}

Floats = npt.NDArray[np.floating[Any]]


class _Finding(msgspec.Struct, frozen=True):
    """A score and who gave it."""

    score: float
    source: str


class ModerationEngine:
    """Its part `encoder` is an embedding model, shared with whoever else uses that; its files are `tox.h5` and
    `tox_vocabulary.pkl`."""

    def __init__(self, spec: EngineSpec, context: EngineContext) -> None:
        self._spec = spec
        self._context = context
        self._blas = BlasThreads(context.threads)
        context.progress(0.1, "toxicity network")
        tensors = spec.schema.model_properties["tensors"]
        self._network = ToxicityNetwork(spec.files["tox.h5"], spec.files["tox_vocabulary.pkl"], tensors)
        context.progress(0.4, "categories")
        seeds = read_seeds()
        vectors, _ = self._vectors([sentence for _, sentence in seeds])
        with self._blas:
            self._head = CategoryHead.fit(vectors, [category for category, _ in seeds])

    def invoke(self, call: ModerationCall) -> ModerationResult:
        """The judgement. Parameter `threshold` (0 to 1, default 0.5): from which score on a category is flagged."""
        threshold = _threshold(call)
        warnings = unread_parameters(call.parameters, ("threshold",), model=call.model, strict=call.strict)
        pieces = split_pieces(self._checked(_text(call)))
        findings, tokens = self._judge(pieces)
        return ModerationResult(
            call.model,
            any(finding.score >= threshold for finding in findings.values()),
            {name: Category(finding.score >= threshold, finding.score) for name, finding in findings.items()},
            usage=Usage(input=InputUsage(total=tokens)),
            warnings=warnings,
            provider_metadata={
                "local": {
                    "threshold": threshold,
                    "sources": {name: finding.source for name, finding in findings.items()},
                    "pieces": len(pieces),
                }
            },
        )

    def close(self) -> None:
        """Nothing outlives the object."""

    def _judge(self, pieces: Sequence[str]) -> tuple[dict[str, _Finding], int]:
        vectors, tokens = self._vectors(pieces)
        worst = self._head.scores(vectors).max(axis=0)
        with self._blas:
            labels = self._labels(pieces)
        findings = {
            name: _Finding(round(float(score), 4), "sentence-categories")
            for name, score in zip(self._head.categories, worst, strict=True)
        }
        for label, score in zip(LABELS, labels, strict=True):
            category = _CATEGORY_OF_LABEL.get(label, label)
            finding = _Finding(round(float(score), 4), f"tox-block:{label}")
            if category not in findings or finding.score > findings[category].score:
                findings[category] = finding
        return findings, tokens

    def _labels(self, pieces: Sequence[str]) -> Floats:
        english = [piece for piece in pieces if self._network.known_share(piece) >= KNOWN_SHARE]
        return self._network.scores(english).max(axis=0) if english else np.zeros(len(LABELS))

    def _vectors(self, texts: Sequence[str]) -> tuple[Floats, int]:
        model = self._spec.parts["encoder"].schema.model
        result: EmbeddingResult = self._context.invoke_part("encoder", TextEmbeddingCall(model, tuple(texts)))
        vectors = np.array([np.frombuffer(row, dtype=np.float32) for row in result.vectors])
        return vectors, result.usage.input.total or 0

    def _checked(self, text: str) -> str:
        limit = self._spec.schema.limits.characters
        if limit is not None and len(text) > limit:
            raise ContextLengthExceeded(f"the text has {len(text)} characters; the limit is {limit}: split it")
        return text


def load(spec: EngineSpec, context: EngineContext) -> ModerationEngine:
    """The factory of engine `moderation`."""
    return ModerationEngine(spec, context)


def _text(call: ModerationCall) -> str:
    if isinstance(call.input, str):
        return call.input
    if not all(isinstance(part, TextPart) for part in call.input):
        raise ParameterInvalid("this model judges text only: leave the images out", field="input", model=call.model)
    return "\n".join(part.text for part in call.input if isinstance(part, TextPart))


def _threshold(call: ModerationCall) -> float:
    value = call.parameters.get("threshold", THRESHOLD)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ParameterInvalid("threshold is a number from 0 to 1", field="threshold", model=call.model)
    return float(value)
