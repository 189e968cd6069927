"""How well the local rerankers find the passage that answers, among passages that share the question's words.

    python -m benchmarks.rerank.measure            # both halves with the engine's weight
    python -m benchmarks.rerank.measure --sweep    # the tune half with other weights

The questions are written by hand (questions.json: 28 questions, half English, half Chinese, five passages each). The
weight is chosen on the tune half only. Needs the `standard` profile of local weights.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
from tests.engines.weights import local_spec

from modelruntime.engines.host import EngineHost
from modelruntime.engines.pointwise_rerank.engine import COSINE_WEIGHT, JUDGE, JUDGED, RETRIEVER
from modelruntime.engines.pointwise_rerank.judge import log_odds, question_of
from modelruntime.entities.call import TextEmbeddingCall

QUESTIONS = Path(__file__).with_name("questions.json")
WEIGHTS = (0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 1e6)


class Question(msgspec.Struct, frozen=True):
    split: str
    lang: str
    query: str
    answer: str
    others: tuple[str, ...]


class Scores(msgspec.Struct, frozen=True):
    """Per passage, the answer first: the judge's log-odds and the encoder's cosine."""

    question: Question
    odds: tuple[float, ...]
    cosines: tuple[float, ...]

    def rank(self, weight: float) -> int:
        """Place of the answer, 1 is best; a tie counts against it."""
        mixed = [odds + weight * cosine for odds, cosine in zip(self.odds, self.cosines, strict=True)]
        return sum(score >= mixed[0] for score in mixed)


def score_all(host: EngineHost, spec: Any) -> list[Scores]:
    retriever, judge = spec.parts[RETRIEVER], spec.parts[JUDGE]
    found: list[Scores] = []
    for question in msgspec.json.decode(QUESTIONS.read_bytes(), type=list[Question]):
        passages = (question.answer, *question.others)
        query, *rows = host.invoke(retriever, TextEmbeddingCall("r", (question.query, *passages))).vectors
        cosines = tuple(sum(a * b for a, b in zip(query, row, strict=True)) for row in rows)
        odds = tuple(log_odds(host.invoke(judge, question_of("j", question.query, passage)).logprobs) for passage in passages)
        found.append(Scores(question, odds, cosines))
    return found


def found_by_cosine(host: EngineHost, spec: Any, first: int) -> str:
    """How often the first stage brings the answer among the `first` best of all 140 passages."""
    questions = msgspec.json.decode(QUESTIONS.read_bytes(), type=list[Question])
    passages = [passage for question in questions for passage in (question.answer, *question.others)]
    texts = (*(question.query for question in questions), *passages)
    rows = host.invoke(spec.parts[RETRIEVER], TextEmbeddingCall("r", texts)).vectors
    hits = 0
    for number, question in enumerate(questions):
        cosines = {
            text: sum(a * b for a, b in zip(rows[number], row, strict=True))
            for text, row in zip(passages, rows[len(questions) :], strict=True)
        }
        hits += sum(cosine > cosines[question.answer] for cosine in cosines.values()) < first
    return f"among the {first} best of {len(passages)} passages by cosine: {hits}/{len(questions)} answers"


def report(name: str, ranks: list[int]) -> None:
    top, mrr = sum(rank == 1 for rank in ranks), sum(1 / rank for rank in ranks) / len(ranks)
    print(f"{name:28} top-1 {top:2}/{len(ranks)}   MRR {mrr:.2f}")


def main() -> None:
    spec = local_spec("rerank", "use-llm-pointwise", threads=1)
    host = EngineHost()
    print(found_by_cosine(host, spec, JUDGED))
    scores = score_all(host, spec)
    host.close()
    if "--sweep" in sys.argv:
        for weight in WEIGHTS:
            report(f"tune, weight {weight:g}", [score.rank(weight) for score in scores if score.question.split == "tune"])
    for split in ("tune", "held_out"):
        half = [score for score in scores if score.question.split == split]
        report(f"{split}, cosine alone", [score.rank(1e6) for score in half])
        report(f"{split}, judge alone", [score.rank(0.0) for score in half])
        report(f"{split}, judge + {COSINE_WEIGHT:g} × cosine", [score.rank(COSINE_WEIGHT) for score in half])
        for lang in ("en", "zh"):
            report(f"  of it {lang}, mixed", [score.rank(COSINE_WEIGHT) for score in half if score.question.lang == lang])


if __name__ == "__main__":
    main()
