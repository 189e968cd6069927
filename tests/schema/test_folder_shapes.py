"""Our own shape of a folder, and overlays."""

from decimal import Decimal
from pathlib import Path

import pytest

from modelruntime.schema.declaration import Declaration
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.loading.read_tree import read_tree
from modelruntime.schema.model import Deprecation, Limits
from modelruntime.schema.price import PriceTier
from modelruntime.schema.problem import ProblemLog
from tests.schema.declare import PROVIDER, codes, read, read_field, read_model, write

DEEPSEEK = """provider: deepseek
label: {en_US: DeepSeek, zh_Hans: 深度求索}
icon_small: {en_US: icon.svg}
help: {title: {en_US: Get an API key, zh_Hans: 获取 API Key}, url: {en_US: https://platform.deepseek.com/api_keys}}
supported_model_types: [llm]
configurate_methods: [predefined-model, fetch-from-remote, customizable-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, env: DEEPSEEK_API_KEY, label: {en_US: API key}}
    - {variable: endpoint_url, type: text-input, required: false, format: url, advanced: true,
       default: https://api.deepseek.com, label: {en_US: Base URL}}
codec: {llm: openai_chat}
endpoint: "{endpoint_url}"          # plain substitution of credential variables, no template language
auth: {bearer: api_key}
models_endpoint: /models
probe: models_endpoint
profile: {reasoning_field: reasoning_content, return_reasoning: tool_loop}
models: models.yaml
"""

MODELS = """defaults:
  model_type: llm
  features: [tool-call]
  pricing: {currency: USD, per: 1M tokens}
  llm: {model_properties: {mode: chat, context_size: 1000}}
models:
- model: one
  pricing: {input: "0.27", output: "1.10", cache_read: "0.07"}
- model: two
  features: []
  model_properties: {context_size: 2000}
- {model: three, model_type: text-embedding}
"""


def load(folder: Path) -> tuple[list[Declaration], list[str]]:
    log = ProblemLog()
    return read_tree(folder, log), codes(log.problems)


def test_a_whole_vendor_is_one_short_file(tmp_path: Path) -> None:
    write(tmp_path / "deepseek", {"provider.yaml": DEEPSEEK, "models.yaml": MODELS})
    declarations, problems = load(tmp_path)
    schema = declarations[0].schema
    assert schema is not None
    assert (schema.provider, schema.label["zh_Hans"]) == ("deepseek", "深度求索")
    assert schema.provider_credential_schema is not None
    key, url = schema.provider_credential_schema.credential_form_schemas
    assert (key.env, key.type, url.format, url.advanced, url.default) == (
        ("DEEPSEEK_API_KEY",),
        "secret-input",
        "url",
        True,
        "https://api.deepseek.com",
    )
    assert (schema.codec, schema.endpoint, schema.auth) == ({"llm": "openai_chat"}, "{endpoint_url}", {"bearer": "api_key"})
    assert (schema.models_endpoint, schema.probe) == ("/models", "models_endpoint")
    assert schema.profile == {"reasoning_field": "reasoning_content", "return_reasoning": "tool_loop"}
    assert schema.folder == str(tmp_path / "deepseek")
    assert problems == ["type-not-supported"]


def test_shared_defaults_reach_every_model_that_does_not_say_otherwise(tmp_path: Path) -> None:
    write(tmp_path / "deepseek", {"provider.yaml": DEEPSEEK, "models.yaml": MODELS})
    one, two, three = load(tmp_path)[0][0].models
    assert one.pricing is not None
    assert (one.pricing.currency, one.pricing.input, one.pricing.cache_read) == ("USD", Decimal("0.27"), Decimal("0.07"))
    assert (one.features, one.model_properties) == (("tool-call",), {"mode": "chat", "context_size": 1000})
    assert (two.features, two.model_properties, two.limits.context) == ((), {"mode": "chat", "context_size": 2000}, 2000)
    assert (three.model_type, three.model_properties, three.features) == ("text-embedding", {}, ("tool-call",))


def test_models_may_be_one_file_each_below_their_type(tmp_path: Path) -> None:
    write(
        tmp_path / "acme",
        {
            "provider.yaml": PROVIDER,
            "models.yaml": "- {model: listed, model_type: llm}\n",
            "models/llm/b.yaml": "model: b\n",
            "models/llm/deep/a.yaml": "model: a\nmodel_type: llm\n",
            "models/llm/_position.yaml": "[b, listed]",
            "models/text_embedding/e.yaml": "model: e\n",
        },
    )
    declarations, problems = load(tmp_path / "acme")
    assert [(model.model_type, model.model) for model in declarations[0].models] == [
        ("llm", "b"),
        ("llm", "listed"),
        ("llm", "a"),
        ("text-embedding", "e"),
    ]
    assert declarations[0].schema is not None
    assert declarations[0].schema.position == {"llm": ("b", "listed")}
    assert problems == ["position-misses"]


def test_the_layout_before_plugins_is_read_too(tmp_path: Path) -> None:
    files = {"acme.yaml": PROVIDER, "llm/a.yaml": "model: a\nmodel_type: llm\n", "llm/_position.yaml": "- a\n", "llm/llm.py": ""}
    write(tmp_path / "acme", files)
    declarations, problems = load(tmp_path)
    assert [model.model for model in declarations[0].models] == ["a"]
    assert problems == []


@pytest.mark.parametrize("models", ["models: [a.yaml, b.yaml]", "models: '[ab].yaml'", "models: [{model: a}, {model: b}]"])
def test_models_may_be_named_files_or_stand_in_the_provider(tmp_path: Path, models: str) -> None:
    text = f"{PROVIDER}defaults: {{model_type: llm}}\n{models}\n"
    write(tmp_path / "acme", {"provider.yaml": text, "a.yaml": "model: a\n", "b.yaml": "model: b\n"})
    declarations, problems = load(tmp_path)
    assert [model.model for model in declarations[0].models] == ["a", "b"]
    assert problems == []


def test_every_addition_of_a_model_is_read() -> None:
    model, problems = read_model(
        """label: {en_US: M, zh_Hans: 模, fr_FR: M}
limits: {context: 1000, output: 100, file_megabytes: 2.5}
modalities: {input: [text, image], output: [text]}
reasoning: {efforts: [low, high]}
released: 2025-01-20
deprecated: {date: 2026-01-01, replacement: m2}
source: [{url: https://x.example/pricing, date: 2026-11-01, facts: [pricing]}, {url: unverified}]
wire_model: vendor/m
codec: openai_chat
endpoint: {by: region, cases: {cn: https://cn.example, intl: https://intl.example}}
profile: {system_role: developer}
headers: {x-a: b}
extra: {store: false}
pricing: {per: 1M tokens, currency: eur, input: 1, tiers: [{above: 200000, input: 2}, {above: 1000, input: "1.5"}]}
parameter_rules:
- {name: effort, type: string, options: [low, high], maps_to: reasoning.effort, step: 1, unit: steps,
   presets: [{name: Fast, value: low}]}
"""
    )
    assert problems == []
    assert model is not None
    assert model.limits == Limits(context=1000, output=100, file_megabytes=2.5)
    assert model.modalities is not None
    assert model.modalities.input == ("text", "image")
    assert (model.deprecated, model.deprecation, model.released) == (True, Deprecation("2026-01-01", "m2"), "2025-01-20")
    assert model.source == (FactSource("https://x.example/pricing", "2026-11-01", ("pricing",)), FactSource("unverified"))
    assert model.endpoint == {"by": "region", "cases": {"cn": "https://cn.example", "intl": "https://intl.example"}}
    assert (model.wire_model, model.headers, model.extra) == ("vendor/m", {"x-a": "b"}, {"store": False})
    assert model.pricing is not None
    assert model.pricing.currency == "EUR"
    assert model.pricing.tiers == (PriceTier(above=1000, input=Decimal("1.5")), PriceTier(above=200000, input=Decimal(2)))
    rule = model.parameter_rules[0]
    assert (rule.maps_to, rule.step, rule.unit, rule.presets[0].value) == ("reasoning.effort", 1, "steps", "low")


@pytest.mark.parametrize(
    ("per", "unit"),
    [
        ("1M tokens", "0.000001"),
        ("1k tokens", "0.001"),
        ("1k characters", "0.001"),
        ("1M characters", "0.000001"),
        ("minute", "1"),
        ("hour", "1"),
        ("second", "1"),
        ("search", "1"),
        ("1k searches", "0.001"),
        ("request", "1"),
    ],
)
def test_what_a_price_is_per_sets_its_unit(per: str, unit: str) -> None:
    model, problems = read_model(f'pricing: {{per: {per}, currency: USD, input: "0.006"}}')
    assert model is not None
    assert model.pricing is not None
    assert (model.pricing.per, model.pricing.unit, problems) == (per, Decimal(unit), [])


def test_a_speech_price_counts_characters() -> None:
    model, _ = read_model('pricing: {input: "0.015", unit: "0.001", currency: USD}', "tts")
    assert model is not None
    assert model.pricing is not None
    assert model.pricing.per == "1k characters"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pricing: {per: 1 fortnight, currency: USD}", "unknown-price-unit"),
        ("pricing: {input: much, unit: '0.001', currency: USD}", "wrong-type"),
        ("profile: {no_such_quirk: 1}", "profile-invalid"),
        ("profile: {system_role: king}", "profile-invalid"),
        ("endpoint: {cases: {}}", "endpoint-invalid"),
        ("parameter_rules: [{type: int}]", "rule-without-name"),
        ("parameter_rules: {a: b}", "wrong-type"),
        ("limits: {context: lots}", "wrong-type"),
        ("files: [{name: x}]", "file-incomplete"),
        ("deprecated: [1]", "wrong-type"),
        ("source: [{date: 2026-01-01}]", "source-without-url"),
    ],
)
def test_a_model_that_cannot_be_used_is_left_out_with_its_line(text: str, code: str) -> None:
    model, problems = read_model(text)
    assert model is None
    assert [(problem.code, problem.severity, problem.line) for problem in problems] == [(code, "error", 8)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("provider: a b", "provider-without-id"),
        ("provider: a/b", "provider-without-id"),
        ("label: {en_US: X}", "provider-without-id"),
        (PROVIDER + "auth: {bearer: api_key}", "unknown-variable"),
        (PROVIDER + "auth: {bearer: a, header: b}", "auth-invalid"),
        (PROVIDER + 'endpoint: "https://{region}.example"', "unknown-variable"),
        (PROVIDER + 'headers: {x: "{organization}"}', "unknown-variable"),
        (PROVIDER + "probe: hope", "probe-invalid"),
        (PROVIDER + "profile: {no_such_quirk: 1}", "profile-invalid"),
        (PROVIDER + "codec: {text2img: x}", "unknown-model-type"),
        (PROVIDER + "models: models.yaml", "models-not-inline"),
        ("- a", "not-a-mapping"),
        ("", "not-a-mapping"),
    ],
)
def test_a_provider_that_cannot_be_used_is_an_error(text: str, code: str) -> None:
    _, problems = read(text)
    assert code in [problem.code for problem in problems if problem.severity == "error"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("{variable: a, type: app-selector}", "unknown-field-type"),
        ("{type: text-input}", "field-without-variable"),
        ("{variable: a, type: text-input, format: phone}", "unknown-field-format"),
        ("{variable: a, type: text-input, pattern: '('}", "pattern-invalid"),
        ("{variable: a, type: select, options: [{label: {en_US: X}}]}", "option-without-value"),
        ("{variable: a, type: text-input, show_on: [{variable: b}]}", "condition-incomplete"),
    ],
)
def test_a_form_field_that_cannot_be_used_refuses_the_provider(field: str, code: str) -> None:
    declaration, problems = read_field(f"- {field}")
    assert declaration is None
    assert (problems[0].code, problems[0].severity) == (code, "error")


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("{variable: a, type: boolean}", "field-type-alias"),
        ("{variable: a, type: select}", "no-options"),
        ("{variable: a, type: text-input, options: [{value: x}]}", "needless-options"),
        ("{variable: a, type: select, default: z, options: [{value: x}]}", "default-not-in-options"),
        ("{variable: a, type: select, options: [{value: true}]}", "not-a-string"),
        ("{variable: a, type: switch, default: maybe}", "default-wrong-type"),
        ("{variable: a, type: secret-input, default: s3cret}", "secret-default"),
        ("{variable: a, type: text-input, required: 'false'}", "not-a-boolean"),
    ],
)
def test_a_form_field_that_can_be_repaired_is_a_warning(field: str, code: str) -> None:
    declaration, problems = read_field(f"- {field}")
    assert declaration is not None
    assert codes(problems) == [code]


def test_model_from_credentials_is_read() -> None:
    declaration, problems = read(
        PROVIDER
        + """model_from_credentials:
  set: {limits.context: context_size}
  features: {vision: {vision_support: support}, tool-call: {function_calling_type: [tool_call, function_call]}}
  rules: [temperature, {name: n, type: int}]
"""
    )
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    found = declaration.schema.model_from_credentials
    assert found is not None
    assert found.set == {"limits.context": "context_size"}
    assert found.features["vision"] == {"vision_support": ("support",)}
    assert found.features["tool-call"] == {"function_calling_type": ("tool_call", "function_call")}
    assert found.rules == ({"name": "temperature", "use_template": "temperature"}, {"name": "n", "type": "int"})


def test_an_overlay_has_models_and_no_identity(tmp_path: Path) -> None:
    write(tmp_path / "more", {"provider.yaml": "extends: acme\n", "models.yaml": "- {model: x, model_type: llm}\n"})
    declarations, problems = load(tmp_path)
    assert (declarations[0].provider, declarations[0].schema) == ("acme", None)
    assert [(model.provider, model.model) for model in declarations[0].models] == [("acme", "x")]
    assert problems == []


@pytest.mark.parametrize(
    "line", ["label: {en_US: X}", "endpoint: https://evil.example", "auth: {bearer: api_key}", "provider: other"]
)
def test_an_overlay_cannot_touch_identity_endpoint_or_auth(line: str) -> None:
    declaration, problems = read(f"extends: acme\n{line}\nmodels: [{{model: x, model_type: llm}}]\n")
    assert declaration is None
    assert [(problem.code, problem.line, problem.severity) for problem in problems] == [("overlay-identity", 2, "error")]


def test_a_model_of_an_overlay_cannot_send_the_providers_keys_elsewhere() -> None:
    declaration, problems = read("extends: acme\nmodels:\n- model: x\n  model_type: llm\n  endpoint: https://evil.example\n")
    assert declaration is not None
    assert declaration.models == ()
    assert [(problem.code, problem.line, problem.severity) for problem in problems] == [("overlay-identity", 5, "error")]


def test_providers_follow_the_position_file_and_the_unknown_come_last(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / name, {"provider.yaml": PROVIDER.replace("acme", name)})
    write(tmp_path, {"_position.yaml": "[c, nobody, b]"})
    assert [declaration.provider for declaration in load(tmp_path)[0]] == ["c", "b", "a"]


def test_two_folders_cannot_declare_one_provider(tmp_path: Path) -> None:
    for name in ("acme", "acme2"):
        write(tmp_path / name, {"provider.yaml": PROVIDER})
    declarations, problems = load(tmp_path)
    assert [declaration.file for declaration in declarations] == [str(tmp_path / "acme/provider.yaml")]
    assert problems == ["folder-name", "provider-shadowed"]


@pytest.mark.parametrize(("name", "code"), [("nowhere", "not-found"), ("empty", "no-provider")])
def test_a_path_without_a_provider_is_told(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty").mkdir()
    assert load(tmp_path / name) == ([], [code])


def test_a_folder_given_alone_may_be_called_anything(tmp_path: Path) -> None:
    write(tmp_path / "anything", {"provider.yaml": PROVIDER})
    assert load(tmp_path / "anything")[1] == []
    assert load(tmp_path)[1] == ["folder-name"]
