"""Rerank, and the lists of models."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelruntime.codecs.bedrock.models import CODEC as MODELS
from modelruntime.codecs.bedrock.rerank import CODEC as RERANK
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import RerankCall
from modelruntime.entities.errors import ServerUnavailable, Unauthorized
from modelruntime.schema.family_files import load_families
from modelruntime.schema.profile_merge import merge_profiles
from tests.codecs.calls import answer, drive, sent_by
from tests.conformance.families.aws import refused
from tests.replay.aws_oracle import operation

HERE = Endpoint("https://bedrock-runtime.us-east-1.amazonaws.com", "amazon.rerank-v1:0", credentials={"aws_region": "us-east-1"})
ROWS = {"results": [{"index": 1, "relevanceScore": 0.9}, {"index": 0, "relevanceScore": 0.1}]}


def test_documents_are_ranked_by_a_model_with_an_arn() -> None:
    call = RerankCall("m", "which", ("a", "b"), top_n=5, parameters={"max_tokens_per_doc": 9})
    request = sent_by(RERANK.invoke(call, HERE))
    assert request.url == "https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank"
    body = json.loads(request.body or b"")
    assert refused(operation("bedrock-agent-runtime", "Rerank"), body) == []
    assert body["rerankingConfiguration"]["bedrockRerankingConfiguration"] == {
        "numberOfResults": 2,
        "modelConfiguration": {
            "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0",
            "additionalModelRequestFields": {"max_tokens_per_doc": 9},
        },
    }
    result = drive(RERANK.invoke(call, HERE), answer(ROWS))[1]
    assert [(item.index, item.score, item.document) for item in result.items] == [(1, 0.9, "b"), (0, 0.1, "a")]


def test_more_documents_than_the_vendor_takes_are_several_requests() -> None:
    call = RerankCall("m", "which", tuple(map(str, range(1001))))
    first = {"results": [{"index": at, "relevanceScore": 0.5} for at in range(1000)]}
    sent, result = drive(RERANK.invoke(call, HERE), answer(first), answer({"results": [{"index": 0, "relevanceScore": 1.0}]}))
    assert [len(body["sources"]) for body in sent] == [1000, 1]
    assert (result.items[0].index, len(result.items)) == (1000, 1001)


def test_cohere_ranks_by_invoke_with_a_version_in_the_body() -> None:
    profile = merge_profiles(load_families().profile_for("cohere.rerank-v3-5:0"))
    place = Endpoint("https://a.test", "cohere.rerank-v3-5:0", profile)
    request = sent_by(load_codec("rerank").invoke(RerankCall("m", "which", ("a", "b"), top_n=1), place))
    assert request.url == "https://a.test/model/cohere.rerank-v3-5%3A0/invoke"
    assert json.loads(request.body or b"") == {"api_version": 2, "query": "which", "documents": ["a", "b"], "top_n": 1}


FOUNDATION: list[dict[str, Any]] = [
    {"modelId": "amazon.nova-pro-v1:0", "modelName": "Nova Pro", "inputModalities": ["TEXT", "IMAGE"], "outputModalities": ["TEXT"],
     "inferenceTypesSupported": ["ON_DEMAND"]},
    {"modelId": "anthropic.claude-x", "inputModalities": ["TEXT"], "outputModalities": ["TEXT"],
     "inferenceTypesSupported": ["INFERENCE_PROFILE"]},
    {"modelId": "anthropic.claude-x:48k", "inputModalities": ["TEXT"], "outputModalities": ["TEXT"],
     "inferenceTypesSupported": ["PROVISIONED"]},
    {"modelId": "cohere.embed-v4:0", "inputModalities": ["TEXT", "IMAGE"], "outputModalities": ["EMBEDDING"]},
    {"modelId": "amazon.rerank-v1:0", "inputModalities": ["TEXT"], "outputModalities": ["TEXT"]},
    {"modelId": "amazon.nova-canvas-v1:0", "inputModalities": ["TEXT"], "outputModalities": ["IMAGE"]},
    {"modelId": "amazon.nova-sonic-v1:0", "inputModalities": ["SPEECH"], "outputModalities": ["SPEECH", "TEXT"]},
]  # fmt: skip
ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"


def profile_row(name: str, base: str, kind: str = "SYSTEM_DEFINED") -> dict[str, Any]:
    models = [{"modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{base}"}]
    arn = ARN if kind == "APPLICATION" else f"arn:aws:bedrock:us-east-1:1:inference-profile/{name}"
    return {"inferenceProfileId": name, "inferenceProfileName": name, "inferenceProfileArn": arn, "models": models, "type": kind}


def test_foundation_models_come_first_and_profiles_are_what_their_models_are() -> None:
    listing = MODELS.list_models(HERE)
    step = listing.start()
    pages = [
        {"modelSummaries": FOUNDATION},
        {"inferenceProfileSummaries": [profile_row("us.anthropic.claude-x", "anthropic.claude-x")], "nextToken": "t"},
        {
            "inferenceProfileSummaries": [
                profile_row("abc", "cohere.embed-v4:0", "APPLICATION"),
                profile_row("us.unknown", "some.unknown"),
            ]
        },
    ]
    urls: list[str] = []
    for page in pages:
        assert isinstance(step, Send)
        urls.append(step.request.url)
        step = listing.receive(answer(page))
    assert isinstance(step, Done)
    base = "https://bedrock.us-east-1.amazonaws.com"
    assert urls == [
        f"{base}/foundation-models",
        f"{base}/inference-profiles?maxResults=1000",
        f"{base}/inference-profiles?maxResults=1000&nextToken=t",
    ]
    assert [(model.id, model.model_type) for model in step.result] == [
        ("amazon.nova-pro-v1:0", "llm"),
        ("anthropic.claude-x", "llm"),
        ("cohere.embed-v4:0", "text-embedding"),
        ("amazon.rerank-v1:0", "rerank"),
        ("us.anthropic.claude-x", "llm"),
        (ARN, "text-embedding"),
    ]
    assert (step.result[0].label, step.result[0].raw) == ("Nova Pro", FOUNDATION[0])


def test_a_list_that_is_none() -> None:
    for bad, kind in ((answer({"message": "no"}, 403), Unauthorized), (answer(b"<html>"), ServerUnavailable)):
        listing = MODELS.list_models(HERE)
        listing.start()
        with pytest.raises(kind):
            listing.receive(bad)
