"""Inference profiles, ARNs and hosts."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from modelruntime.codecs.bedrock.converse import CODEC
from modelruntime.codecs.bedrock.model_path import at_service, base_model, model_arn, through_profile
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.messages import UserMessage
from tests.codecs.calls import sent_by

NOVA = "amazon.nova-pro-v1:0"


def place(model: str = NOVA, region: Any = "us-east-1", base: str = "https://bedrock-runtime.us-east-1.amazonaws.com") -> Endpoint:
    return Endpoint(base, model, credentials={"aws_region": region})


@pytest.mark.parametrize(
    ("wanted", "region", "prefix"),
    [
        ("geographic", "us-west-2", "us."),
        ("geographic", "ca-central-1", "us."),
        ("geographic", "eu-west-3", "eu."),
        ("geographic", "ap-south-1", "apac."),
        ("geographic", "us-gov-west-1", "us-gov."),
        ("japan", "ap-northeast-1", "jp."),
        ("australia", "ap-southeast-2", "au."),
        ("global", "sa-east-1", "global."),
        ("disabled", "us-east-1", ""),
        (None, "us-east-1", ""),
    ],
)
def test_a_profile_is_named_by_a_prefix(wanted: Any, region: str, prefix: str) -> None:
    reached, rest = through_profile(place(region=region), {"cross-region": wanted, "top_k": 1})
    assert (reached.model, rest) == (prefix + NOVA, {"top_k": 1})


@pytest.mark.parametrize("model", ["us.amazon.nova-pro-v1:0", "global.anthropic.claude-x", "arn:aws:bedrock:us-east-1::x/y"])
def test_what_names_a_profile_or_an_arn_stays(model: str) -> None:
    assert through_profile(place(model), {"cross-region": "global"})[0].model == model


@pytest.mark.parametrize(("wanted", "region"), [("mars", "us-east-1"), ("geographic", "sa-east-1"), ("geographic", None)])
def test_a_profile_that_is_not_there_is_told(wanted: str, region: Any) -> None:
    with pytest.raises(ParameterInvalid):
        through_profile(place(region=region), {"cross-region": wanted})


def test_the_call_goes_to_the_profile_and_says_nothing_of_it_in_the_body() -> None:
    call = LLMCall(NOVA, (UserMessage("Hello"),), parameters={"cross-region": "geographic"})
    request = sent_by(CODEC.invoke(call, place()))
    assert request.url.endswith("/model/us.amazon.nova-pro-v1%3A0/converse")
    assert b"cross-region" not in (request.body or b"")


def test_a_foundation_model_has_an_arn_in_each_partition() -> None:
    assert model_arn(place("us.amazon.x")) == "arn:aws:bedrock:us-east-1::foundation-model/amazon.x"
    assert model_arn(place("amazon.x", "us-gov-west-1")) == "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.x"
    assert model_arn(place("amazon.x", "cn-north-1")) == "arn:aws-cn:bedrock:cn-north-1::foundation-model/amazon.x"
    assert model_arn(place("arn:aws:x")) == "arn:aws:x"
    with pytest.raises(ParameterInvalid):
        model_arn(replace(place("amazon.x"), credentials={}))


@pytest.mark.parametrize(
    ("base", "there"),
    [
        ("https://bedrock-runtime.eu-west-1.amazonaws.com", "https://bedrock-agent-runtime.eu-west-1.amazonaws.com"),
        ("https://bedrock-runtime-fips.us-east-1.amazonaws.com", "https://bedrock-agent-runtime-fips.us-east-1.amazonaws.com"),
        ("https://my-proxy.test/bedrock-runtime.x", "https://my-proxy.test/bedrock-runtime.x"),
    ],
)
def test_another_service_is_another_host_of_the_vendors_alone(base: str, there: str) -> None:
    assert at_service(place(base=base), "bedrock-agent-runtime").base_url == there


def test_the_foundation_model_of_a_profile() -> None:
    assert [base_model(name) for name in ("us.amazon.x", "us-gov.amazon.x", "amazon.x", "ai21.jamba-1-5-mini-v1:0")] == [
        "amazon.x", "amazon.x", "amazon.x", "ai21.jamba-1-5-mini-v1:0",
    ]  # fmt: skip
