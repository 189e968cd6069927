"""Models made of filled forms, by declaration alone."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema import compiled
from modelruntime.schema.credential_model import model_from_credentials
from modelruntime.schema.endpoint import render_headers, resolve_endpoint
from modelruntime.schema.form_validation import fill_form, require_form
from modelruntime.schema.model import Limits, ModelSchema
from modelruntime.schema.parameter_policy import apply_rules
from modelruntime.schema.price import Price
from modelruntime.schema.profile import Profile
from modelruntime.schema.profile_merge import merge_profiles
from modelruntime.schema.provider import CredentialCase, ModelFromCredentials, ProviderSchema
from modelruntime.schema.snapshot import Snapshot
from tests.schema.declare import PROVIDER, read
from tests.shared import SHARED

LLM, EMBEDDING, RERANK, STT, TTS = (
    ModelType.LLM,
    ModelType.TEXT_EMBEDDING,
    ModelType.RERANK,
    ModelType.SPEECH2TEXT,
    ModelType.TTS,
)


def built_in(name: str) -> ProviderSchema:
    folder = Path(compiled.__file__).resolve().parents[1] / "providers" / name
    snapshot = Snapshot(compiled.compile_path(folder), folder)
    assert [str(problem) for problem in snapshot.problems] == []
    (row,) = snapshot.rows
    provider = snapshot.provider(row)
    assert provider is not None
    return provider


COMPATIBLE = built_in("openai_api_compatible")
assert COMPATIBLE.model_credential_schema is not None
FIELDS = COMPATIBLE.model_credential_schema.credential_form_schemas


def made(model_type: ModelType, **values: Any) -> tuple[ModelSchema, Profile]:
    """The model of a filled form, and its profile."""
    credentials = require_form(FIELDS, {"endpoint_url": "http://a.test/v1"} | values, model_type=model_type)
    model = model_from_credentials(COMPATIBLE, model_type, "m1", credentials)
    return model, merge_profiles(COMPATIBLE.profile, model.profile)


def test_the_form_has_the_fields_of_the_original():
    assert len(FIELDS) == 36
    if SHARED is None:
        print("shared catalogue not present")
        return
    rows = (SHARED / "catalogue" / "dify_providers.jsonl").read_text("utf-8").splitlines()
    original = next(row for row in map(json.loads, rows) if row["provider"] == "openai_api_compatible")["model_form"]
    assert [field.variable for field in FIELDS] == [field["variable"] for field in original]
    for ours, theirs in zip(FIELDS, original, strict=True):
        assert ours.type == theirs["type"]
        assert ours.required == theirs.get("required", True)
        assert [(c.variable, c.value) for c in ours.show_on] == [(c["variable"], c["value"]) for c in theirs.get("show_on", [])]
        missing = set(theirs.get("options", [])) - {option.value for option in ours.options}
        assert missing == ({"byteplus"} if ours.variable == "tts_api_format" else set())


def test_every_label_and_help_speaks_both_languages():
    for field in FIELDS:
        for text in (field.label, field.help, field.placeholder, *(option.label for option in field.options)):
            assert text is None or {"en_US", "zh_Hans"} <= set(text)


def test_an_empty_form_gives_a_plain_chat_model():
    model, profile = made(LLM)
    assert model.fetch_from == "customizable-model"
    assert (model.label, model.wire_model, model.codec) == ({"en_US": "m1"}, None, None)
    assert model.limits == Limits(context=4096, output=4096)
    assert (model.mode, model.model_properties["context_size"]) == ("chat", 4096)
    assert model.features == ()
    assert [rule.name for rule in model.parameter_rules] == [
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "max_tokens",
    ]
    assert profile == Profile(function_calling="none", output_mode="prompt")


@pytest.mark.parametrize(
    ("model_type", "values", "path", "value"),
    [
        (LLM, {"display_name": "Mine"}, "model.label", {"en_US": "Mine"}),
        (LLM, {"endpoint_model_name": "org/m"}, "model.wire_model", "org/m"),
        (LLM, {"mode": "completion"}, "model.codec", "openai_completions"),
        (LLM, {"mode": "completion"}, "model.mode", "completion"),
        (LLM, {"context_size": "8192"}, "model.limits.context", 8192),
        (LLM, {"max_tokens_to_sample": "512"}, "model.limits.output", 512),
        (LLM, {"agent_thought_support": "supported"}, "model.features", ("agent-thought",)),
        (LLM, {"agent_thought_support": "only_thinking_supported"}, "model.features", ("agent-thought",)),
        (LLM, {"web_search_support": "tool_simple"}, "model.features", ("web-search",)),
        (LLM, {"token_param_name": "max_completion_tokens"}, "profile.max_tokens_field", "max_completion_tokens"),
        (LLM, {"token_param_name": "max_tokens"}, "profile.max_tokens_field", "max_tokens"),
        (LLM, {"user_identity_support": "no_support"}, "profile.drop", ("user",)),
        (LLM, {"stream_include_usage": "disabled"}, "profile.stream_usage", "never"),
        (LLM, {"function_calling_type": "tool_call"}, "model.features", ("tool-call", "multi-tool-call")),
        (LLM, {"function_calling_type": "function_call"}, "model.features", ("tool-call",)),
        (LLM, {"function_calling_type": "function_call"}, "profile.function_calling", "function_call"),
        (LLM, {"stream_function_calling": "supported"}, "model.features", ("stream-tool-call",)),
        (LLM, {"vision_support": "support"}, "model.features", ("vision",)),
        (LLM, {"video_support": "support"}, "model.features", ("video",)),
        (LLM, {"audio_support": "support"}, "model.features", ("audio",)),
        (LLM, {"document_support": "support"}, "model.features", ("document",)),
        (LLM, {"structured_output_support": "supported"}, "model.features", ("structured-output",)),
        (LLM, {"structured_output_support": "supported"}, "profile.output_mode", "json_schema"),
        (LLM, {"stream_mode_auth": "use"}, "model.model_properties.probe_stream", True),
        (EMBEDDING, {}, "profile.embedding_encoding", "unset"),
        (EMBEDDING, {"encoding_format": "float"}, "profile.embedding_encoding", "float"),
        (EMBEDDING, {"max_chunks": "16"}, "profile.embedding_max_batch", 16),
        (EMBEDDING, {"max_chunks": "16"}, "model.limits.batch", 16),
        (EMBEDDING, {"context_size": "512"}, "model.limits.context", 512),
        (EMBEDDING, {"vision_support": "support"}, "model.features", ("vision",)),
        (EMBEDDING, {"document_prefix": "passage: "}, "profile.embedding_prefixes", {"document": "passage: "}),
        (EMBEDDING, {"query_prefix": "query: "}, "profile.embedding_prefixes", {"query": "query: "}),
        (RERANK, {"context_size": "1024"}, "model.limits.context", 1024),
        (RERANK, {"vision_support": "support"}, "model.features", ("vision",)),
        (STT, {"language": "ko"}, "profile.constants", {"language": "ko"}),
        (STT, {"initial_prompt": "Ada"}, "profile.constants", {"prompt": "Ada"}),
        (TTS, {}, "model.model_properties.voices", [{"mode": "alloy", "name": "alloy"}]),
        (TTS, {"voices": "a, b,"}, "model.model_properties.voices", [{"mode": "a", "name": "a"}, {"mode": "b", "name": "b"}]),
        (TTS, {"tts_sample_rate": "16000"}, "profile.constants", {"sample_rate": 16000}),
        (TTS, {"tts_sample_rate": "16000"}, "model.model_properties.sample_rate", 16000),
    ],
)
def test_each_field_says_something_about_the_model(model_type, values, path, value):
    model, profile = made(model_type, **values)
    found: Any = {"model": model, "profile": profile}
    for name in path.split("."):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    assert found == value


def test_the_fields_that_do_not_touch_the_model_reach_the_request():
    values = {"endpoint_url": "http://a.test/v1/", "api_key": "k", "tts_resource_id": "r1"}
    credentials = require_form(FIELDS, values, model_type=TTS)
    assert resolve_endpoint(COMPATIBLE.endpoint, credentials) == "http://a.test/v1"
    assert render_headers(COMPATIBLE.headers, credentials) == (("x-api-resource-id", "r1"),)
    assert credentials["api_key"] == Secret("k")
    assert COMPATIBLE.auth == {"bearer": "api_key"}


def test_the_form_changes_the_rules():
    model, _ = made(
        LLM,
        max_tokens_to_sample="100",
        structured_output_support="supported",
        agent_thought_support="supported",
        compatibility_mode="extended",
        web_search_support="parameter",
    )
    rules = {rule.name: rule for rule in model.parameter_rules}
    assert {"response_format", "json_schema", "enable_thinking", "reasoning_effort", "reasoning_format", "web_search"} <= set(rules)
    assert (rules["max_tokens"].max, "max" in rules["max_tokens"].hints) == (100, False)
    assert "max" in rules["temperature"].hints
    sent = apply_rules(model, {"enable_thinking": True, "max_tokens": 50}, strict=True).parameters
    assert sent == {"chat_template_kwargs.enable_thinking": True, "max_tokens": 50}


@pytest.mark.parametrize(("support", "on"), [("only_thinking_supported", True), ("not_supported", False)])
def test_a_model_of_one_mind_gets_its_switches_only_in_the_extended_dialect(support, on):
    _, extended = made(LLM, agent_thought_support=support, compatibility_mode="extended")
    assert extended.constants == {
        "enable_thinking": on,
        "thinking": {"type": "enabled" if on else "disabled"},
        "chat_template_kwargs": {"enable_thinking": on, "thinking": on},
    }
    _, strict = made(LLM, agent_thought_support=support)
    assert strict.constants == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"context_size": "4096.5"}, "context_size"),
        ({"context_size": "0"}, "context_size"),
        ({"context_size": "-1"}, "context_size"),
        ({"max_tokens_to_sample": "0.5"}, "max_tokens_to_sample"),
    ],
)
def test_a_value_that_does_not_fit_is_blamed_on_its_field(values, field):
    with pytest.raises(CredentialsInvalid) as caught:
        made(LLM, **values)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field} must be")


def provider(**declared: Any) -> ProviderSchema:
    rows = msgspec.convert(declared, ModelFromCredentials)
    return ProviderSchema(provider="acme", label={"en_US": "Acme"}, model_from_credentials=rows)


PRICED = provider(set={"pricing.input": "input_price", "pricing.unit": "unit", "pricing.currency": "currency"})


def test_a_form_may_hold_prices():
    filled = {"input_price": "0.5", "unit": "0.001", "currency": "EUR"}
    model = model_from_credentials(PRICED, LLM, "m", filled)
    assert model.pricing == Price(input=Decimal("0.5"), unit=Decimal("0.001"), currency="EUR")
    assert model_from_credentials(PRICED, LLM, "m", {"currency": "EUR"}).pricing is None
    assert model_from_credentials(PRICED, LLM, "m", {"input_price": 0.5}).pricing == Price(input=Decimal("0.5"))


@pytest.mark.parametrize("price", ["cheap", "-1", "NaN", "Infinity"])
def test_a_price_is_an_amount(price):
    with pytest.raises(CredentialsInvalid) as caught:
        model_from_credentials(PRICED, LLM, "m", {"input_price": price})
    assert caught.value.field == "input_price"


BASE = ModelSchema(
    provider="acme",
    model="m",
    model_type=LLM,
    features=("vision",),
    limits=Limits(context=100, output=10),
    pricing=Price(input=Decimal(1), output=Decimal(2)),
    profile={"constants": {"a": 1}},
)


def test_what_is_known_stays_where_the_form_says_nothing():
    declared = provider(
        set={"limits.context": "size", "pricing.input": "price", "profile.constants.b": "b"},
        features={"tool-call": {"tools": ["yes"]}},
    )
    model = model_from_credentials(declared, LLM, "m", {"size": 50, "price": "3", "b": "x", "tools": "yes"}, BASE)
    assert model.limits == Limits(context=50, output=10)
    assert model.pricing == Price(input=Decimal(3), output=Decimal(2))
    assert model.features == ("vision", "tool-call")
    assert model.profile == {"constants": {"a": 1, "b": "x"}}
    assert BASE.profile == {"constants": {"a": 1}}


def test_a_form_that_says_nothing_of_features_leaves_them_unknown():
    assert model_from_credentials(provider(), LLM, "m", {}).features is None
    bare = ProviderSchema(provider="acme", label={})
    assert model_from_credentials(bare, LLM, "m", {"x": 1}).features is None
    assert model_from_credentials(bare, LLM, "m", {}, BASE).limits == BASE.limits


@pytest.mark.parametrize(
    "declared",
    [
        {"set": {"colour": "x"}},
        {"set": {"limits.colour": "x"}},
        {"set": {"profile.colour": "x"}},
        {"set": {"label": "key"}},
        {"rules": [{"name": "x", "use_template": "heat"}]},
        {"cases": [{"when": {"x": ["1"]}, "set": {"profile.stream_usage": "sometimes"}}]},
    ],
)
def test_a_declaration_that_sets_what_is_not_there_is_refused(declared):
    with pytest.raises(DeclarationInvalid) as caught:
        model_from_credentials(provider(**declared), LLM, "m", {"x": "1", "key": Secret("s3cret")})
    assert "s3cret" not in str(caught.value)


def test_cases_need_all_their_conditions_and_the_later_one_wins():
    cases = (
        CredentialCase({"a": ("1", "2")}, {"codec": "one"}),
        CredentialCase({"a": ("2",), "__model_type": ("llm",)}, {"codec": "two", "wire_model": None}),
    )
    declared = ProviderSchema(provider="acme", label={}, model_from_credentials=ModelFromCredentials(cases=cases))
    results = [model_from_credentials(declared, LLM, "m", {"a": value}).codec for value in ("1", "2", "3")]
    assert results == ["one", "two", None]
    assert model_from_credentials(declared, TTS, "m", {"a": "2"}).codec == "one"


@pytest.mark.parametrize(
    ("address", "version", "codec"),
    [
        ("https://a.test", "2024-10-21", "versioned"),
        ("https://a.test/v1", "2024-10-21", None),
        ("https://a.test", None, None),
        (None, "2024-10-21", "versioned"),
    ],
)
def test_a_case_may_ask_for_any_text_and_for_what_must_not_hold(address, version, codec):
    case = CredentialCase({"version": ("?*",)}, {"codec": "versioned"}, {"address": ("*/v1", "*/v1/")})
    declared = ProviderSchema(provider="acme", label={}, model_from_credentials=ModelFromCredentials(cases=(case,)))
    model = model_from_credentials(declared, LLM, "m", {"address": address, "version": version})
    assert model.codec == codec


def test_the_provider_form_takes_a_server_from_the_environment():
    assert COMPATIBLE.provider_credential_schema is not None
    fields = COMPATIBLE.provider_credential_schema.credential_form_schemas
    assert fill_form(fields, {"endpoint_url": "http://127.0.0.1:8000/v1"}).problems == ()


def test_cases_are_read_from_a_declaration():
    text = """model_from_credentials:
  cases:
  - {when: {mode: [a, b], size: big}, set: {codec: x, profile.drop: [user]}}
"""
    declaration, problems = read(PROVIDER + text)
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.model_from_credentials == ModelFromCredentials(
        cases=(CredentialCase({"mode": ("a", "b"), "size": ("big",)}, {"codec": "x", "profile.drop": ["user"]}),)
    )


def test_the_base_and_the_exceptions_of_a_case_are_read_from_a_declaration():
    text = """model_from_credentials:
  base: behind
  cases:
    - {when: {mode: [a]}, unless: {size: [small, tiny]}, set: {codec: x}}
"""
    declaration, problems = read(PROVIDER + text)
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.model_from_credentials == ModelFromCredentials(
        cases=(CredentialCase({"mode": ("a",)}, {"codec": "x"}, {"size": ("small", "tiny")}),), base="behind"
    )


def test_a_case_without_condition_or_effect_is_an_error():
    _, problems = read(PROVIDER + "model_from_credentials: {cases: [{set: {codec: x}}]}\n")
    assert [(problem.code, problem.severity) for problem in problems] == [("case-incomplete", "error")]
