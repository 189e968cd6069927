"""The reranker: its order with scripted parts, and real weights in the host."""

from __future__ import annotations

import math
from array import array
from typing import Any

import pytest

from modelruntime.engines.contract import EngineSpec
from modelruntime.engines.host import EngineHost
from modelruntime.engines.pointwise_rerank.engine import COSINE_WEIGHT, PointwiseRerank, load
from modelruntime.engines.pointwise_rerank.judge import log_odds, question_of
from modelruntime.entities.call import LLMCall, RerankCall, TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.errors import DeclarationInvalid, ModelNotFound, ParameterInvalid
from modelruntime.entities.finish import Finish
from modelruntime.entities.llm_result import LLMResult, TokenLogprob
from modelruntime.entities.messages import AssistantMessage, UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import InputUsage, Usage
from modelruntime.schema.model import ModelSchema
from tests.engines.loaded import OneThread
from tests.engines.weights import local_spec

COSINES = {"near": 0.9, "mid": 0.6, "far": 0.1}
ODDS = {"near": -2.0, "mid": 3.0, "far": 5.0}


class Retriever:
    def invoke(self, call: TextEmbeddingCall) -> EmbeddingResult:
        rows = [array("f", (1.0, 0.0))]
        rows += [array("f", (COSINES[str(text)], math.sqrt(1 - COSINES[str(text)] ** 2))) for text in call.inputs[1:]]
        return EmbeddingResult(call.model, Vectors(tuple(rows)))


class Judge:
    def __init__(self) -> None:
        self.saw: list[str] = []

    def invoke(self, call: LLMCall) -> LLMResult:
        asked = call.messages[-1]
        assert isinstance(asked, UserMessage)
        (passage,) = (name for name in ODDS if f"Passage: {name}\n" in str(asked.content))
        self.saw.append(passage)
        yes = 1 / (1 + math.exp(-ODDS[passage]))
        row = TokenLogprob("Yes", math.log(yes), (("Yes", math.log(yes)), (" no", math.log(1 - yes)), ("Maybe", -9.0)))
        usage = Usage(InputUsage(7))
        return LLMResult(call.model, AssistantMessage("Yes"), Finish("length"), usage, logprobs=(row,))


def reranker(judge: Judge | None = None) -> PointwiseRerank:
    parts: dict[str, Any] = {"retriever": Retriever()} | ({"judge": judge} if judge else {})
    schema = ModelSchema(provider="local", model="m", model_type=ModelType.RERANK)
    return load(EngineSpec(schema, {}, parts={role: EngineSpec(schema, {}) for role in parts}), OneThread(parts))


def call(*documents: str, **fields: Any) -> RerankCall:
    return RerankCall("m", "query", documents or ("far", "near", "mid"), **fields)


def test_without_a_judge_the_cosine_decides() -> None:
    result = reranker().invoke(call())
    assert [(item.document, item.index) for item in result.items] == [("near", 1), ("mid", 2), ("far", 0)]
    assert [item.score for item in result.items] == pytest.approx([0.9, 0.6, 0.1])


def test_the_judge_adds_its_log_odds() -> None:
    result = reranker(Judge()).invoke(call())
    assert {item.document: item.score for item in result.items} == pytest.approx(
        {name: ODDS[name] + COSINE_WEIGHT * COSINES[name] for name in ODDS}
    )
    assert result.usage.input.total == 21


def test_only_the_best_by_cosine_are_judged_and_the_rest_stay_below() -> None:
    judge = Judge()
    result = reranker(judge).invoke(call(parameters={"judged": 2}))
    assert judge.saw == ["near", "mid"]
    assert [item.document for item in result.items] == ["mid", "near", "far"]
    assert reranker(judge).invoke(call(parameters={"judged": 0})).items == reranker().invoke(call()).items


def test_top_n_and_threshold_limit_what_comes_back() -> None:
    assert [item.document for item in reranker().invoke(call(top_n=1)).items] == ["near"]
    assert [item.document for item in reranker().invoke(call(score_threshold=0.5)).items] == ["near", "mid"]
    assert reranker().invoke(call(score_threshold=2.0)).items == ()


@pytest.mark.parametrize(
    "field, bad",
    [
        ("query", RerankCall("m", " ", ("near",))),
        ("documents", RerankCall("m", "q", ())),
        ("documents", RerankCall("m", "q", ("near", ""))),
        ("top_n", RerankCall("m", "q", ("near",), top_n=0)),
        ("judged", RerankCall("m", "q", ("near",), parameters={"judged": -1})),
        ("mood", RerankCall("m", "q", ("near",), parameters={"mood": 1}, strict=True)),
    ],
)
def test_bad_input_names_its_field(field: str, bad: RerankCall) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        reranker(Judge()).invoke(bad)
    assert caught.value.field == field


def test_log_odds_sum_over_spellings_and_survive_silence() -> None:
    row = TokenLogprob("yes", -1.0, (("yes", math.log(0.3)), (" Yes", math.log(0.3)), ("NO", math.log(0.2))))
    assert log_odds((row,)) == pytest.approx(math.log(3))
    assert log_odds(None) == 0.0
    assert log_odds((TokenLogprob("Yes", 0.0, (("Yes", 0.0),)),)) == pytest.approx(math.log(1e6))


def test_the_question_carries_query_and_passage() -> None:
    asked = question_of("judge", "why?", "because").messages[-1]
    assert isinstance(asked, UserMessage)
    assert "why?" in asked.content
    assert "because" in asked.content


def test_a_model_without_a_retriever_is_refused() -> None:
    with pytest.raises(DeclarationInvalid, match="retriever"):
        load(EngineSpec(ModelSchema(provider="local", model="m", model_type=ModelType.RERANK), {}), OneThread())


@pytest.mark.proves("real weights", "local", "rerank", "rerank")
@pytest.mark.local
def test_the_small_profile_finds_the_passage_on_the_subject() -> None:
    host = EngineHost()
    documents = ("The train leaves at nine.", "Bananas are rich in potassium.", "香蕉含有丰富的钾。", "Open a bank account.")
    try:
        result = host.invoke(
            local_spec("rerank", "use-cosine", threads=1), RerankCall("m", "Which fruit has potassium?", documents)
        )
    finally:
        host.close()
    assert {item.index for item in result.items[:2]} == {1, 2}


@pytest.mark.local
def test_the_standard_profile_shares_its_judge_with_direct_callers() -> None:
    try:
        spec = local_spec("rerank", "use-llm-pointwise", threads=1)
    except ModelNotFound:
        print("not present: the weights of use-llm-pointwise (profile standard)")
        return
    host = EngineHost()
    documents = ("Boil the egg in water.", "Six minutes in boiling water leave the yolk soft.", "Cars need fuel.")
    try:
        result = host.invoke(spec, RerankCall("m", "How many minutes for a soft boiled egg?", documents))
        assert result.items[0].index == 1
        assert result.items[-1].index == 2
        assert len(host.loaded()) == 3
    finally:
        host.close()
