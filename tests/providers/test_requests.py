"""Each provider is spoken to at the right address, with the right key, for every model type it declares."""

from __future__ import annotations

import base64
import json
from array import array
from typing import Any
from urllib.parse import quote, unquote

import pytest

from modelruntime import CredentialsInvalid, Runtime
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.schema.codec_choice import chosen_codec
from modelruntime.schema.provider import LISTING, ProviderSchema
from tests.providers.fleet import VENDORS, catalogue
from tests.providers.sites import CLOUDS, KEY, ON_VERTEX, OTHER_BASES, SITES
from tests.providers.wires import LISTING_QUERY, RESPONSE, WIRES, Wire
from tests.runtime.scripted import ScriptedTransport, answer, chat

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 20


def vectors(request: HttpRequest):
    body = json.loads(request.body or b"{}")
    inputs = body.get("input") or body.get("texts")
    if "texts" in body:
        return answer({"embeddings": [[1.0, 0.0] for _ in inputs]})
    row = base64.b64encode(array("f", [1.0, 0.0]).tobytes()).decode()
    if "encoding_format" not in json.loads(request.body or b"{}"):
        return answer({"data": [{"index": at, "embedding": [1.0, 0.0]} for at in range(len(inputs))]})
    return answer({"data": [{"index": at, "embedding": row} for at in range(len(inputs))]})


CALLS: dict[str, tuple[str, Any, Any]] = {
    "llm": ("/chat/completions", chat(), lambda model: model.invoke("Hello")),
    "text-embedding": ("/embeddings", vectors, lambda model: model.invoke(["Hello"])),
    "rerank": (
        "/rerank",
        answer({"results": [{"index": 0, "relevance_score": 0.5}]}),
        lambda model: model.invoke("Hello", ["World"]),
    ),
    "speech2text": ("/audio/transcriptions", answer({"text": "Hello"}), lambda model: model.invoke(WAV)),
    "tts": ("/audio/speech", answer(b"RIFFdata", content_type="audio/wav"), lambda model: model.invoke("Hello")),
    "moderation": (
        "/moderations",
        answer({"results": [{"flagged": False, "categories": {}}]}),
        lambda model: model.invoke("Hello"),
    ),
}
"""Model type → path, reply, call."""


def cases():
    for vendor, credentials, base in SITES:
        for kind in catalogue().provider(vendor).supported_model_types:
            where = OTHER_BASES.get((vendor, str(kind)), base)
            yield pytest.param(vendor, str(kind), credentials, where, id=f"{vendor}-{kind}-{base.split('/')[2]}-{len(credentials)}")


def test_every_provider_is_called():
    assert {vendor for vendor, _, _ in SITES} == set(VENDORS) - CLOUDS


OPERATIONS = {"llm": "chat", "tts": "speech", "text-embedding": "embeddings", "rerank": "rerank"}
"""Model type → the operation whose path a profile may replace."""


def wire_of(schema: ProviderSchema, kind: str, name: str) -> Wire:
    """Operation, path and reply of the codec that speaks to a model."""
    declared = catalogue().model(schema.provider, kind, name)
    codec = chosen_codec(declared.codec if declared and declared.codec else schema.codec[kind], {})
    return WIRES.get(codec or "") or Wire(OPERATIONS.get(kind, ""), *CALLS[kind][:2])


def path_of(schema: ProviderSchema, kind: str, name: str) -> str:
    """Where calls to a model go, under the base URL."""
    wire, declared = wire_of(schema, kind, name), catalogue().model(schema.provider, kind, name)
    paths = {**schema.profile.get("paths", {}), **(declared.profile.get("paths", {}) if declared else {})}
    path = str(paths.get(wire.operation, wire.path))
    return path.replace("{model}", quote(name, safe="")).replace("{model_path}", quote(name))


def wire_name(schema: ProviderSchema, kind: str, name: str) -> str:
    """What the vendor calls the model."""
    declared = catalogue().model(schema.provider, kind, name)
    return (declared and declared.wire_model) or name


NAMELESS = ("azure_speech", "azure_speech_transcriptions", "azure_content_safety", "tei_embeddings")
"""Codecs of services without models, and of servers with one: a request names none."""
MOST_REQUESTS = 2
"""An upload and an order; other calls are one."""


def probe_path(schema: ProviderSchema) -> str:
    """Where credentials are checked: at the list of models, or by a call to one."""
    if isinstance(schema.probe, dict):
        return path_of(schema, str(schema.probe["model_type"]), schema.probe["model"])
    assert schema.models_endpoint
    return schema.models_endpoint + LISTING_QUERY.get(str(schema.codec.get(LISTING)), "")


def sent_key(schema: ProviderSchema, transport: ScriptedTransport) -> str | None:
    """What the request carried in the header that the provider signs with."""
    header = schema.auth.get("header", {}).get("name", "authorization").lower()
    sent = transport.header(header)
    return sent.partition("/")[0] if sent and "tc3" in schema.auth else sent


def signed_as(schema: ProviderSchema) -> str | None:
    """What that header must hold; nothing where the provider asks for no key."""
    if not schema.auth:
        return None
    if "tc3" in schema.auth:
        return "TC3-HMAC-SHA256 Credential=id-of-the-test"
    return f"Bearer {KEY}" if "header" not in schema.auth else schema.auth["header"].get("prefix", "") + KEY


def tokens_before(schema: ProviderSchema) -> int:
    """How many tokens are fetched before the first request."""
    return int("google_service_account" in schema.auth)


def script(schema: ProviderSchema, *replies: Any) -> ScriptedTransport:
    """A vendor that gives these replies, and a token before them where one is asked for."""
    token = answer({"access_token": KEY, "expires_in": 3600})
    return ScriptedTransport(*[token] * tokens_before(schema), *replies)


def runtime_with(
    schema: ProviderSchema, kind: str, name: str, credentials: dict[str, Any], transport: ScriptedTransport
) -> Runtime:
    """A runtime that has the credentials; those of one model where the provider has no form of its own."""
    if schema.provider_credential_schema:
        return Runtime(transport=transport, environ={}, credentials={schema.provider: credentials})
    mine = CustomModel(provider=schema.provider, model=name, model_type=ModelType(kind), credentials=credentials)
    return Runtime(transport=transport, environ={}, models=[mine])


@pytest.mark.parametrize(("vendor", "kind", "credentials", "base"), list(cases()))
def test_a_call_goes_to_the_vendor_with_the_key(vendor, kind, credentials, base):
    schema, call = catalogue().provider(vendor), CALLS[kind][2]
    known = list(catalogue().models(vendor, kind))
    declared = next((model for model in known if not model.profile and not model.codec), next(iter(known), None))
    name = declared.model if declared else "anything"
    transport = script(schema, *[wire_of(schema, kind, name).reply] * MOST_REQUESTS)
    model = runtime_with(schema, kind, name, credentials, transport).model(kind, f"{vendor}/{name}")
    if kind == "tts" and declared is None:
        model.invoke("Hello", voice="alloy")  # nothing declared could name the voice
    else:
        call(model)
    request = transport.requests[tokens_before(schema)]
    served_at = declared.endpoint if declared and isinstance(declared.endpoint, str) else base
    assert (request.method, request.url) == ("POST", served_at.format(**credentials) + path_of(schema, kind, name))
    assert sent_key(schema, transport) == signed_as(schema)
    assert KEY not in request.url
    sent = b"".join((each.body or b"") + f"{unquote(each.url)} {each.headers}".encode() for each in transport.requests)
    if schema.codec[kind] not in NAMELESS and "model" not in schema.profile.get("drop", ()):
        assert credentials.get("endpoint_id", wire_name(schema, kind, name)).encode() in sent


@pytest.mark.parametrize(("vendor", "credentials", "base"), [site for site in SITES if catalogue().provider(site[0]).probe])
def test_credentials_are_checked_by_a_request_that_needs_the_key(vendor, credentials, base):
    schema = catalogue().provider(vendor)
    transport = script(schema, answer({"error": {"message": "who are you"}}, 401))
    runtime = Runtime(transport=transport, environ={})
    with pytest.raises(CredentialsInvalid):
        runtime.provider(vendor).validate_credentials(credentials)
    assert transport.requests[tokens_before(schema)].url == base + probe_path(schema)
    assert sent_key(schema, transport) == signed_as(schema)


RECORDINGS_ALONE = {"tencent"}
"""Providers that have no list of models and only transcribe: a check of the key would need a recording."""


def test_only_a_form_for_single_models_goes_without_a_probe():
    unchecked = {vendor for vendor in VENDORS if not catalogue().provider(vendor).probe}
    single = {vendor for vendor in VENDORS if not catalogue().provider(vendor).provider_credential_schema}
    assert single | RECORDINGS_ALONE == unchecked


PUBLIC_LISTS = """
openrouter novita sambanova nvidia chutes featherless deepinfra huggingface_router ollama_cloud modelscope llmgateway sarvam
"""
"""Providers that list their models for anybody, each with its evidence in the declaration."""


@pytest.mark.parametrize("vendor", PUBLIC_LISTS.split())
def test_a_public_list_of_models_checks_no_key(vendor):
    assert isinstance(catalogue().provider(vendor).probe, dict)


def test_organization_and_project_are_sent_only_where_they_are_known():
    transport = ScriptedTransport(chat(), chat())
    plain = {"OPENAI_API_KEY": KEY}
    Runtime(transport=transport, environ=plain).llm("openai/gpt-4o").invoke("Hello")
    Runtime(transport=transport, environ={**plain, "OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "p-1"}).llm(
        "openai/gpt-4o"
    ).invoke("Hello")
    assert (transport.header("openai-organization", 0), transport.header("openai-project", 0)) == (None, None)
    assert (transport.header("openai-organization", 1), transport.header("openai-project", 1)) == ("org-1", "p-1")


FORMED = [vendor for vendor in VENDORS if catalogue().provider(vendor).provider_credential_schema]


IN_PLACE_OF_A_MACHINE = {"vertex_ai": {"VERTEX_SERVICE_ACCOUNT_KEY": ON_VERTEX["vertex_service_account_key"]}}
"""Keys that a form need not hold, since the machine may."""


def test_a_machine_with_googles_own_credentials_needs_no_form(tmp_path):
    file = tmp_path / "key.json"
    file.write_text(ON_VERTEX["vertex_service_account_key"])
    transport = script(catalogue().provider("vertex_ai"), WIRES["gemini"].reply)
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(file), "GOOGLE_CLOUD_PROJECT": "acme", "GOOGLE_CLOUD_LOCATION": "us-central1"}
    Runtime(transport=transport, environ=environ).llm("vertex_ai/gemini-2.5-flash").invoke("Hello")
    assert transport.requests[-1].url.startswith("https://us-central1-aiplatform.googleapis.com/v1/projects/acme/")
    assert transport.header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize("vendor", FORMED)
def test_environment_variables_are_enough(vendor):
    form = catalogue().provider(vendor).provider_credential_schema
    assert form is not None
    values = {"secret-input": KEY, "text-input": "mine"}
    needed = [field for field in form.credential_form_schemas if field.required and field.default is None]
    assert needed
    environ = {field.env[0]: "http://127.0.0.1:9" if field.format == "url" else values[field.type] for field in needed}
    environ |= IN_PLACE_OF_A_MACHINE.get(vendor, {})
    row = next(row for row in Runtime(environ=environ).providers() if row.provider == vendor)
    assert row.status.code == "active"
    row = next(row for row in Runtime(environ={}).providers() if row.provider == vendor)
    assert row.status.code == "no-configure"


@pytest.mark.parametrize("vendor", FORMED)
def test_a_key_alone_configures_every_hosted_vendor(vendor):
    """A server of one's own, and an account in the address, need more: these are all that do."""
    form = catalogue().provider(vendor).provider_credential_schema
    assert form is not None
    needed = [field for field in form.credential_form_schemas if field.required and field.default is None]
    asks_more = [field.variable for field in needed if field.type != "secret-input"]
    assert asks_more == ([] if vendor not in ASK_MORE else ASK_MORE[vendor].split())


ASK_MORE = {
    "azure_content_safety": "endpoint",
    "azure_speech": "region",
    "tencent": "app_id",
    "chatglm": "api_base",
    "ollama": "base_url",
    "huggingface_tei": "server_url",
    "cloudflare_ai_gateway": "account_id gateway_id",
    "cloudflare_workers_ai": "account_id",
    "oci": "compartment_ocid user_ocid tenancy_ocid fingerprint",
    "databricks": "databricks_host",
    "snowflake": "account",
    "vertex_ai": "vertex_project_id",
    **dict.fromkeys(("funasr", "gpustack", "lemonade", "nvidia_nim", "vessl_ai"), "endpoint_url"),
    **dict.fromkeys(
        (
            *("infinity", "litellm_proxy", "llama_cpp", "lm_studio", "localai"),
            *("openllm", "sglang", "speaches", "vllm", "xinference"),
        ),
        "server_url",
    ),
}
"""Provider → what its form needs besides a key."""


PARAMETERS = [
    (
        "openai/gpt-5",
        {"max_tokens": 16, "reasoning_effort": "low", "reasoning_summary": "auto"},
        {"max_output_tokens": 16, "reasoning": {"effort": "low", "summary": "auto"}, "store": False},
    ),
    ("openai/gpt-4o", {"temperature": 1.9, "presence_penalty": -2}, {"temperature": 1.9, "presence_penalty": -2}),
    ("openai/gpt-4o", {"response_format": "json_object"}, {"response_format": {"type": "json_object"}}),
    (
        "deepseek/deepseek-v4-pro",
        {"thinking": True, "reasoning_effort": "max", "max_tokens": 9},
        {"thinking": {"type": "enabled"}, "reasoning_effort": "max", "max_tokens": 9},
    ),
    ("deepseek/deepseek-v4-pro", {"thinking": False}, {"thinking": {"type": "disabled"}}),
    ("moonshot/kimi-k2.6", {"thinking": False, "max_tokens": 9}, {"thinking": {"type": "disabled"}, "max_completion_tokens": 9}),
    ("groq/qwen/qwen3-32b", {"reasoning_effort": "none"}, {"reasoning_effort": "none", "reasoning_format": "parsed"}),
    ("mistral/mistral-small-latest", {"random_seed": 7, "safe_prompt": True}, {"random_seed": 7, "safe_prompt": True}),
    (
        "siliconflow/Qwen/Qwen3-8B",
        {"enable_thinking": False, "thinking_budget": 128, "top_k": 3},
        {"enable_thinking": False, "thinking_budget": 128, "top_k": 3},
    ),
    (
        "siliconflow/deepseek-ai/DeepSeek-V4-Pro",
        {"enable_thinking": True, "reasoning_effort": "high"},
        {"enable_thinking": True, "reasoning_effort": "high"},
    ),
]


@pytest.mark.parametrize(("name", "parameters", "sent"), PARAMETERS)
def test_declared_parameters_arrive_in_the_vendors_words(name, parameters, sent):
    vendor, _, model = name.partition("/")
    transport = ScriptedTransport(wire_of(catalogue().provider(vendor), "llm", model).reply)
    key = "openai_api_key" if vendor == "openai" else "api_key"
    result = (
        Runtime(transport=transport, environ={}, credentials={vendor: {key: KEY}})
        .llm(name)
        .invoke("Hello", strict=True, **parameters)
    )
    body = transport.body()
    assert {field: body.get(field) for field in sent} == sent
    assert result.warnings == ()


@pytest.mark.parametrize(
    ("name", "protocol", "path"),
    [
        ("gpt-5", None, "/responses"),
        ("gpt-5", "chat", "/chat/completions"),
        ("gpt-5", "responses", "/responses"),
        ("gpt-5-pro", "chat", "/responses"),
        ("gpt-4o", None, "/chat/completions"),
        ("gpt-4o", "responses", "/responses"),
    ],
)
def test_the_form_may_choose_the_api_of_openai(name, protocol, path):
    transport = ScriptedTransport(WIRES["openai_responses"].reply if path == "/responses" else chat())
    credentials = {"openai_api_key": KEY, **({"api_protocol": protocol} if protocol else {})}
    Runtime(transport=transport, environ={}, credentials={"openai": credentials}).llm(f"openai/{name}").invoke("Hello")
    assert transport.requests[0].url == f"https://api.openai.com/v1{path}"
    assert transport.body().get("store") is (False if path == "/responses" else None)


def test_one_model_may_be_called_by_the_other_api():
    mine = CustomModel(
        provider="openai",
        model="gpt-5",
        model_type=ModelType.LLM,
        credentials={"openai_api_key": KEY, "api_protocol": "chat"},
    )
    transport = ScriptedTransport(chat(), answer(RESPONSE))
    runtime = Runtime(transport=transport, environ={"OPENAI_API_KEY": KEY}, models=[mine])
    runtime.llm("openai/gpt-5").invoke("Hello")
    runtime.llm("openai/gpt-5.1").invoke("Hello")
    assert [request.url.rpartition("/v1")[2] for request in transport.requests] == ["/chat/completions", "/responses"]


def test_every_declared_parameter_of_every_chat_model_can_be_sent():
    for vendor, filled_in in {name: credentials for name, credentials, _ in reversed(SITES)}.items():
        schema, known = catalogue().provider(vendor), list(catalogue().models(vendor, "llm"))
        transport = script(schema, *(wire_of(schema, "llm", model.model).reply for model in known))
        runtime = Runtime(transport=transport, environ={}, credentials={vendor: filled_in})
        for model in known:
            values = {rule.name: sample(rule) for rule in model.parameter_rules if rule.name != "json_schema"}
            if values.get("response_format") == "json_schema":
                values["response_format"] = "json_object"
            if values.get("thinking"):
                values.pop("top_k", None)  # Claude takes none while it thinks
            runtime.llm(f"{vendor}/{model.model}").invoke("Hello", strict=True, parameters=values)


def sample(rule) -> Any:
    """A value that the rule allows, at its upper end."""
    if rule.options:
        return rule.options[-1]
    return {"boolean": True, "string": "a", "text": "a", "int": int(rule.max or 1), "float": float(rule.max or 1)}[rule.type]


def test_a_server_of_ones_own_is_called_by_the_uid_of_its_model():
    mine = {"server_url": "http://127.0.0.1:9997/", "model_uid": "qwen-1"}
    transport = ScriptedTransport(chat())
    model = CustomModel(provider="xinference", model="my-qwen", model_type=ModelType.LLM, credentials=mine)
    result = Runtime(transport=transport, environ={}, models=[model]).llm("xinference/my-qwen").invoke("Hello", temperature=1.5)
    assert not [warning for warning in result.warnings if warning.field == "temperature"]
    assert transport.requests[0].url == "http://127.0.0.1:9997/v1/chat/completions"
    assert transport.body()["model"] == "qwen-1"
    assert transport.header("authorization") is None


def test_the_models_of_ones_own_server_are_listed_by_it():
    rows = [
        {"id": "qwen", "model_type": "LLM", "model_ability": ["chat", "tools"], "context_length": 32768},
        {"id": "bge", "model_type": "embedding"},
        {"id": "ranker", "model_type": "rerank"},
        {"id": "whisper", "model_type": "audio", "model_ability": ["audio2text"]},
        {"id": "voice", "model_type": "audio", "model_ability": ["text2audio"]},
    ]
    transport = ScriptedTransport(answer({"object": "list", "data": rows}))
    runtime = Runtime(transport=transport, environ={"XINFERENCE_SERVER_URL": "http://127.0.0.1:9997"})
    runtime.provider("xinference").fetch_models()
    kinds = {row.model: str(row.model_type) for row in runtime.models(provider="xinference")}
    assert kinds == {"qwen": "llm", "bge": "text-embedding", "ranker": "rerank", "whisper": "speech2text", "voice": "tts"}


@pytest.mark.parametrize(
    ("name", "kind", "task"),
    [("jina-embeddings-v3", "query", "retrieval.query"), ("jina-embeddings-v3", "document", "retrieval.passage"),
     ("jina-embeddings-v2-base-en", "query", None)],
)  # fmt: skip
def test_the_kind_of_a_text_becomes_a_task_where_the_model_has_tasks(name, kind, task):
    transport = ScriptedTransport(vectors)
    runtime = Runtime(transport=transport, environ={"JINA_API_KEY": KEY})
    runtime.text_embedding(f"jina/{name}").invoke(["Hello"], input_type=kind)
    assert transport.body().get("task") == task


def test_a_vendor_that_counts_tokens_is_asked_at_its_own_path():
    transport = ScriptedTransport(answer({"data": {"total_tokens": 80}}))
    runtime = Runtime(transport=transport, environ={}, credentials={"moonshot": {"api_key": "sk-1", "region": "global"}})
    model = next(row.model for row in runtime.models("llm", "moonshot"))
    assert runtime.llm(f"moonshot/{model}").count_tokens("hello", ask_vendor=True) == 80
    assert transport.requests[0].url == "https://api.moonshot.ai/v1/tokenizers/estimate-token-count"
