"""The clouds: where each call goes, how it is signed, and what its body says of account and model."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from modelruntime import Runtime
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.runtime.model_reference import ModelReference
from tests.conformance.secret_values import private_key
from tests.providers.fleet import catalogue
from tests.providers.sites import AWS, CLOUDS, KEY
from tests.runtime.scripted import ScriptedTransport, answer, chat

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 20
AZURE = {"openai_api_base": "https://mine.openai.azure.com/", "openai_api_key": KEY}
DATE = "2024-10-21"
DATED = {**AZURE, "openai_api_version": DATE}
STUDIO = {"endpoint": "https://mine.services.ai.azure.com/models"}
OCI = {
    "compartment_ocid": "ocid1.compartment.oc1..mine",
    "user_ocid": "ocid1.user.oc1..me",
    "tenancy_ocid": "ocid1.tenancy.oc1..us",
    "fingerprint": "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34",
}
TENCENT = {"secret_id": "AKIDSAMPLE", "secret_key": KEY}
WATSONX = {"api_key": KEY, "project_id": "p-1"}
PRINCIPAL = {
    "openai_api_base": "https://mine.openai.azure.com",
    "auth_method": "entra_id_service_principal",
    "azure_tenant_id": "t-1",
    "azure_client_id": "c-1",
    "azure_client_secret": KEY,
}
TOKEN = answer({"access_token": "issued", "token_type": "Bearer", "expires_in": 3600, "expiration": 4_102_444_800})
VECTORS = answer({"data": [{"index": 0, "embedding": [1.0, 0.0]}]})
RANKING = {"results": [{"index": 0, "relevance_score": 0.5}]}
OCI_REPLY = {
    "modelId": "m",
    "chatResponse": {"apiFormat": "GENERIC", "choices": [{"message": {"content": []}, "finishReason": "stop"}]},
}
COHERE_REPLY = {"modelId": "m", "chatResponse": {"apiFormat": "COHERE", "text": "Hello", "finishReason": "COMPLETE"}}
HUNYUAN_REPLY = {"Response": {"Choices": [{"Message": {"Content": "Hello"}, "FinishReason": "stop"}], "RequestId": "r"}}
PREDICTION = answer({"id": "p", "status": "succeeded", "output": ["Hello"]}, 201)
CALLS: dict[str, Any] = {
    "llm": lambda model: model.invoke("Hello"),
    "text-embedding": lambda model: model.invoke(["Hello"]),
    "rerank": lambda model: model.invoke("Hello", ["World"]),
    "speech2text": lambda model: model.invoke(WAV),
    "tts": lambda model: model.invoke("Hello", voice="alloy"),
}


class Row(NamedTuple):
    """One call. `body`: dotted path → what stands there; `signed`: how a header begins."""

    model: str
    kind: str
    credentials: dict[str, Any]
    url: str
    signed: dict[str, str]
    replies: tuple[Any, ...]
    body: dict[str, Any] = {}  # noqa: RUF012 - never changed


V1, DEPLOYMENT = "https://mine.openai.azure.com/openai/v1", "https://mine.openai.azure.com/openai/deployments/mine"
SPEECH = answer(b"RIFFdata", content_type="audio/wav")
BEARER = {"authorization": "Bearer issued"}
TC3 = "TC3-HMAC-SHA256 Credential=AKIDSAMPLE/"
SIGNATURE = {"authorization": 'Signature version="1",keyId="ocid1.tenancy.oc1..us/ocid1.user.oc1..me/20:3b'}
ORACLE = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions"
IBM = "https://us-south.ml.cloud.ibm.com/ml/v1/text"
ROWS = (
    Row("azure_openai/mine", "llm", AZURE, f"{V1}/chat/completions", {"api-key": KEY}, (chat(),), {"model": "mine"}),
    Row("azure_openai/mine", "text-embedding", AZURE, f"{V1}/embeddings", {"api-key": KEY}, (VECTORS,), {"model": "mine"}),
    Row("azure_openai/mine", "llm", DATED, f"{DEPLOYMENT}/chat/completions?api-version={DATE}", {"api-key": KEY}, (chat(),)),
    Row(
        "azure_openai/mine",
        "text-embedding",
        DATED,
        f"{DEPLOYMENT}/embeddings?api-version={DATE}",
        {"api-key": KEY},
        (VECTORS,),
    ),
    Row(
        "azure_openai/mine",
        "speech2text",
        DATED,
        f"{DEPLOYMENT}/audio/transcriptions?api-version={DATE}",
        {"api-key": KEY},
        (answer({"text": "Hello"}),),
    ),
    Row("azure_openai/mine", "tts", DATED, f"{DEPLOYMENT}/audio/speech?api-version={DATE}", {"api-key": KEY}, (SPEECH,)),
    Row(
        "azure_openai/mine",
        "llm",
        {**DATED, "openai_api_base": "https://mine.openai.azure.com/openai/v1/"},
        f"{V1}/chat/completions",
        {"api-key": KEY},
        (chat(),),
    ),
    Row("azure_openai/mine", "llm", PRINCIPAL, f"{V1}/chat/completions", BEARER, (TOKEN, chat())),
    Row(
        "azure_ai_studio/Llama",
        "llm",
        {**STUDIO, "api_key": KEY},
        "https://mine.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
        {"api-key": KEY, "authorization": f"Bearer {KEY}", "extra-parameters": "pass-through"},
        (chat(),),
        {"model": "Llama"},
    ),
    Row(
        "azure_ai_studio/Rerank",
        "rerank",
        {"endpoint": "https://mine.models.ai.azure.com", "jwt_token": KEY},
        "https://mine.models.ai.azure.com/v1/rerank",
        {"authorization": f"Bearer {KEY}"},
        (answer(RANKING),),
    ),
    Row(
        "oci/meta.llama-3.3-70b-instruct",
        "llm",
        OCI,
        f"{ORACLE}/chat",
        SIGNATURE,
        (answer(OCI_REPLY),),
        {"servingMode.modelId": "meta.llama-3.3-70b-instruct", "chatRequest.apiFormat": "GENERIC"},
    ),
    Row(
        "oci/cohere.command-a-03-2025",
        "llm",
        OCI,
        f"{ORACLE}/chat",
        SIGNATURE,
        (answer(COHERE_REPLY),),
        {"compartmentId": "ocid1.compartment.oc1..mine", "chatRequest.apiFormat": "COHERE", "chatRequest.message": "Hello"},
    ),
    Row(
        "oci/cohere.embed-v4.0",
        "text-embedding",
        {**OCI, "default_region": "eu-frankfurt-1"},
        f"{ORACLE.replace('us-chicago-1', 'eu-frankfurt-1')}/embedText",
        SIGNATURE,
        (answer({"embeddings": [[1.0, 0.0]]}),),
        {"inputs": ["Hello"]},
    ),
    Row(
        "hunyuan/hunyuan-lite",
        "llm",
        TENCENT,
        "https://hunyuan.tencentcloudapi.com/",
        {"authorization": TC3, "x-tc-action": "ChatCompletions", "x-tc-version": "2023-09-01"},
        (answer(HUNYUAN_REPLY),),
        {"Model": "hunyuan-lite"},
    ),
    Row(
        "hunyuan/lke-text-embedding-v1",
        "text-embedding",
        TENCENT,
        "https://lkeap.tencentcloudapi.com/",
        {"authorization": TC3, "x-tc-action": "GetEmbedding", "x-tc-region": "ap-guangzhou"},
        (answer({"Response": {"Data": [{"Embedding": [1.0, 0.0]}]}}),),
        {"Model": "lke-text-embedding-v1"},
    ),
    Row(
        "replicate/meta/llama",
        "llm",
        {"replicate_api_token": KEY},
        "https://api.replicate.com/v1/models/meta/llama/predictions",
        {"authorization": f"Bearer {KEY}"},
        (PREDICTION,),
        {"input.prompt": "Hello"},
    ),
    Row(
        "replicate/meta/llama",
        "llm",
        {"replicate_api_token": KEY, "model_version": "abc"},
        "https://api.replicate.com/v1/predictions",
        {"authorization": f"Bearer {KEY}"},
        (PREDICTION,),
        {"version": "abc"},
    ),
    Row(
        "replicate/a/embedder",
        "text-embedding",
        {"replicate_api_token": KEY},
        "https://api.replicate.com/v1/models/a/embedder/predictions",
        {"authorization": f"Bearer {KEY}"},
        (answer({"id": "p", "status": "succeeded", "output": [[1.0, 0.0]]}, 201),),
        {"input.texts": '["Hello"]'},
    ),
    Row(
        "watsonx/ibm/granite",
        "llm",
        WATSONX,
        f"{IBM}/chat?version=2026-10-14",
        BEARER,
        (TOKEN, chat()),
        {"model_id": "ibm/granite", "project_id": "p-1"},
    ),
    Row(
        "watsonx/ibm/slate",
        "text-embedding",
        {"api_key": KEY, "space_id": "s-1"},
        f"{IBM}/embeddings?version=2026-10-14",
        BEARER,
        (TOKEN, answer({"results": [{"embedding": [1.0, 0.0]}], "input_token_count": 1})),
        {"space_id": "s-1", "inputs": ["Hello"]},
    ),
    Row(
        "watsonx/cross-encoder",
        "rerank",
        WATSONX,
        f"{IBM}/rerank?version=2026-10-14",
        BEARER,
        (TOKEN, answer({"results": [{"index": 0, "score": 0.5}], "input_token_count": 1})),
        {"query": "Hello", "inputs": [{"text": "World"}]},
    ),
)


@pytest.fixture(scope="module")
def environ(tmp_path_factory):
    return {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.model}-{row.kind}-{len(row.credentials)}")
def test_a_call_arrives_signed_where_the_cloud_expects_it(row, environ):
    vendor, _, name = row.model.partition("/")
    credentials = {**row.credentials, **({"key_content": private_key()} if vendor == "oci" else {})}
    transport = ScriptedTransport(*row.replies)
    if catalogue().provider(vendor).provider_credential_schema:
        runtime = Runtime(transport=transport, environ=environ, credentials={vendor: credentials})
    else:
        mine = CustomModel(provider=vendor, model=name, model_type=ModelType(row.kind), credentials=credentials)
        runtime = Runtime(transport=transport, environ=environ, models=[mine])
    CALLS[row.kind](runtime.model(row.kind, row.model))
    request = transport.requests[-1]
    assert (request.method, request.url) == ("POST", row.url)
    headers = dict(request.headers)
    assert {header: headers.get(header, "")[: len(start)] for header, start in row.signed.items()} == row.signed
    assert KEY.encode() not in (request.body or b"") + request.url.encode()
    for path, value in row.body.items():
        found: Any = json.loads(request.body or b"{}")
        for step in path.split("."):
            found = found[step]
        assert found == value


def test_every_cloud_is_called_for_every_type():
    called = {(row.model.partition("/")[0], row.kind) for row in ROWS}
    assert called == {(vendor, str(kind)) for vendor in CLOUDS - AWS for kind in catalogue().provider(vendor).supported_model_types}


def test_a_deployment_has_the_facts_of_its_base_model(environ):
    runtime = Runtime(environ=environ, credentials={"azure_openai": {**AZURE, "base_model_name": "gpt-5-mini"}})
    mine, declared = runtime.llm("azure_openai/mine"), catalogue().model("azure_openai", ModelType.LLM, "gpt-5-mini")
    assert declared is not None
    assert (mine.schema.features, mine.schema.limits, mine.schema.pricing) == (declared.features, declared.limits, declared.pricing)
    assert mine.parameter_rules == declared.parameter_rules


@pytest.mark.parametrize(
    ("version", "asked"), [("2024-02-01", None), (DATE, {"include_usage": True}), (None, {"include_usage": True})]
)
def test_usage_is_asked_for_in_a_stream_where_the_version_knows_it(environ, version, asked):
    form = {**AZURE, **({"openai_api_version": version} if version else {})}
    target = Runtime(environ=environ, credentials={"azure_openai": form}).core.resolver.resolve(
        ModelReference("azure_openai", ModelType.LLM, "mine")
    )
    call = LLMCall("mine", (UserMessage("Hi"),), stream=True)
    assert json.loads(target.codec.stream(call, target.endpoint).start().body).get("stream_options") == asked


def test_a_base_model_of_the_responses_api_is_spoken_to_there(environ):
    transport = ScriptedTransport(answer({"id": "r", "status": "completed", "output": []}))
    credentials = {**DATED, "base_model_name": "gpt-5-codex"}
    Runtime(transport=transport, environ=environ, credentials={"azure_openai": credentials}).llm("azure_openai/mine").invoke("Hi")
    assert transport.requests[0].url == f"https://mine.openai.azure.com/openai/responses?api-version={DATE}"
