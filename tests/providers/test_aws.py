"""Amazon Bedrock and SageMaker: addresses by region, three ways to sign in, and forms that become models."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime import CredentialsInvalid, Runtime
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from tests.providers.fleet import catalogue
from tests.providers.sites import CLOUDS, KEY
from tests.runtime.scripted import ScriptedTransport, answer, chat

KEYS = {"auth_method": "Access_Secret_Key", "aws_access_key_id": "AKIDSAMPLE", "aws_secret_access_key": KEY}
API_KEY = {"auth_method": "API_Key", "bedrock_api_key": KEY}
USAGE = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
ANSWER = {"output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}}, "stopReason": "end_turn", "usage": USAGE}
NOVA = "amazon.nova-lite-v1:0"


def bedrock(*replies: Any, **form: Any) -> tuple[Runtime, ScriptedTransport]:
    transport = ScriptedTransport(*replies)
    return Runtime(transport=transport, environ={}, credentials={"bedrock": {**KEYS, **form}}), transport


def signature(request: HttpRequest) -> str:
    return dict(request.headers)["authorization"]


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ({}, "https://bedrock-runtime.us-east-1.amazonaws.com"),
        ({"aws_region": "eu-west-3"}, "https://bedrock-runtime.eu-west-3.amazonaws.com"),
        ({"aws_region": "us-gov-west-1"}, "https://bedrock-runtime.us-gov-west-1.amazonaws.com"),
        ({"bedrock_endpoint_url": "https://d1.cloudfront.test/"}, "https://d1.cloudfront.test"),
    ],
)
def test_a_call_goes_to_the_region_or_to_an_address_of_ones_own(form: dict[str, Any], base: str) -> None:
    runtime, transport = bedrock(answer(ANSWER), **form)
    assert runtime.llm(f"bedrock/{NOVA}").invoke("Hello", parameters={"cross-region": "disabled"}).text == "Hi"
    assert transport.requests[0].url.startswith(f"{base}/model/amazon.nova-lite-v1")
    region = form.get("aws_region", "us-east-1")
    assert signature(transport.requests[0]).startswith("AWS4-HMAC-SHA256 Credential=AKIDSAMPLE/")
    assert f"/{region}/bedrock/aws4_request" in signature(transport.requests[0])
    assert KEY not in repr(transport.requests)


def test_an_api_key_is_a_bearer_token() -> None:
    runtime, transport = bedrock(answer(ANSWER), **API_KEY)
    runtime.llm(f"bedrock/{NOVA}").invoke("Hello")
    assert signature(transport.requests[0]) == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("model", "region", "parameters", "wire"),
    [
        (NOVA, "eu-west-1", {}, "eu.amazon.nova-lite-v1:0"),
        (NOVA, "eu-west-1", {"cross-region": "disabled"}, NOVA),
        ("anthropic.claude-sonnet-4-6", "eu-west-1", {}, "global.anthropic.claude-sonnet-4-6"),
        ("anthropic.claude-sonnet-4-6", "ap-northeast-1", {"cross-region": "japan"}, "jp.anthropic.claude-sonnet-4-6"),
        ("us.anthropic.claude-sonnet-4-6", "us-east-1", {}, "us.anthropic.claude-sonnet-4-6"),
        ("qwen.qwen3-32b-v1:0", "us-east-1", {}, "qwen.qwen3-32b-v1:0"),
    ],
)
def test_a_model_that_is_served_by_profiles_only_is_called_through_one(model: str, region: str, parameters: Any, wire: str) -> None:
    runtime, transport = bedrock(answer(ANSWER), aws_region=region)
    result = runtime.llm(f"bedrock/{model}").invoke("Hello", strict=True, parameters=parameters)
    assert f"/model/{wire.replace(':', '%3A')}/converse" in transport.requests[0].url.replace("%253A", "%3A")
    assert not [warning for warning in result.warnings if warning.kind == "undeclared"]


def test_embeddings_and_ranks_go_to_their_services() -> None:
    ranks = answer({"results": [{"index": 0, "relevanceScore": 0.5}]})
    replies = (
        answer({"embedding": [1.0], "inputTextTokenCount": 1}),
        ranks,
        answer({"results": [{"index": 0, "relevance_score": 1}]}),
    )
    runtime, transport = bedrock(*replies)
    runtime.text_embedding("bedrock/amazon.titan-embed-text-v2:0").invoke(["Hello"])
    runtime.rerank("bedrock/amazon.rerank-v1:0").invoke("Hello", ["World"])
    runtime.rerank("bedrock/cohere.rerank-v3-5:0").invoke("Hello", ["World"])
    hosts = [request.url.split("/")[2].partition(".")[0] for request in transport.requests]
    assert hosts == ["bedrock-runtime", "bedrock-agent-runtime", "bedrock-runtime"]


def test_credentials_are_checked_by_the_list_of_models() -> None:
    runtime, transport = bedrock()
    transport = ScriptedTransport(answer({"message": "The security token included is invalid."}, 403))
    runtime = Runtime(transport=transport, environ={})
    with pytest.raises(CredentialsInvalid):
        runtime.provider("bedrock").validate_credentials({**KEYS, "aws_region": "us-west-2"})
    assert transport.requests[0].url == "https://bedrock.us-west-2.amazonaws.com/foundation-models"


def test_the_list_of_models_has_its_profiles() -> None:
    model = {"modelId": "new.model-v1", "inputModalities": ["TEXT"], "outputModalities": ["TEXT"]}
    profile = {
        "inferenceProfileId": "us.new.model-v1",
        "type": "SYSTEM_DEFINED",
        "models": [{"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/new.model-v1"}],
    }
    runtime, _ = bedrock(answer({"modelSummaries": [model]}), answer({"inferenceProfileSummaries": [profile]}))
    runtime.provider("bedrock").fetch_models()
    found = [row.model for row in runtime.models("llm", "bedrock") if "new.model" in row.model]
    assert found == ["new.model-v1", "us.new.model-v1"]


def test_a_profile_of_ones_own_is_a_model() -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"
    transport = ScriptedTransport(answer(ANSWER))
    form = {**KEYS, "inference_profile_id": arn, "context_length": "200000", "aws_region": "us-east-1"}
    mine = CustomModel(provider="bedrock", model="mine", model_type=ModelType.LLM, credentials=form)
    model = Runtime(transport=transport, environ={}, models=[mine]).llm("bedrock/mine")
    model.invoke("Hello", temperature=0.5)
    assert "application-inference-profile" in transport.requests[0].url
    assert model.schema.limits.context == 200000


FORM = {
    "model_id": "Qwen/Qwen3",
    "sagemaker_endpoint": "my-endpoint",
    "aws_access_key_id": "AKIDSAMPLE",
    "aws_secret_access_key": KEY,
}


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "runtime.sagemaker.us-east-1.amazonaws.com"),
        ("cn-north-1", "runtime.sagemaker.cn-north-1.amazonaws.com.cn"),
        ("cn-northwest-1", "runtime.sagemaker.cn-northwest-1.amazonaws.com.cn"),
    ],
)
def test_an_endpoint_of_ones_own_is_called_in_its_region(region: str, host: str) -> None:
    transport = ScriptedTransport(chat())
    form = {**FORM, "aws_region": region, "function_calling_type": "tool_call", "vision_support": "support"}
    mine = CustomModel(provider="sagemaker", model="mine", model_type=ModelType.LLM, credentials=form)
    model = Runtime(transport=transport, environ={}, models=[mine]).llm("sagemaker/mine")
    model.invoke("Hello")
    assert transport.requests[0].url == f"https://{host}/endpoints/my-endpoint/invocations"
    assert f"/{region}/sagemaker/aws4_request" in signature(transport.requests[0])
    assert transport.body()["model"] == "Qwen/Qwen3"
    assert {"tool-call", "vision"} <= set(model.schema.features or ())


@pytest.mark.parametrize("streamed", [False, True])
def test_no_credentials_follow_the_address_of_the_audio(streamed: bool) -> None:
    url = "https://bucket.s3.test/spoken.wav?X-Amz-Signature=00"
    transport = ScriptedTransport(answer({"s3_presign_url": url}), answer(b"RIFFdata", content_type="audio/wav"))
    form = {**FORM, "aws_region": "us-east-1", "audio_model_type": "PresetVoice"}
    mine = CustomModel(provider="sagemaker", model="mine", model_type=ModelType.TTS, credentials=form)
    model = Runtime(transport=transport, environ={}, models=[mine]).tts("sagemaker/mine")
    if streamed:
        with model.stream("Hello.", voice="anna") as stream:
            audio = b"".join(stream)
    else:
        audio = model.invoke("Hello.", voice="anna").audio
    assert audio == b"RIFFdata"
    first, second = transport.requests
    assert "authorization" in dict(first.headers)
    assert (second.method, second.url) == ("GET", url)
    assert not {"authorization", "x-amz-date", "x-amz-security-token"} & dict(second.headers).keys()


def test_every_declared_parameter_of_every_chat_model_can_be_sent() -> None:
    models = list(catalogue().models("bedrock", "llm"))
    runtime, _ = bedrock(*(answer(ANSWER) for _ in models))
    for schema in models:
        rules = [rule for rule in schema.parameter_rules if rule.name not in ("json_schema", "response_format")]
        values = {rule.name: rule.options[-1] if rule.options else rule.max or 1 for rule in rules}
        if "reasoning_effort" in values:
            values.pop("temperature", None)  # Claude takes none while it thinks
        runtime.llm(f"bedrock/{schema.model}").invoke("Hello", strict=True, parameters=values)
    assert {"bedrock", "sagemaker"} <= CLOUDS


MACHINE = {"AWS_ACCESS_KEY_ID": "AKIAMACHINE", "AWS_SECRET_ACCESS_KEY": KEY, "AWS_SESSION_TOKEN": "temporary", "HOME": "/nowhere"}


def test_a_form_that_says_so_signs_in_with_what_the_machine_holds() -> None:
    transport = ScriptedTransport(answer(ANSWER))
    Runtime(transport=transport, environ=MACHINE).llm(f"bedrock/{NOVA}").invoke("Hello")
    assert signature(transport.requests[0]).startswith("AWS4-HMAC-SHA256 Credential=AKIAMACHINE/")
    assert transport.header("x-amz-security-token") == "temporary"
    transport = ScriptedTransport(chat())
    form = {"model_id": "Qwen/Qwen3", "sagemaker_endpoint": "my-endpoint", "aws_region": "us-east-1"}
    mine = CustomModel(provider="sagemaker", model="mine", model_type=ModelType.LLM, credentials=form)
    Runtime(transport=transport, environ=MACHINE, models=[mine]).llm("sagemaker/mine").invoke("Hello")
    assert signature(transport.requests[0]).startswith("AWS4-HMAC-SHA256 Credential=AKIAMACHINE/")
    with pytest.raises(CredentialsInvalid):
        Runtime(transport=transport, environ={"HOME": "/nowhere"}, models=[mine]).llm("sagemaker/mine").invoke("Hello")
